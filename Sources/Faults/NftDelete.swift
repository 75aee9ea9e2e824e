import Model

extension FaultKind {
    /// `nft.delete`: a table, chain, rule, set or element of nftables goes behind the agent's back.
    static let nftDelete = FaultKind.change(
        "nft.delete", .text,
        [
            .optional("family", .text, usual: "any"), .optional("table", .text, usual: "any"),
            .optional("chain", .text, usual: "any"), .optional("set", .text, usual: "any"),
            .optional("text", .text, usual: "any"),
        ],
        cause: "an operator, a firewall that loads its rules anew, or another agent deletes what is not its own",
        irreversibleBecause: "what is made again has another handle, and neither its counters nor its timeouts",
        conflict: { phrase in
            let first = String(phrase.argument.prefix { $0 != " " })
            let kinds = ["table", "chain", "rule", "set", "element"]
            guard Pattern(first).isLiteral, !kinds.contains(first) else { return nil }
            return FaultProblem(
                key: phrase.word,
                message: "`\(phrase.argument)` is no object of nftables: `table inet lab`, `chain inet lab out`, "
                    + "`rule inet lab out #1`, `set inet lab bad` or `element inet lab bad 10.0.0.5`",
                misspelt: first, candidates: kinds)
        }
    ) { .deleteNft(object: $0.object) }
}
