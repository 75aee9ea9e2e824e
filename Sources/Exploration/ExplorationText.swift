import Model

/// An exploration as lines for people.
public struct ExplorationText: Sendable {
    private let exploration: Exploration

    /// Tells of an exploration.
    public init(_ exploration: Exploration) { self.exploration = exploration }

    private var denominator: Denominator { exploration.denominator }

    /// What can be tried, what is pruned and why, and how many are run: the same lines for the same references.
    public func denominatorLines() -> [String] {
        let places = denominator.places
        let perStep = exploration.steps.map { step in
            "\(step) \(places.count { $0.operation.step == step })"
        }
        var lines = ["\(Text.count(places.count, "operation")) of the agent: \(perStep.joined(separator: ", "))"]
        let unstable = places.filter { !$0.isStable }
        let runs = places.first?.references ?? 0
        lines.append(
            unstable.isEmpty
                ? "keys: \(places.count) of \(places.count) in \(runs) of \(runs) runs without faults"
                : "keys: \(places.count - unstable.count) of \(places.count) in \(runs) of \(runs) runs without faults; not:"
        )
        for place in unstable.prefix(5) {
            lines.append("  in \(place.seen) of \(runs) runs: \(place.name): never called deterministic")
        }
        if unstable.count > 5 { lines.append("  and \(unstable.count - 5) more") }
        if let explore = exploration.story.explore, !explore.at.isEmpty || !explore.faults.isEmpty {
            let counted = places.count { explore.counts(operation: $0.operation.phrase.word) }
            let parts = [
                explore.at.isEmpty ? nil : "operations \(explore.at.joined(separator: ", ")): \(counted)",
                explore.faults.isEmpty ? nil : "faults \(explore.faults.joined(separator: ", "))",
            ]
            lines.append("only what is asked for: \(parts.compactMap(\.self).joined(separator: "; "))")
        }
        let sources = FaultSources.all.map { source in
            "\(source.name) \(denominator.candidates.count { $0.source == source.name })"
        }
        lines.append(
            "faults on both sides of them, then \(exploration.continuations.joined(separator: ", ")): "
                + "\(denominator.candidates.count) (\(sources.joined(separator: ", ")))")
        lines += denominator.passes.map { "  \($0)" }
        return lines
    }

    /// What of the runs with one fault gets a second, and what is pruned of that; none where runs have one fault.
    public func secondLines() -> [String] {
        guard let second = exploration.second else { return [] }
        var lines = ["second faults: \(Text.count(second.passes.first?.before ?? 0, "run")) with one fault"]
        lines += second.passes.map { "  \($0)" }
        let new = second.aftermaths.reduce(0) { $0 + $1.newPaths.count }
        lines.append(
            "\(second.aftermaths.count) go on in a way of their own; \(Text.count(new, "operation")) there are of a retry or clean up"
        )
        let candidates = second.aftermaths.flatMap(\.denominator.candidates)
        let sources = FaultSources.all.map { source in
            "\(source.name) \(candidates.count { $0.source == source.name })"
        }
        lines.append("faults on both sides of what follows: \(candidates.count) (\(sources.joined(separator: ", ")))")
        for index in PruningPasses.all.indices {
            let results = second.aftermaths.map { $0.denominator.passes[index] }
            let sum = Denominator.PassResult(
                before: results.reduce(0) { $0 + $1.before }, after: results.reduce(0) { $0 + $1.after },
                reason: PruningPasses.all[index].reason)
            lines.append("  \(sum)")
        }
        return lines
    }

    /// `pairs: 912 of 912: 400 run, 512 pruned`, or how far it is; nil where runs have one fault.
    ///
    /// - Parameter done: How many of those that are run have been.
    public func secondCountLine(done: Int) -> String? {
        exploration.second.map { "pairs of faults: " + countLine(done: done, of: $0.count, kept: $0.kept.count) }
    }

    /// `1912 of 1912: 1400 run, 512 pruned`, or how far it is.
    ///
    /// - Parameter done: How many of those that are run have been.
    public func countLine(done: Int) -> String {
        countLine(done: done, of: denominator.candidates.count, kept: denominator.kept.count)
    }

    private func countLine(done: Int, of all: Int, kept: Int) -> String {
        let pruned = all - kept
        guard done < kept else { return "\(all) of \(all): \(kept) run, \(pruned) pruned" }
        return "\(done + pruned) of \(all): \(done) of \(kept) run, \(pruned) pruned"
    }

    /// The causes, each on two lines and, where there is more to say, further ones.
    public func causeLines(_ causes: [Cause]) -> [String] { causes.flatMap(lines) }

    /// What is said where there is no cause: what could not be judged is not called right.
    public static func nothing(in outcomes: [Outcome], isWhole: Bool) -> String {
        let errors = outcomes.count { if case .error = $0.verdict { true } else { false } }
        if errors > 0 { return "nothing was found, but \(errors) of \(outcomes.count) plans could not be judged" }
        return isWhole ? "nothing is wrong" : "nothing is wrong so far"
    }

