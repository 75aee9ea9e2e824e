import Model

extension FaultKind {
    /// `rule.delete`: a policy rule goes behind the agent's back.
    static let ruleDelete = FaultKind.change(
        "rule.delete", .prefixPattern(or: ["all"]),
        [
            .optional("to", .prefixPattern(or: []), usual: "any"), .optional("iif", .device, usual: "any"),
            .optional("oif", .device, usual: "any"), .optional("fwmark", .text, usual: "any"),
            .optional("table", .text, usual: "any"), .optional("priority", .text, usual: "any"),
        ],
        cause: "another agent that routes by policy deletes rules that are not its own", isReversible: true
    ) { .deleteRule(object: $0.object) }
}
