import Model

/// What changed from one run, or baseline, to another.
public struct Comparison: Hashable, Sendable {
    /// How a finding of one side stands to the other side.
    public enum Standing: String, Hashable, Sendable, CaseIterable {
        /// Only HEAD has it.
        case new
        /// Both have it; HEAD more often, by Fisher's test, or of more objects.
        case worse
        /// Only BASE has it, and HEAD ran that plan.
        case resolved
        /// Both have it; HEAD less often, by Fisher's test, or of fewer objects.
        case better
        /// It comes and goes, and the runs are too few to tell the two sides apart.
        case flaky
        /// Both have it.
        case known
        /// Only BASE has it, and HEAD could not have shown it.
        case uncompared = "not compared"
    }

    /// A finding of one side, or of both.
    public struct Entry: Hashable, Sendable {
        /// How it stands.
        public var standing: Standing
        /// The finding, as HEAD has it where it does.
        public var finding: BaselineFinding
        /// The plan, as HEAD has it where it does.
        public var plan: BaselinePlan
        /// In how many runs of BASE it was seen; absent where BASE did not test that plan.
        public var base: Rate?
        /// In how many runs of HEAD it was seen; absent where HEAD did not.
        public var head: Rate?
        /// What is to be said of it besides.
        public var remarks: [String] = []
    }

    /// A plan of which one side says nothing, and why.
    public struct Untested: Hashable, Sendable {
        /// The plan's name.
        public var plan: String
        /// Why.
        public var reason: String
    }

    /// A line that is true of some plans.
    public struct Change: Hashable, Sendable {
        /// What changed.
        public var line: String
        /// The plans.
        public var plans: [String]
    }

    /// Matrix values by which the sides were chosen.
    private let free: Set<String>
    /// The side that was there before.
    public let base: Baseline
    /// The side that is looked at.
    public let head: Baseline
    /// How many plans were tested on both sides.
    public private(set) var compared = 0
    /// The findings, by standing, then the worst first.
    public private(set) var entries: [Entry] = []
    /// The plans that BASE has tested and HEAD has not, though it tried.
    public private(set) var lost: [Untested] = []
    /// The plans of BASE that HEAD has not.
    public private(set) var notRun: [String] = []
    /// The plans that only HEAD has.
    public private(set) var added: [String] = []
    /// Where faults fire elsewhere than before.
    public private(set) var moved: [Change] = []
    /// The lines of `known` that HEAD did not see and BASE did.
    public private(set) var unseen: [Change] = []
    /// How the agents' own operations changed.
    public private(set) var operations: [Change] = []
    /// What HEAD does not look at, and BASE did: it differs without faults.
    public private(set) var masked: [Change] = []

    /// Compares two sides.
    ///
    /// - Parameter free: Matrix values by which the sides were chosen: plans are the same without them.
    public init(_ base: Baseline, _ head: Baseline, ignoring free: Set<String> = []) {
        self.base = base
        self.head = head
        self.free = free
        let matching = PlanMatching(base.plans, head.plans, ignoring: free)
        for (old, new) in matching.pairs { compare(old, new) }
        for plan in matching.onlyBase {
            notRun.append(plan.plan)
            drop(plan, because: "its plan was not run")
        }
        for plan in matching.onlyHead {
            added.append(plan.plan)
            note(plan.unseen, of: plan, in: \.unseen)
            for finding in plan.findings {
                entries.append(
                    Entry(
                        standing: .new, finding: finding, plan: plan, head: finding.rate, remarks: ["its plan is new"]))
            }
        }
        joinMoved()
        entries = entries.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(
            \.element)
    }

    /// The entries that stand so.
    public func entries(_ standing: Standing) -> [Entry] { entries.filter { $0.standing == standing } }

    /// What makes HEAD worse: findings that are new or worse, at least so severe.
    ///
    /// - Parameters:
    ///   - severity: The least severity that counts.
    ///   - isKnown: Whether findings count too that their scenario says are known.
    public func regressions(from severity: Severity = .low, includingKnown isKnown: Bool) -> [Entry] {
        entries.filter {
            [.new, .worse].contains($0.standing) && $0.finding.severity.place <= severity.place
                && (isKnown || $0.finding.known == nil)
        }
    }

