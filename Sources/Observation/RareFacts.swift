import Kernel
import Model
import NetlinkCodec

/// A tracked connection that an operation of an agent named: traffic makes others, which are no facts.
public struct NamedConnection: Hashable, Sendable {
    /// So many are kept of a run.
    static let limit = 4096
    private let source: String
    private let rest: [String: String]

    /// The connection that a `conntrack.create`, `.update` or `.delete` is about; nil for a list, and where all are meant.
    public init?(_ phrase: Phrase) {
        guard phrase.noun == "conntrack", phrase.word != "conntrack.list", phrase.argument != "all" else { return nil }
        source = phrase.argument
        rest = phrase.qualifiers.filter { ["dst", "proto", "sport", "dport"].contains($0.key) }
    }

    func matches(_ tuple: ConnectionTuple) -> Bool {
        let values = [
            "dst": tuple.destination?.description, "proto": tuple.protocolNumber.map { String($0) },
            "sport": tuple.sourcePort.map { String($0) }, "dport": tuple.destinationPort.map { String($0) },
        ]
        return tuple.source?.description == source && rest.allSatisfy { values[$0.key] == $0.value }
    }
}

extension ConnectionRecord: ObservedRecord {
    /// Where somebody said which are meant, these alone.
    public func isShown(by builder: FactBuilder) -> Bool {
        builder.connections.map { named in named.contains { $0.matches(original) } } ?? true
    }

    /// `conntrack SOURCE dst DESTINATION proto N sport N dport N`, with `zone N` where it has one.
    public func fact(by builder: FactBuilder) -> Fact? {
        guard let source = original.source, let destination = original.destination else { return nil }
        var words = ["\(source)", "dst \(destination)"]
        if let number = original.protocolNumber { words.append("proto \(number)") }
        if let port = original.sourcePort { words.append("sport \(port)") }
        if let port = original.destinationPort { words.append("dport \(port)") }
        if !original.message.isEmpty {
            words.append("message " + original.message.map { String($0) }.joined(separator: "/"))
        }
        if zone != 0 { words.append("zone \(zone)") }
        let status = KernelNames.connectionStatus(status)
        return builder.fact(
            "conntrack", words.joined(separator: " "),
            [
                "dst": destination.description, "proto": original.protocolNumber.map { String($0) },
                "sport": original.sourcePort.map { String($0) }, "dport": original.destinationPort.map { String($0) },
                "zone": zone == 0 ? nil : String(zone), "mark": mark == 0 ? nil : "0x" + String(mark, radix: 16),
                "state": state.map(KernelNames.connectionState), "status": status.isEmpty ? nil : status,
                "reply": isTranslated ? replyText : nil, "helper": helper,
                "labels": labels.isEmpty ? nil : Digest.of(labels),
            ])
    }

    /// `10.0.0.77:2 to 10.0.0.1:1`.
    private var replyText: String {
        func end(_ address: IPAddress?, _ port: UInt16?) -> String {
            (address?.description ?? "none") + (port.map { ":\($0)" } ?? "")
        }
        return end(reply.source, reply.sourcePort) + " to " + end(reply.destination, reply.destinationPort)
    }
}

/// The VLANs of the bridges of a namespace and of their ports.
struct BridgeVLANs {
    /// Of each device that has any.
    let records: [BridgeVLANRecord]

    /// Of more VLANs in a row that are alike, one fact tells all.
    private static let mostNumbers = 256

    /// Asks for them; nil where the kernel was built without VLANs of bridges.
    static func of(_ asker: Asker) throws -> BridgeVLANs? {
        do {
            return BridgeVLANs(records: try asker.ask(.dumpVLANs()))
        } catch let error as NetlinkError where error.errno == .notSupported {
            return nil
        }
    }

    /// `vlan NUMBER dev DEV` of each that the kernel does not give every port, and, with the state `none`, of that where it is not.
    func facts(by builder: FactBuilder) -> [Fact] {
        let members = builder.links.filter { $0.kind == "bridge" || $0.portKind == "bridge" }
        return members.flatMap { link -> [Fact] in
            let bridge = link.kind == "bridge" ? link : link.master.flatMap(builder.link)
            let usual = bridge.map(BridgeSettings.defaultPVID) ?? 0
            let entries = records.filter { $0.device == link.index }.flatMap(\.entries)
            let others = entries.filter { !$0.isUsual(usual) }
            let facts = others.flatMap { fact(of: $0, link.name, builder) }
            let isMissing = usual != 0 && !entries.contains { $0.numbers.contains(usual) }
            return facts
                + (isMissing
                    ? [builder.fact("vlan", "\(usual) dev \(link.name)", ["dev": link.name, "state": "none"])] : [])
        }
    }

    private func fact(of entry: BridgeVLANRecord.Entry, _ device: String, _ builder: FactBuilder) -> [Fact] {
        let flags = [(entry.isPVID, "pvid"), (entry.isUntagged, "untagged")].filter(\.0).map(\.1)
        func fact(_ name: String, _ tunnel: UInt32?) -> Fact {
            builder.fact(
                "vlan", "\(name) dev \(device)",
                [
                    "dev": device, "flags": flags.isEmpty ? nil : flags.joined(separator: ", "),
                    "state": entry.stateName, "tunnel": tunnel.map { String($0) },
                ])
        }
        guard entry.numbers.count <= BridgeVLANs.mostNumbers else {
            return [fact("\(entry.numbers.lowerBound)-\(entry.numbers.upperBound)", entry.tunnel)]
        }
        // Of a range the tunnels are numbered like the VLANs.
        return entry.numbers.map { number in
            fact(String(number), entry.tunnel.map { $0 + UInt32(number - entry.numbers.lowerBound) })
        }
    }
}

extension FactBuilder {
    /// `neighbour-table NAME dev DEV` where it is kept otherwise than for a new device.
    func facts(of table: NeighbourTableRecord) -> [Fact] {
        guard table.device != 0, let usual = usualTables.first(where: { $0.name == table.name }) else { return [] }
        let changes = table.changes(from: usual)
        guard !changes.isEmpty else { return [] }
        let device = device(table.device)
        return [fact("neighbour-table", "\(table.name) dev \(device)", ["dev": device, "settings": changes])]
    }

    /// `wireguard DEV` and `wireguard DEV peer KEY`; nothing of a device that was told nothing.
    func facts(of record: WireguardRecord) -> [Fact] {
        guard let device = record.index.map(device) ?? record.name else { return [] }
        let port = record.port.flatMap { $0 == 0 ? nil : String($0) }
        let mark = record.mark.flatMap { $0 == 0 ? nil : "0x" + String($0, radix: 16) }
        let own = fact(
            "wireguard", device,
            ["dev": device, "listen-port": port, "fwmark": mark, "public-key": record.publicKey])
        let peers = record.peers.map { peer in
            fact(
                "wireguard", "\(device) peer \(peer.key)",
                [
                    "dev": device, "peer": peer.key,
                    "preshared-key": peer.presharedKey.flatMap { $0 == "none" ? nil : $0 },
                    "endpoint": peer.endpoint,
                    "persistent-keepalive": peer.keepalive.flatMap { $0 == 0 ? nil : String($0) },
                    "allowed-ips": peer.allowed.isEmpty ? nil : peer.allowed.sorted().joined(separator: ", "),
                ])
        }
        let isTold = port != nil || mark != nil || record.publicKey != nil || !peers.isEmpty
        return isTold ? [own] + peers : []
    }
}
