import Model

extension FaultKind {
    /// `link.set`: a device changes behind the agent's back.
    static let linkSet = FaultKind.change(
        "link.set", .device,
        [
            .optional("up", .truth), .optional("mtu", .number(68...65_535)), .optional("mac", .hardwareAddress),
            .optional("master", .deviceName(or: ["none"])), .optional("name", .deviceName(or: [])),
        ],
        cause: "an operator, a network manager, or a cable that is pulled out", isReversible: true,
        irreversibleKeys: ["mac", "master", "name"],
        conflict: { phrase in
            phrase.qualifiers.isEmpty
                ? FaultProblem(
                    key: phrase.word, message: "`link.set` sets nothing: `up`, `mtu`, `mac`, `master` or `name`") : nil
        }
    ) { phrase in
        let keys = phrase.qualifiers
        let settings = LinkSettings(
            up: keys["up"].map { $0 == "true" }, mtu: keys["mtu"].flatMap { Int($0) }, mac: keys["mac"],
            master: keys["master"].map { $0 == "none" ? .nobody : .device($0) }, name: keys["name"])
        return .setLink(object: Phrase("link", phrase.argument, in: phrase.namespaceOrHost), settings)
    }
}
