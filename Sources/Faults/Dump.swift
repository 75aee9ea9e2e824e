import Model

extension FaultKind {
    /// `dump`: a list that the agent asks for is told to be inconsistent, or ends early.
    static let dump = FaultKind(
        word: "dump", argument: .word(Action.DumpFate.allCases.map(\.rawValue)), qualifiers: [], actor: .kernel,
        cause: "another program changes such objects meanwhile (NLM_F_DUMP_INTR), or one is too large for its reader "
            + "(EMSGSIZE)",
        place: "before a list that is asked for by netlink",
        refusal: { _, place in
            let point = place.point
            guard let row = OperationTable.row(point.operation.word), row.isNetlink, row.verb == "list" else {
                return "`dump` needs a list that is asked for by netlink, as `link.list`"
            }
            return point.side == .before ? nil : "`dump` is for `before`: after it, the kernel has answered"
        },
        action: { phrase in Action.DumpFate(rawValue: phrase.argument).map(Action.dump) })
}
