import CKernelHeaders
import Kernel
import NetlinkCodec

/// Finds the other ends of pairs and the lower devices, over all namespaces that were dumped.
///
/// An index names a device in its namespace alone, and the kernel tells the namespace by a number that only the asked
/// namespace knows. So a pair is found by both ends naming each other's index, and only where that fits several
/// devices is the kernel asked which namespace the number means; asking gives no namespace a number.
struct LinkEnds {
    /// One end: a namespace and an index.
    struct End: Hashable {
        var namespace: NetworkNamespaceID
        var index: UInt32
    }

    private let dumps: [NamespaceDump]
    /// Answers the number that a namespace has in another one; nil where it has none.
    private let number: (_ of: NetworkNamespaceID, _ inside: NetworkNamespaceID) throws -> Int32?
    private let byIndex: [UInt32: [(NetworkNamespaceID, LinkRecord)]]

    init(_ dumps: [NamespaceDump], number: @escaping (NetworkNamespaceID, NetworkNamespaceID) throws -> Int32?) {
        self.dumps = dumps
        self.number = number
        byIndex = Dictionary(
            grouping: dumps.flatMap { dump in dump.links.map { (dump.id, $0) } }, by: { $0.1.index })
    }

    /// Whether the device is one end of a pair.
    static func isPair(_ link: LinkRecord) -> Bool { link.kind == "veth" || link.kind == "netkit" }

    /// The other end of each device that has one, by namespace and index; nil marks one in a namespace that is not known.
    func all() throws -> [NetworkNamespaceID: [UInt32: End?]] {
        var found: [NetworkNamespaceID: [UInt32: End?]] = [:]
        for dump in dumps {
            for link in dump.links {
                guard let index = link.link, index != 0 else { continue }
                found[dump.id, default: [:]][link.index] = .some(try end(of: link, index, in: dump.id))
            }
        }
        return found
    }

    private func end(of link: LinkRecord, _ index: UInt32, in own: NetworkNamespaceID) throws -> End? {
        guard let nsid = link.linkNamespaceID else { return End(namespace: own, index: index) }
        var candidates = (byIndex[index] ?? []).filter { $0.0 != own }
        if LinkEnds.isPair(link) {
            candidates = candidates.filter { LinkEnds.isPair($0.1) && $0.1.link == link.index }
            if candidates.count < 2 { return candidates.first.map { End(namespace: $0.0, index: index) } }
        }
        // A lower device does not name those above it, so its index alone proves nothing.
        for (namespace, _) in candidates where try number(namespace, own) == nsid {
            return End(namespace: namespace, index: index)
        }
        return nil
    }
}

/// Asks the kernel which number one namespace has in another (`RTM_GETNSID`); it allocates none.
func namespaceNumber(
    of namespace: NamespaceHandle, inside other: NamespaceHandle, identity: NamespaceIdentity
) throws -> Int32? {
    guard let sockets = try VisitSockets.open(other, identity: identity) else { return nil }
    let target = try namespace.open(identity: identity)
    var builder = NetlinkBuilder()
    builder.message(type: UInt16(RTM_GETNSID), flags: 0) { message in
        message.append(rtgenmsg())
        message.attribute(UInt16(NETNSA_FD), target.raw)
    }
    let answer: [NamespaceIDRecord] = try Asker(socket: sockets.route, role: "").decode(
        try sockets.route.transact(builder.bytes))
    return answer.first.flatMap { $0.id < 0 ? nil : $0.id }
}
