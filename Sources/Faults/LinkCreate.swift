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
            .optional("link", .device, usual: "needed by a vlan and its like"),
            .optional("id", .number(0...4095), usual: "needed by a vlan"),
            .optional("table", .routingTable, usual: "needed by a vrf"),
            .optional("settings", .text, usual: "the kernel's; in words of ip-link(8)"),
        ],
        cause: "a card is plugged in, or another agent makes a device of that name",
        conflict: { phrase in
            let link = link(of: phrase)
            if let (key, message) = link.problem {
                return FaultProblem(key: key.isEmpty ? phrase.word : key, message: message)
            }
            guard link.type != "veth", phrase.qualifiers["peer-netns"] != nil else { return nil }
            return FaultProblem(key: "peer-netns", message: "a \(link.type) has no peer")
        }
    ) { .createLink(link(of: $0)) }

    private static func link(of phrase: Phrase) -> LinkSpecification {
        let keys = phrase.qualifiers
        let isUp = keys["up"] == "true"
        let end = LinkSpecification.End(
            name: phrase.argument, namespace: phrase.namespaceOrHost, up: isUp, mtu: keys["mtu"].flatMap { Int($0) },
            mac: keys["mac"], master: keys["master"])
        let peer = keys["peer"].map { name in
            LinkSpecification.End(name: name, namespace: keys["peer-netns"] ?? end.namespace, up: isUp)
        }
        return LinkSpecification(
            type: keys["type"] ?? "veth", end: end, peer: peer, link: keys["link"], id: keys["id"].flatMap { Int($0) },
            table: keys["table"], settings: keys["settings"])
    }
}
