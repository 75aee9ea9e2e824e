import Model

extension FaultKind {
    /// `address.delete`: an address goes, and with it the routes that need it.
    static let addressDelete = FaultKind.change(
        "address.delete", .prefixPattern(or: []), [.optional("dev", .device, usual: "any")],
        cause: "an operator, a DHCP client, or another agent takes the address away", isReversible: true
    ) { .deleteAddress(object: $0.object) }
}