    // MARK: - One plan

    private mutating func compare(_ old: BaselinePlan, _ new: BaselinePlan) {
        let unseen = new.unseen.filter { !old.unseen.contains($0) }
        guard new.isTested else {
            guard old.isTested else { return }
            lost.append(Untested(plan: new.plan, reason: "\(new.verdict): \(new.reason ?? "")"))
            drop(old, because: "its plan was not tested: \(new.verdict)")
            return
        }
        guard old.isTested else {
            note(unseen, of: new, in: \.unseen)
            for finding in new.findings {
                entries.append(
                    Entry(
                        standing: .new, finding: finding, plan: new, head: finding.rate,
                        remarks: ["BASE did not test its plan: \(old.verdict)"]))
            }
            return
        }
        compared += 1
        if let line = PlanMatching.move(old.fired, new.fired) { note([line], of: new, in: \.moved) }
        note(new.masked.filter { !old.masked.contains($0) }, of: new, in: \.masked)
        if let before = operations(of: old, base), let after = operations(of: new, head) {
            note(before.changes(to: after), of: new, in: \.operations)
        }
        let matching = FindingMatching(old.findings, new.findings)
        // What BASE shows and its scenario knows is told as resolved: that its line is not seen any more says nothing worse.
        if !matching.onlyBase.contains(where: { $0.known != nil }) { note(unseen, of: new, in: \.unseen) }
        entries += matching.pairs.map { Entry(both: $0, $1, new) }
        entries += matching.onlyHead.map { Entry(only: $0, ofHead: new, base: Rate(hits: 0, runs: old.runs)) }
        entries += matching.onlyBase.map { Entry(only: $0, ofBase: old, head: new) }
    }

    /// What an agent does without faults, which stands with one of the plans that share their references.
    private func operations(of plan: BaselinePlan, _ side: Baseline) -> OperationCounts? {
        plan.operations ?? plan.reference.flatMap { name in side.plans.first { $0.plan == name }?.operations }
    }

    private mutating func drop(_ plan: BaselinePlan, because reason: String) {
        guard plan.isTested else { return }
        entries += plan.findings.map {
            Entry(standing: .uncompared, finding: $0, plan: plan, base: $0.rate, remarks: [reason])
        }
    }

    /// Keeps lines that are true of a plan, each once with all plans of which it is.
    private mutating func note(
        _ lines: [String], of plan: BaselinePlan, in list: WritableKeyPath<Comparison, [Change]>
    ) {
        for line in lines {
            if let place = self[keyPath: list].firstIndex(where: { $0.line == line }) {
                self[keyPath: list][place].plans.append(name(plan))
            } else {
                self[keyPath: list].append(Change(line: line, plans: [name(plan)]))
            }
        }
    }

    /// A finding that is new at one point and gone at another that is the same but for numbers has moved.
    private mutating func joinMoved() {
        var gone: [String: [Int]] = [:]
        for place in entries.indices where [.resolved, .uncompared].contains(entries[place].standing) {
            gone[entries[place].looseKey(without: free), default: []].append(place)
        }
        var joined: Set<Int> = []
        for place in entries.indices where entries[place].standing == .new {
            let key = entries[place].looseKey(without: free)
            guard let former = gone[key]?.first else { continue }
            gone[key]?.removeFirst()
            joined.insert(former)
            let old = entries[former]
            var entry = Entry(both: old.finding, entries[place].finding, entries[place].plan)
            entry.remarks.append("moved; before: \(old.plan.plan)")
            entries[place] = entry
        }
        entries = entries.enumerated().filter { !joined.contains($0.offset) }.map(\.element)
    }
}

