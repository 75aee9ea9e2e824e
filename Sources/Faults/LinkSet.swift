import Model

extension FaultKind {
    /// `link.set`: a device changes behind the agent's back.
    static let linkSet = FaultKind.change(
        "link.set", .device,
        [
            .optional("up", .truth), .optional("mtu", .number(68...65_535)), .optional("mac", .hardwareAddress),
            .optional("master", .deviceName(or: ["none"])), .optional("name", .deviceName(or: [])),
            .optional("netns", .namespace),
        ],
        cause: "an operator, a network manager, or a cable that is pulled out", isReversible: true,
        irreversibleKeys: ["mac", "master", "name", "netns"],
        conflict: { phrase in
            let keys = phrase.qualifiers
            if keys.isEmpty {
                return FaultProblem(
                    key: phrase.word,
                    message: "`link.set` sets nothing: `up`, `mtu`, `mac`, `master`, `name` or `netns`")
            }
            guard keys["netns"] != nil, keys["master"] != nil else { return nil }
            return FaultProblem(
                key: "master", message: "a device that goes to another namespace has no master there yet")
        }
    ) { phrase in
        let keys = phrase.qualifiers
        let settings = LinkSettings(
            up: keys["up"].map { $0 == "true" }, mtu: keys["mtu"].flatMap { Int($0) }, mac: keys["mac"],
            master: keys["master"].map { $0 == "none" ? .nobody : .device($0) }, name: keys["name"],
            netns: keys["netns"])
        return .setLink(object: Phrase("link", phrase.argument, in: phrase.namespaceOrHost), settings)
    }
}
