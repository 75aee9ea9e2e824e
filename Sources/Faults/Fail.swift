import Model

extension FaultKind {
    /// What stands for every errno that the kernel can answer.
    static let eachErrno = "each"

    /// `fail`: the kernel does not act, and the agent is told of an error.
    static let fail = FaultKind(
        word: "fail", argument: .errorNumber(or: [eachErrno]),
        qualifiers: [
            Qualifier(name: "message", value: .text, usual: "none"),
            Qualifier(name: "impossible", value: .truth, usual: "false"),
        ],
        actor: .kernel, cause: "the kernel refuses the request, for the cause that the table of errnos names",
        refusal: { _, place in
            let point = place.point
            guard ErrnoTable.hasResult(point.operation.word) else {
                return point.operation.noun == "notice"
                    ? "`fail` needs an operation with a result; a subscription fails by `overflow`"
                    : "`fail` needs an operation with a result"
            }
            return point.side == .before ? nil : "`fail` is for `before`: after it, the kernel has acted"
        },
        action: { phrase in
            ErrorNumber(name: phrase.argument).map {
                .fail(
                    errno: $0, message: phrase.qualifiers["message"],
                    impossible: phrase.qualifiers["impossible"] == "true")
            }
        })
}