extension Comparison.Entry {
    /// A finding that both sides have.
    fileprivate init(both old: BaselineFinding, _ new: BaselineFinding, _ plan: BaselinePlan) {
        self.init(standing: .known, finding: new, plan: plan, base: old.rate, head: new.rate)
        let p = FisherTest.p(old.rate, new.rate)
        let more = new.objects.filter { !old.objects.contains($0) }
        let less = old.objects.filter { !new.objects.contains($0) }
        // What is named otherwise in its whole is the same but for numbers.
        let isOtherNames = Loose.texts(more) == Loose.texts(less)
        if p < FisherTest.level {
            standing = old.rate.part < new.rate.part ? .worse : .better
            remarks.append("the rate changed: p = \(Comparison.text(p))")
        } else if !old.rate.isAlways || !new.rate.isAlways {
            standing = .flaky
            remarks.append("the rates are not told apart: p = \(Comparison.text(p))")
        }
        guard !isOtherNames else { return }
        if !more.isEmpty {
            standing = .worse
            remarks.append("only in HEAD: \(Comparison.some(more))")
        } else if !less.isEmpty, standing != .worse {
            standing = .better
        }
        if !less.isEmpty { remarks.append("only in BASE: \(Comparison.some(less))") }
    }

    /// A finding that only HEAD has, of a plan that BASE tested too.
    fileprivate init(only finding: BaselineFinding, ofHead plan: BaselinePlan, base: Rate) {
        self.init(standing: .new, finding: finding, plan: plan, base: base, head: finding.rate)
        let p = FisherTest.p(base, finding.rate)
        if !finding.rate.isAlways, p >= FisherTest.level {
            remarks.append("it comes and goes: that BASE did not show it may be chance, p = \(Comparison.text(p))")
        }
    }

    /// A finding that only BASE has, of a plan that HEAD tested too.
    fileprivate init(only finding: BaselineFinding, ofBase old: BaselinePlan, head new: BaselinePlan) {
        let rate = Rate(hits: 0, runs: new.runs)
        self.init(standing: .resolved, finding: finding, plan: new, base: finding.rate, head: rate)
        let p = FisherTest.p(finding.rate, rate)
        let hidden = finding.objects.filter { object in new.masked.contains { Loose.masks($0, object) } }
        if !hidden.isEmpty, hidden.count == finding.objects.count {
            standing = .uncompared
            remarks.append(
                "HEAD does not look at it, for it differs there without faults: \(hidden.joined(separator: ", "))")
        } else if !finding.rate.isAlways, p >= FisherTest.level {
            standing = .flaky
            remarks.append("it comes and goes: that HEAD did not show it may be chance, p = \(Comparison.text(p))")
        } else if finding.known != nil {
            remarks.append("its scenario says that it is known: where HEAD is what counts, that line can go")
        }
    }

    /// Equal for what is the same defect at points that differ in numbers alone.
    fileprivate func looseKey(without free: Set<String>) -> String {
        ([plan.name(without: free), finding.oracle, finding.step] + finding.objects).map(Loose.text)
            .joined(separator: "\n")
    }

    fileprivate var rank: Int {
        (Comparison.Standing.allCases.firstIndex(of: standing) ?? 0) * 10 + finding.severity.place
    }
}

extension Comparison {
    /// A plan as both sides call it: without the values by which they were chosen.
    func name(_ plan: BaselinePlan) -> String { free.isEmpty ? plan.plan : plan.name(without: free) }

    /// The first of some objects, and how many more there are.
    static func some(_ objects: [String]) -> String {
        let shown = objects.prefix(5)
        let more = objects.count - shown.count
        return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    /// A p-value with two digits that count: `0.21`, `0.0036`, `< 0.0001`.
    static func text(_ p: Double) -> String {
        if p < 0.0001 { return "< 0.0001" }
        var digits = 2
        var part = p
        while part < 0.1, digits < 6 {
            part *= 10
            digits += 1
        }
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let number = Int((p * Double(scale)).rounded())
        let text = String(number % scale)
        return "\(number / scale)." + String(repeating: "0", count: digits - text.count) + text
    }
}

extension Severity {
    /// From the worst, 0.
    fileprivate var place: Int { Severity.allCases.firstIndex(of: self) ?? 0 }
}

extension Rate {
    /// Whether every run showed it.
    fileprivate var isAlways: Bool { runs > 0 && hits == runs }
    /// Hits by runs.
    fileprivate var part: Double { runs > 0 ? Double(hits) / Double(runs) : 0 }
}
