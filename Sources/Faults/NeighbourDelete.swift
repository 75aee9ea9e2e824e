import Model

extension FaultKind {
    /// `neighbour.delete`: a neighbour goes behind the agent's back.
    static let neighbourDelete = FaultKind.change(
        "neighbour.delete", .prefixPattern(or: []), [.optional("dev", .device, usual: "any")],
        cause: "an operator who flushes the table, or another agent", isReversible: true
    ) { .deleteNeighbour(object: $0.object) }
}
