import Model

extension FaultKind {
    /// `link.delete`: a device goes, and with it its peer, its addresses and its routes.
    static let linkDelete = FaultKind.change(
        "link.delete", .device, cause: "an operator, another agent, or a card that is pulled out"
    ) { .deleteLink(object: $0.object) }
}
