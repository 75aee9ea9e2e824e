import Model

extension FaultKind {
    /// `address.add`: the address is there before the agent adds it.
    static let addressAdd = FaultKind.change(
        "address.add", .prefix(or: []), [.required("dev", .device)],
        cause: "another agent, or the same one in a second process, adds the address first", isReversible: true
    ) { phrase in
        phrase.qualifiers["dev"].map {
            .addAddress(AddressChange(prefix: phrase.argument, dev: $0, namespace: phrase.namespaceOrHost))
        }
    }
}
