import Model

/// An action of a plan, typed: what the worker delivers.
public enum FaultAction: Hashable, Sendable {
    /// The request is answered with this error number and, where it is netlink, this extended message.
    case fail(ErrorNumber, message: String?)
    /// These processes get this signal; of another agent than the one at the point where `agent` names one.
    case kill(Victims, signal: Int32, agent: String?)
    /// The name and its file go.
    case netnsDelete(String, Settle)
    /// The name goes and its file stays.
    case netnsUnmount(String, Settle)
    /// The name leads to a new namespace.
    case netnsReplace(String, Settle)
    /// The world changes an object of the host.
    case change(WorldChange)
    /// Whoever is at the point waits so long; a step waits itself.
    case delay(Nanoseconds)

    /// Reads an action of a plan.
    ///
    /// - Throws: `FaultProblem` naming the key that is wrong; a plan that the validator accepted never throws.
    public init(_ phrase: Phrase) throws(FaultProblem) {
        if let problem = FaultProblem.all(in: phrase).first { throw problem }
        guard let action = ActionWords.kind(phrase.word)?.action(phrase) else {
            throw FaultProblem(
                key: phrase.word, message: "`\(phrase.which)` is nothing that `\(phrase.word)` can do")
        }
        self = action
    }
}
