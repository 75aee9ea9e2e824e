import Model

/// How evidence is put in words.
enum Lines {
    /// How many objects a finding lists before it only counts.
    static let most = 12

    /// What an object is called in a sentence: a rule of a packet filter by what it says, another by its name.
    static func name(_ fact: Fact) -> String {
        guard fact.identity.noun == "nft", fact.identity.name.hasPrefix("rule ") else {
            return fact.identity.description
        }
        return "nft \(ObjectText.line(fact, in: true))"
    }

    /// `link eth0 in pod (mtu 1500, up true)`; of a packet filter in the syntax of nft(8).
    static func text(_ fact: Fact) -> String {
        if fact.identity.noun == "nft" { return "nft \(ObjectText.line(fact, in: true))" }
        let attributes = fact.attributes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return fact.identity.description + (attributes.isEmpty ? "" : " (\(attributes.joined(separator: ", ")))")
    }

    /// What was expected and what is there, one line for each object.
    static func text(_ difference: Difference) -> String {
        switch difference {
        case .extra(let fact): return "extra: \(text(fact))"
        case .missing(let fact): return "missing: \(text(fact))"
        case .changed(let expected, let there):
            let names = Set(expected.attributes.keys).union(there.attributes.keys)
                .filter { expected.attributes[$0] != there.attributes[$0] }.sorted()
            func side(_ fact: Fact) -> String {
                names.map { "\($0) \(fact.attributes[$0] ?? "absent")" }.joined(separator: ", ")
            }
            return "changed: \(expected.identity): \(side(there)), expected \(side(expected))"
        }
    }

    /// The first differences, and how many there are besides.
    static func list(_ differences: [Difference]) -> [String] { list(differences.map(text)) }

    /// The first lines, and how many there are besides.
    static func list(_ lines: [String]) -> [String] {
        lines.count <= most ? lines : lines.prefix(most) + ["and \(lines.count - most) more"]
    }

    /// `, and twice more`; empty for one.
    static func more(_ count: Int) -> String {
        switch count {
        case ...1: ""
        case 2: ", and once more"
        case 3: ", and twice more"
        default: ", and \(count - 1) times more"
        }
    }

    /// `1 thing differs from a run without faults`.
    static func difference(_ differences: [Difference]) -> String {
        let count = differences.count
        return (count == 1 ? "1 thing differs" : "\(count) things differ") + " from a run without faults"
    }

    /// The faults that fired, as the scenario says them.
    static func deliveries(_ deliveries: [Delivery]) -> [String] {
        deliveries.map { "fault \($0.fault): \($0.action.lineText), at \($0.key)" }
    }

    /// The last lines that the runs of the step's command wrote: standard output, then standard error.
    static func words(of step: StepEvidence) -> [String] {
        let attempts = step.outcome.attempts
        return attempts.enumerated().flatMap { index, attempt -> [String] in
            let who = attempts.count == 1 ? step.id : "\(step.id), run \(index + 1),"
            return [attempt.output, attempt.errorOutput].flatMap { text in
                text.split(separator: "\n").suffix(most / 2).map { "\(who) said: \($0)" }
            }
        }
    }

    /// How the command ended and the last line that it said.
    static func end(_ step: StepEvidence) -> String { "\(step.id) ended: \(step.outcome.endText)" }
}
