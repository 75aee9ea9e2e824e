import FoundationEssentials
import Model

/// A step in which a fault fired said success while its state is not the reference's.
struct FalseSuccess: Oracle {
    static let name = OracleName.falseSuccess
    static let severity = Severity.high
    static let cwe = "CWE-393"

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.wrongSuccesses().filter { !$0.isSilent }.map { wrong in
            let difference = Lines.difference(wrong.differences)
            return finding(about: wrong.step, "\(wrong.step.id) said success, but \(difference)", wrong.lines)
        }
    }
}

/// The agent was told of an error in a step, said nothing of it, and the state is not the reference's.
struct SilentFailure: Oracle {
    static let name = OracleName.silentFailure
    static let severity = Severity.high
    static let cwe = "CWE-391"

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.wrongSuccesses().filter(\.isSilent).map { wrong in
            let errors = wrong.errors.map(\.name).joined(separator: ", ")
            let difference = Lines.difference(wrong.differences)
            return finding(
                about: wrong.step, "\(wrong.step.id) was told \(errors) and printed no error, but \(difference)",
                wrong.lines)
        }
    }
}

/// A step that said success with a state that is not the reference's.
struct WrongSuccess {
    var step: StepEvidence
    var differences: [Difference]
    var deliveries: [Delivery]

    /// The errors that the agent was told.
    var errors: [ErrorNumber] {
        deliveries.compactMap { if case .fail(let errno, _, _) = $0.action { errno } else { nil } }
    }

    /// Whether the agent was told of an error and kept it to itself.
    var isSilent: Bool {
        guard !errors.isEmpty, let last = step.outcome.attempts.last else { return false }
        let saidSomething = last.errorOutput.contains { !$0.isWhitespace }
        return !saidSomething && !WrongSuccess.isCNIError(last.output)
    }

    var lines: [String] { Lines.list(differences) + [Lines.end(step)] + Lines.deliveries(deliveries) }

    /// Whether a text is the error result of the CNI specification: a JSON object with a `code`.
    private static func isCNIError(_ text: String) -> Bool {
        struct Result: Decodable { var code: Int }
        return (try? JSONDecoder().decode(Result.self, from: Data(text.utf8))) != nil
    }
}

extension Evidence {
    /// The steps in which a fault fired that said success, with what is wrong in the state that they touched.
    func wrongSuccesses() -> [WrongSuccess] {
        steps.compactMap { step in
            let deliveries = deliveries(during: step.id)
            guard !deliveries.isEmpty, step.isSuccess, !isDisturbedAfter(step.id) else { return nil }
            // To take back what is in a namespace that went is done: an undo may call that a success.
            let isUndo = step.command?.undoes != nil
            let removal = Removal(
                names: isUndo ? Set(deliveries.flatMap(\.removed).map(Role.name)) : [],
                states: [step.expected, step.before].compactMap(\.self))
            let differences = step.touchedDifferences.filter { !removal.explains($0) }
            guard !differences.isEmpty else { return nil }
            return WrongSuccess(step: step, differences: differences, deliveries: deliveries)
        }
    }
}