    /// What the runs did that no state compares, and asked that has no word: of each the most that a plan did.
    public static func notLookedAt(in outcomes: [Outcome]) -> [String] {
        outcomes.compactMap(\.notLookedAt).reduce(into: NotLookedAt()) { $0.join($1) }.lines
    }

    /// A cause by itself.
    public func lines(_ cause: Cause) -> [String] {
        let plans = Text.count(cause.candidates.count, "plan")
        var lines = [
            "\(Text.right("\(cause.number)", 3))  \(Text.left(cause.finding.severity.rawValue, 6))  "
                + message(cause)
        ]
        if let base = exploration.base(of: cause.example) {
            lines.append(
                "             after \(fault(base)) \(moment(base.number)) in \(exploration.place(of: base.number).step)"
            )
        }
        let lasting = cause.lasting.map { "; \($0.rawValue)" } ?? ""
        lines.append("             \(window(cause)): \(plans)\(then(cause))\(lasting)\(rate(cause))")
        if let flip = cause.flip {
            lines.append("             harmless \(moment(flip.harmless)); not \(moment(flip.harmful))")
        }
        let removed = cause.removed.map {
            [Text.some($0.steps, "step"), Text.some($0.faults, "fault"), Text.some($0.agents, "agent")].compactMap(
                \.self)
        }
        if let removed, !removed.isEmpty {
            lines.append("             shown without \(removed.joined(separator: ", "))")
        }
        return lines
    }

    /// What was done, and what came of it: `killed in add.1: after add, the name x leads to no namespace`.
    public func message(_ cause: Cause) -> String { "\(what(cause)): \(cause.finding.message)" }

    /// Where it happens: `del.1 from exec rm to netns.stat pod`.
    public func window(_ cause: Cause) -> String {
        let ends = ends(of: cause)
        return "\(cause.step) " + (ends.count == 1 ? "at \(ends[0])" : "from \(ends[0]) to \(ends[1])")
    }

    /// The first and the last operation at which it happens, each with its step; one where these are the same.
    public func windowEnds(_ cause: Cause) -> [String] { ends(of: cause).map { "\(cause.step), \($0)" } }

    private func ends(of cause: Cause) -> [String] {
        let places = exploration.places(of: cause.example)
        let first = places[cause.window.lowerBound]
        let last = places[cause.window.upperBound]
        return first.number == last.number ? [first.name] : [first.name, last.name]
    }

    /// The moment of a candidate: `before netns.name x by ip`.
    public func moment(_ number: Int) -> String {
        "\(exploration.candidate(number).side.rawValue) \(exploration.place(of: number).name)"
    }

    /// A candidate on one line: the moment, the fault, and what is run then.
    public func line(_ number: Int) -> String {
        let candidate = exploration.candidate(number)
        let base = exploration.base(of: number).map {
            "\(exploration.place(of: $0.number).step) \(moment($0.number)): \(fault($0)); "
        }
        return "\(base ?? "")\(exploration.place(of: number).step) \(moment(number)): \(fault(candidate)), then "
            + candidate.continuation
    }

    /// The action on one line; a command of the agent without what runs it.
    private func fault(_ candidate: Candidate) -> String {
        let command = exploration.story.allSteps.first { step in
            step.command.map { candidate.action == .change(.execute(argv: OtherCommands.argv($0), namespace: "host")) }
                ?? false
        }
        return command.map { "run \($0.name)" } ?? candidate.action.lineText
    }

    private func what(_ cause: Cause) -> String {
        switch cause.family {
        case "kill": "killed in \(cause.step)"
        case "fail": "\(exploration.place(of: cause.example).operation.phrase.word) refused"
        case "dump": "a list interrupted"
        case "exec": "another command in \(cause.step)"
        default: "\(exploration.candidate(cause.example).action.phrase.word) in \(cause.step)"
        }
    }

    private func then(_ cause: Cause) -> String {
        cause.continuations.count == exploration.continuations.count
            ? "" : ", then \(cause.continuations.joined(separator: ", "))"
    }

    private func rate(_ cause: Cause) -> String {
        guard let rate = cause.rate else { return "" }
        let places = exploration.places(of: cause.example)[cause.window]
        let isCertain = rate.hits == rate.runs && places.allSatisfy(\.isStable)
        let cold = cause.cold.map { "; cold on all CPUs \($0.hits)/\($0.runs)" } ?? ""
        return "; \(rate)\(isCertain ? ", deterministic" : "")\(cold)"
    }
}

/// Texts of numbers and columns.
enum Text {
    /// `1 plan`, `2 plans`.
    static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

    /// `2 plans`; nil for none.
    static func some(_ number: Int, _ word: String) -> String? { number == 0 ? nil : count(number, word) }

    /// `12.5`.
    static func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// The text with spaces behind it.
    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The text with spaces before it.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
