import Model

extension FaultKind {
    /// `link.create`: a device appears, as when a card is plugged in or another agent makes one.
    static let linkCreate = FaultKind.change(
        "link.create", .deviceName(or: []),
        [
            .optional("type", .word(LinkSpecification.types), usual: "veth"),
            .optional("peer", .deviceName(or: []), usual: "needed by a veth"),
            .optional("peer-netns", .namespace, usual: "the namespace of the device"),
            .optional("up", .truth, usual: "false, of both ends"),
            .optional("mtu", .number(68...65_535), usual: "the kernel's"),
            .optional("mac", .hardwareAddress, usual: "the kernel's choice"),
            .optional("master", .device, usual: "none"),
        ],
        cause: "a card is plugged in, or another agent makes a device of that name",
        conflict: { phrase in
            let type = phrase.qualifiers["type"] ?? "veth"
            let peer = ["peer", "peer-netns"].first { phrase.qualifiers[$0] != nil }
            if type == "veth" {
                return phrase.qualifiers["peer"] == nil
                    ? FaultProblem(key: phrase.word, message: "a veth needs a peer") : nil
            }
            return peer.map { FaultProblem(key: $0, message: "a \(type) has no peer") }
        }
    ) { phrase in
        let keys = phrase.qualifiers
        let isUp = keys["up"] == "true"
        let end = LinkSpecification.End(
            name: phrase.argument, namespace: phrase.namespaceOrHost, up: isUp, mtu: keys["mtu"].flatMap { Int($0) },
            mac: keys["mac"], master: keys["master"])
        let peer = keys["peer"].map { name in
            LinkSpecification.End(name: name, namespace: keys["peer-netns"] ?? end.namespace, up: isUp)
        }
        return .createLink(LinkSpecification(type: keys["type"] ?? "veth", end: end, peer: peer))
    }
}
