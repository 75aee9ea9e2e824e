import Model

/// What a step must keep was not so for a while, or since.
struct Harmed: Oracle {
    static let name = OracleName(rawValue: "harmed")
    static let severity = Severity.high
    static let cwe = "CWE-666"
    static let meaning =
        "what a step must keep (`keeps`) is not so for a while, though it was before: a gap in a service"
    static let blindSpots =
        "a gap between two looks, of which there is one behind each operation that changes something; what the fault itself "
        + "breaks"
    static let pairs = [
        "address-moved-by-deleting", "filter-flushed-before-it-is-filled", "route-replaced-in-two-steps",
    ]

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            let gaps = (step.outcome.gaps ?? []).filter { !$0.isWorlds }
            guard let first = gaps.first else { return nil }
            let more = Lines.more(gaps.count)
            let end =
                first.hasEnded
                ? "was not so for \(first.lasted / 1000) us of the agent's time"
                : "was not so any more, to the end of the step"
            return finding(
                about: step, "in \(step.id), what it must keep \(end)\(more): \(first.condition)",
                Lines.list(gaps.flatMap { lines($0, evidence) })
                    + Lines.deliveries(evidence.deliveries(during: step.id)))
        }
    }

    private func lines(_ gap: Gap, _ evidence: Evidence) -> [String] {
        func behind(_ index: Int?, _ otherwise: String) -> String {
            guard let index, let operation = evidence.record.operations.first(where: { $0.index == index }) else {
                return otherwise
            }
            return "behind \(operation.key)"
        }
        let end = gap.hasEnded ? behind(gap.until, "at the end of the step") : "not any more in this step"
        return ["lost \(behind(gap.from, "at the end of the step")): \(gap.why)", "so again \(end)"]
    }
}
