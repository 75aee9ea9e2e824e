import Model

extension FaultKind {
    /// `neighbour.replace`: an address leads to another hardware address than the agent's entry said.
    static let neighbourReplace = neighbour(
        "replace", cause: "an overlay's controller that has moved a workload, or another agent",
        WorldChange.replaceNeighbour)
}
