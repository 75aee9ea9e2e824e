import CKernelHeaders
import Kernel
import Model
import NetlinkCodec
import SystemPackage

/// Why a state could not be had exactly.
public enum SnapshotError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A dump held a message of another type (`nlmsg_type`).
    case unexpectedMessage(namespace: String, type: UInt16)
    /// The nftables generation was another one after every attempt.
    case ruleSetChanges(namespace: String, attempts: Int)
    /// There is more than a state holds.
    case tooLarge(StateBound)

    /// One line.
    public var description: String {
        switch self {
        case .unexpectedMessage(let namespace, let type): "snapshot of \(namespace): unexpected message of type \(type)"
        case .ruleSetChanges(let namespace, let attempts):
            "snapshot of \(namespace): the nftables rule set changed during each of \(attempts) dumps"
        case .tooLarge(let bound): "the state of the host is larger than one may be: \(bound)"
        }
    }
}

/// What a state holds at most, lest an agent decides how much memory and time it takes to judge it.
public enum StateBound: Hashable, Sendable, CustomStringConvertible, CaseIterable {
    /// Objects of all kinds.
    case objects
    /// Folders one in another.
    case depth
    /// The path of a file, in bytes.
    case path

    /// How many.
    public var limit: Int {
        switch self {
        case .objects: 20_000
        case .depth: 100
        case .path: 1024
        }
    }

    /// What an agent did that met it.
    public var description: String {
        switch self {
        case .objects: "more than \(limit) objects that are other than at the beginning"
        case .depth: "folders more than \(limit) deep"
        case .path: "a file whose path is longer than \(limit) bytes"
        }
    }

    /// - Throws: ``SnapshotError/tooLarge(_:)``.
    func check(_ count: Int) throws(SnapshotError) { if count > limit { throw .tooLarge(self) } }
}

/// What the kernel answered for one namespace, decoded and not yet canonical.
struct NamespaceDump {
    var id: NetworkNamespaceID
    var links: [LinkRecord] = []
    var addresses: [AddressRecord] = []
    var routes: [RouteRecord] = []
    var rules: [RuleRecord] = []
    var neighbours: [NeighbourRecord] = []
    var proxies: [NeighbourRecord] = []
    var traffic = TrafficDump()
    var nexthops: [NexthopRecord] = []
    var labels: [AddressLabelRecord] = []
    var forwarding: [ForwardingRecord] = []
    var groups: [MulticastGroupsRecord] = []
    var nft = NftDump()
    var rare = RareDump()
    /// The memory of its answers; nil where some of them are not in it.
    var memory: DumpMemory?

    /// The link with that index.
    func link(_ index: UInt32) -> LinkRecord? { links.first { $0.index == index } }
    /// The name of the device with that index, or `#INDEX`.
    func device(_ index: UInt32) -> String { link(index)?.name ?? "#\(index)" }

    /// What a state shows of it, in no order.
    func facts(by builder: FactBuilder) -> [Fact] {
        guard let memory else { return made(by: builder) }
        let inputs = FactInputs(
            version: memory.version, label: builder.namespace, ends: builder.ends, setMACs: builder.setMACs)
        return memory.facts(inputs) { made(by: builder) }
    }

    private func made(by builder: FactBuilder) -> [Fact] {
        builder.facts(links) + builder.facts(addresses) + builder.facts(routes) + builder.facts(rules)
            + builder.facts(neighbours) + builder.facts(proxies) + traffic.facts(by: builder)
            + builder.facts(nexthops) + builder.labels(labels) + builder.facts(forwarding)
            + groups.flatMap { builder.facts(of: $0) } + nft.facts(by: builder) + rare.facts(by: builder)
    }
}

/// The nftables rule set of one namespace.
struct NftDump {
    var tables: [NftTable] = []
    var chains: [NftChain] = []
    var rules: [NftRule] = []
    var sets: [NftSet] = []
    /// The elements of each set, in the order of `sets`.
    var elements: [[NftElement]] = []
    var flowtables: [NftFlowtable] = []
}

