import Model

/// Steps are gone through again and again, and something is more each time.
struct LeakOverTime: Oracle {
    static let name = OracleName(rawValue: "leak-over-time")
    static let isAboutText = true
    static let severity = Severity.medium
    static let cwe = "CWE-772"
    static let meaning = "steps are gone through again and again, and something is more each time"
    static let blindSpots = "what grows by less than can be told from chance"
    static let pairs = [
        "answers-never-forgotten", "descriptor-for-each-look", "refresh-appends-a-rule", "thread-outlives-its-tenant",
    ]

    /// A program that grows by less in a cycle, in KiB, is not told from one whose memory is only arranged anew.
    static let leastMemory = 64.0

    func findings(in evidence: Evidence) throws -> [Finding] {
        let cycles = evidence.plan.stepsOfCycles
        guard let last = cycles.last?.last, evidence.steps.contains(where: { $0.id == last }) else { return [] }
        let byID = Dictionary(evidence.steps.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return objects(cycles.compactMap { $0.last.flatMap { byID[$0] } }, evidence)
            + agents(cycles.map { $0.compactMap { byID[$0] } }, last)
    }

    private func finding(
        _ count: Count, _ values: [Int], _ trend: Trend, after step: String, _ more: [String] = []
    ) -> Finding {
        let range = "\(Trend.text(trend.interval.lowerBound)) to \(Trend.text(trend.interval.upperBound))"
        return Finding(
            oracle: LeakOverTime.name, subject: count.name, step: step,
            message: "\(count.name) rise in each of \(values.count) cycles, by "
                + "\(Trend.text(trend.slope))\(count.unit) (95 %: \(range))",
            evidence: ["after each cycle: \(values.map(String.init).joined(separator: ", "))"] + more,
            severity: LeakOverTime.severity, cwe: count.cwe)
    }

    private struct Count {
        var name: String
        var unit = ""
        var cwe = LeakOverTime.cwe
    }

    /// What the states hold more and more of.
    private func objects(_ ends: [StepEvidence], _ evidence: Evidence) -> [Finding] {
        let states = ends.compactMap { evidence.states(after: $0) }
        guard let first = states.first, let end = states.last, let step = ends.last?.id else { return [] }
        // What stands in a namespace that is left is more with each of them.
        let given = Set(evidence.start.facts.map(\.identity.namespace)).union(["", "host"])
        func facts(_ state: Snapshot, _ noun: String) -> [Fact] {
            state.facts.filter {
                $0.identity.noun == noun && given.contains($0.identity.namespace) && !$0.identity.isLog
            }
        }
        return LeakOverTime.names.compactMap { noun, name in
            let values = states.map { facts($0, noun).count }
            guard let trend = Trend.rise(of: values, least: 0, bothHalves: false) else { return nil }
            let there = Set(first.facts.map(\.identity))
            let new = facts(end, noun).filter { !there.contains($0.identity) }
            let makers = new.compactMap { evidence.makerLine(of: $0.identity) }
            return finding(
                Count(name: name), values, trend, after: step,
                Lines.list(new.map { "more: \(Lines.text($0))" }) + makers.prefix(1))
        }
    }

    private static let names = [
        ("netns", "namespaces"), ("link", "devices"), ("address", "addresses"), ("route", "routes"),
        ("rule", "policy rules"), ("neighbour", "neighbours"), ("nft", "objects of nftables"),
        ("fdb", "forwarding entries"),
        ("mdb", "multicast groups"), ("nexthop", "nexthops"), ("qdisc", "queueing disciplines"), ("class", "classes"),
        ("filter", "filters"), ("file", "files"),
        ("mount", "mounts"), ("process", "programs"), ("lock", "locks"), ("socket", "sockets"),
    ]

    /// What services and drivers hold more and more of, at the last step of each cycle at which they run.
    private func agents(_ cycles: [[StepEvidence]], _ last: String) -> [Finding] {
        let all = cycles.joined().flatMap { $0.outcome.resources ?? [] }.map(\.agent)
        return Set(all).sorted().flatMap { agent -> [Finding] in
            guard let length = cycles.map(\.count).min() else { return [] }
            let series = (0..<length).reversed().lazy.map { place in
                cycles.compactMap { cycle in cycle[place].outcome.resources?.first { $0.agent == agent } }
            }
            guard let values = series.first(where: { $0.count == cycles.count }) else { return [] }
            let counts: [(Count, [Int], least: Double, bothHalves: Bool)] = [
                (Count(name: "descriptors of \(agent)", cwe: "CWE-775"), values.map(\.descriptors), 0, false),
                (Count(name: "threads of \(agent)"), values.map(\.threads), 0, false),
                (
                    Count(name: "memory of \(agent)", unit: " KiB", cwe: "CWE-401"), values.map(\.memory),
                    LeakOverTime.leastMemory, true
                ),
            ]
            return counts.compactMap { count, values, least, bothHalves in
                Trend.rise(of: values, least: least, bothHalves: bothHalves).map {
                    finding(count, values, $0, after: last)
                }
            }
        }
    }
}

extension Trend {
    /// A number with at most one digit behind the point.
    static func text(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }
}

extension Evidence {
    /// The whole state after a step, what is masked too.
    fileprivate func states(after step: StepEvidence) -> Snapshot? { open[step.outcome.snapshot] }
}
