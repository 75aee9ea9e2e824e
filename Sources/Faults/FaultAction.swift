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

    /// Reads an action of a plan.
    ///
    /// - Throws: `FaultProblem` naming the key that is wrong; a plan that the validator accepted never throws.
    public init(_ phrase: Phrase) throws(FaultProblem) {
        if let problem = FaultProblem.all(in: phrase).first { throw problem }
        func unreadable() -> FaultProblem {
            FaultProblem(key: phrase.word, message: "`\(phrase.which)` is nothing that `\(phrase.word)` can do")
        }
        let settle = phrase.qualifiers["settle"].flatMap(Settle.init(rawValue:)) ?? .done
        switch phrase.word {
        case "fail":
            guard let number = ErrorNumber(name: phrase.which) else { throw unreadable() }
            self = .fail(number, message: phrase.qualifiers["message"])
        case "kill":
            guard let victims = Victims(rawValue: phrase.which),
                let signal = SignalName.number(phrase.qualifiers["signal"] ?? "SIGKILL")
            else { throw unreadable() }
            self = .kill(victims, signal: signal, agent: phrase.qualifiers["agent"])
        case "netns.delete": self = .netnsDelete(phrase.which, settle)
        case "netns.unmount": self = .netnsUnmount(phrase.which, settle)
        case "netns.replace": self = .netnsReplace(phrase.which, settle)
        default: throw unreadable()
        }
    }
}