/// The sockets of one visit; they pin the namespace, so they live as short as the dumps.
struct VisitSockets {
    let route: NetlinkSocket
    /// Absent where the kernel has no nfnetlink.
    let netfilter: NetlinkSocket?

    /// Opens them in a namespace; the caller stands at home again when it returns.
    ///
    /// - Returns: nil where the namespace is dead.
    static func open(_ handle: NamespaceHandle, identity: NamespaceIdentity) throws(SystemError) -> VisitSockets? {
        do {
            let namespace = try handle.open(identity: identity)
            return try withNetworkNamespace(namespace) { () throws(SystemError) -> VisitSockets in
                VisitSockets(route: try NetlinkSocket(.route), netfilter: try openNetfilter())
            }
        } catch {
            if error.errno == .staleNFSFileHandle { return nil }
            if identity == .cookies, error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }

    private static func openNetfilter() throws(SystemError) -> NetlinkSocket? {
        do {
            return try NetlinkSocket(.netfilter)
        } catch {
            if error.errno == .protocolNotSupported { return nil }
            throw error
        }
    }
}

extension NamespaceDump {
    /// Visits a namespace and asks for everything; nil where it is dead.
    ///
    /// The order opens sockets, leaves, and only then dumps: nothing of ours stands in the namespace for longer than it
    /// takes to open two sockets.
    ///
    /// - Parameters:
    ///   - rare: What is asked for besides.
    ///   - memory: What it answered last.
    static func of(
        _ handle: NamespaceHandle, role: String, identity: NamespaceIdentity, with rare: RareObjects = [],
        _ memory: DumpMemory? = nil
    ) throws -> NamespaceDump? {
        guard let sockets = try VisitSockets.open(handle, identity: identity) else { return nil }
        memory?.begin()
        defer { memory?.end() }
        let asker = Asker(socket: sockets.route, role: role, memory: memory)
        // What is rare is asked for by other sockets, too.
        var dump = NamespaceDump(id: handle.id, memory: rare.isEmpty ? memory : nil)
        dump.links = try asker.ask(.dumpLinks())
        dump.addresses = try asker.ask(.dumpAddresses())
        // Without IPv6 the kernel answers a request for it with what it has of other families.
        dump.routes = try asker.ask(.dumpRoutes(.ipv4)).filter { (route: RouteRecord) in route.family == .ipv4 }
        dump.routes += try asker.ask(.dumpRoutes(.ipv6)).filter { (route: RouteRecord) in route.family == .ipv6 }
        dump.rules = try asker.ask(.dumpRules())
        dump.neighbours = try asker.ask(.dumpNeighbours())
        dump.proxies = try asker.ask(.dumpProxyNeighbours())
        dump.traffic = try TrafficDump.of(asker)
        dump.nexthops = try asker.ask(.dumpNexthops())
        dump.labels = try asker.askIfThere(.dumpAddressLabels())
        // Without such a device there is no table but the lists of the devices' own addresses.
        if dump.links.contains(where: { $0.kind == "bridge" || $0.kind == "vxlan" }) {
            dump.forwarding = try asker.ask(.dumpForwarding())
        }
        if dump.links.contains(where: { $0.kind == "bridge" }) {
            dump.groups = try asker.askIfThere(.dumpMulticastGroups())
        }
        if let netfilter = sockets.netfilter {
            let asker = Asker(socket: netfilter, role: role, memory: memory)
            dump.nft = try NftDump.of(asker)
            if rare.contains(.sets) { dump.rare.sets = try asker.askIfThere(.dumpIpsets()) }
            if rare.contains(.connections) { dump.rare.connections = try asker.askIfThere(.dumpConnections()) }
        }
        if rare.contains(.vlans), dump.links.contains(where: { $0.kind == "bridge" }) {
            dump.rare.vlans = try BridgeVLANs.of(asker)
        }
        if rare.contains(.neighbourTables) { dump.rare.neighbourTables = try asker.ask(.dumpNeighbourTables()) }
        let wireguards = rare.contains(.wireguard) ? dump.links.filter { $0.kind == "wireguard" }.map(\.index) : []
        if !wireguards.isEmpty || !rare.isDisjoint(with: [.transforms, .legacyTables]) {
            try dump.rare.visit(handle, role: role, identity: identity, rare, wireguards: wireguards)
        }
        return dump
    }
}

/// Sends dump requests over one socket and decodes the answers.
struct Asker {
    let socket: NetlinkSocket
    let role: String
    var memory: DumpMemory?

