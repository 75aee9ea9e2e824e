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
        let sources = FaultSources.all.map { source in
            "\(source.name) \(denominator.candidates.count { $0.source == source.name })"
        }
        lines.append(
            "faults on both sides of them, then \(exploration.continuations.joined(separator: ", ")): "
                + "\(denominator.candidates.count) (\(sources.joined(separator: ", ")))")
        lines += denominator.passes.map { "  \($0)" }
        return lines
    }

    /// `1912 of 1912: 1400 run, 512 pruned`, or how far it is.
    ///
    /// - Parameter done: How many of those that are run have been.
    public func countLine(done: Int) -> String {
        let all = denominator.candidates.count
        let kept = denominator.kept.count
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

    /// A cause by itself.
    public func lines(_ cause: Cause) -> [String] {
        let plans = Text.count(cause.candidates.count, "plan")
        var lines = [
            "\(Text.right("\(cause.number)", 3))  \(Text.left(cause.finding.severity.rawValue, 6))  "
                + "\(what(cause)): \(cause.finding.message)"
        ]
        lines.append("             \(window(cause)): \(plans)\(then(cause))\(rate(cause))")
        if let flip = cause.flip {
            lines.append("             harmless \(moment(flip.harmless)); not \(moment(flip.harmful))")
        }
        return lines
    }

    /// Where it happens: `del.1 from exec rm to netns.stat pod`.
    public func window(_ cause: Cause) -> String {
        let first = denominator.places[cause.window.lowerBound]
        let last = denominator.places[cause.window.upperBound]
        if first.number == last.number { return "\(cause.step) at \(first.name)" }
        return "\(cause.step) from \(first.name) to \(last.name)"
    }

    /// The moment of a candidate: `before netns.name x by ip`.
    public func moment(_ number: Int) -> String {
        let candidate = denominator.candidate(number)
        let place = denominator.places[candidate.place]
        return "\(candidate.side.rawValue) \(place.name)"
    }

    /// A candidate on one line: the moment, the fault, and what is run then.
    public func line(_ number: Int) -> String {
        let candidate = denominator.candidate(number)
        let place = denominator.places[candidate.place]
        return "\(place.step) \(moment(number)): \(fault(candidate)), then \(candidate.continuation)"
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
        case "fail": "\(denominator.places[denominator.candidate(cause.example).place].operation.phrase.word) refused"
        case "dump": "a list interrupted"
        case "exec": "another command in \(cause.step)"
        default: "\(denominator.candidate(cause.example).action.phrase.word) in \(cause.step)"
        }
    }

    private func then(_ cause: Cause) -> String {
        cause.continuations.count == exploration.continuations.count
            ? "" : ", then \(cause.continuations.joined(separator: ", "))"
    }

    private func rate(_ cause: Cause) -> String {
        guard let rate = cause.rate else { return "" }
        let places = denominator.places[cause.window]
        let isCertain = rate.hits == rate.runs && places.allSatisfy(\.isStable)
        return "; \(rate)\(isCertain ? ", deterministic" : "")"
    }
}

/// Texts of numbers and columns.
enum Text {
    /// `1 plan`, `2 plans`.
    static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

    /// The text with spaces behind it.
    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The text with spaces before it.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
