import Model

extension FaultKind {
    /// `rule.add`: a policy rule is there that the agent did not add.
    static let ruleAdd = FaultKind.change(
        "rule.add", .prefix(or: ["all"]),
        [
            .optional("to", .prefix(or: []), usual: "any"), .optional("iif", .deviceName(or: []), usual: "any"),
            .optional("fwmark", .mark, usual: "any"), .required("table", .routingTable),
            .optional("priority", .number(0...4_294_967_295), usual: "the kernel's choice"),
        ],
        cause: "another agent that routes by policy adds a rule", isReversible: true
    ) { phrase in
        let keys = phrase.qualifiers
        return keys["table"].map {
            .addRule(
                RuleSpecification(
                    from: phrase.argument, to: keys["to"], iif: keys["iif"], fwmark: keys["fwmark"], table: $0,
                    priority: keys["priority"].flatMap { Int($0) }, namespace: phrase.namespaceOrHost))
        }
    }
}