    /// All records of the answer; errors: `NetlinkError`, `NetlinkDecodingError`, ``SnapshotError``.
    func ask<Record: DumpRecord>(_ request: NetlinkRequest) throws -> [Record] {
        try decode(socket.dump(request.bytes))
    }

    /// All records of the answer; none where the kernel was built without what is asked for.
    func askIfThere<Record: DumpRecord>(_ request: NetlinkRequest) throws -> [Record] {
        do {
            return try ask(request)
        } catch let error as NetlinkError where [.notSupported, .invalidArgument].contains(error.errno) {
            return []
        }
    }

    func decode<Record: DumpRecord>(_ datagrams: [[UInt8]]) throws -> [Record] {
        guard let memory else { return try decoded(datagrams) }
        return try memory.records(datagrams) { try decoded(datagrams) }
    }

    private func decoded<Record: DumpRecord>(_ datagrams: [[UInt8]]) throws -> [Record] {
        var records: [Record] = []
        for datagram in datagrams {
            let part = try DumpPart<Record>(datagram)
            if let type = part.otherTypes.first { throw SnapshotError.unexpectedMessage(namespace: role, type: type) }
            records += part.records
        }
        return records
    }
}

extension NftDump {
    private static let attempts = 8

    /// Dumps the rule set between two looks at its generation, until both are equal.
    static func of(_ asker: Asker) throws -> NftDump {
        // Chains, rules, sets and flowtables stand in tables: without one there is nothing more to ask for, and one answer is
        // of one moment by itself. A kernel without nftables has no generation.
        if try (asker.askIfThere(.dumpNftTables()) as [NftTable]).isEmpty { return NftDump() }
        for _ in 0..<attempts {
            guard let before = try generation(asker) else { return NftDump() }
            var dump = NftDump(tables: try asker.ask(.dumpNftTables()))
            dump.chains = try asker.ask(.dumpNftChains())
            dump.rules = try asker.ask(.dumpNftRules())
            dump.sets = try asker.ask(.dumpNftSets())
            dump.flowtables = try asker.ask(.dumpNftFlowtables())
            for set in dump.sets {
                dump.elements.append(try elements(of: set, asker))
            }
            if try generation(asker) == before { return dump }
        }
        throw SnapshotError.ruleSetChanges(namespace: asker.role, attempts: attempts)
    }

    /// The elements of a set; none where it has just gone, which the generation then tells.
    private static func elements(of set: NftSet, _ asker: Asker) throws -> [NftElement] {
        do {
            let parts: [NftElements] = try asker.ask(.dumpNftElements(of: set))
            return parts.flatMap(\.elements)
        } catch let error as NetlinkError where error.errno == .noSuchFileOrDirectory {
            return []
        }
    }

    /// The generation id; nil where the kernel has no nftables.
    private static func generation(_ asker: Asker) throws -> UInt32? {
        do {
            let answer: [NftGeneration] = try asker.decode(
                try asker.socket.transact(NetlinkRequest.getNftGeneration().bytes))
            return answer.first?.id
        } catch let error as NetlinkError where error.errno == .invalidArgument || error.errno == .notSupported {
            // nfnetlink refuses a subsystem that is not there with EINVAL.
            return nil
        }
    }
}
