import CLinux
import Glibc
import Kernel
import Model
import NetlinkCodec
import SystemPackage

/// Kinds of objects that few agents use, and that are asked for only once somebody was seen to use them.
///
/// Each costs every namespace a question of its own, or a socket. A host begins without any, so none is there before.
public struct RareObjects: OptionSet, Sendable {
    /// The kinds, one bit each.
    public let rawValue: Int

    /// Makes a choice.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Sets of ipset(8).
    public static let sets = RareObjects(rawValue: 1)
    /// States and policies of IPsec.
    public static let transforms = RareObjects(rawValue: 2)
    /// Tables of iptables-legacy(8) and its like.
    public static let legacyTables = RareObjects(rawValue: 4)
    /// Tracked connections.
    public static let connections = RareObjects(rawValue: 8)
    /// VLANs of bridges.
    public static let vlans = RareObjects(rawValue: 16)
    /// How tables of neighbours are kept.
    public static let neighbourTables = RareObjects(rawValue: 32)
    /// What devices of WireGuard were told.
    public static let wireguard = RareObjects(rawValue: 64)
    /// Every kind: somebody did what nobody could see.
    public static let all: RareObjects = [
        .sets, .transforms, .legacyTables, .connections, .vlans, .neighbourTables, .wireguard,
    ]

    /// What is to be looked for once an operation of that noun was seen; all after one that could not be told.
    public init(asked noun: String) {
        switch noun {
        case "ipset": self = .sets
        case "xfrm-state", "xfrm-policy": self = .transforms
        case "iptables": self = .legacyTables
        case "conntrack": self = .connections
        case "vlan": self = .vlans
        case "neighbour-table": self = .neighbourTables
        case "wireguard": self = .wireguard
        case "raw": self = .all
        default: self = []
        }
    }
}

/// What of them one namespace has.
struct RareDump {
    var sets: [IpsetRecord] = []
    var states: [TransformStateRecord] = []
    var policies: [TransformPolicyRecord] = []
    var tables: [LegacyTable] = []
    var connections: [ConnectionRecord] = []
    var vlans: BridgeVLANs?
    var neighbourTables: [NeighbourTableRecord] = []
    var wireguards: [WireguardRecord] = []

    /// Of a larger set its elements are no facts of their own: it tells their number and digest.
    private static let mostElements = 256

    /// Enters a namespace for what has sockets of its own; nothing where it has died meanwhile.
    mutating func visit(
        _ handle: NamespaceHandle, role: String, identity: NamespaceIdentity, _ rare: RareObjects,
        wireguards devices: [UInt32] = []
    ) throws {
        do {
            let namespace = try handle.open(identity: identity)
            var socket: NetlinkSocket?
            var generic: NetlinkSocket?
            let found = try withNetworkNamespace(namespace) { () throws(SystemError) -> [LegacyTable] in
                if rare.contains(.transforms) { socket = try RareDump.openTransforms() }
                if !devices.isEmpty { generic = try NetlinkSocket(.generic) }
                return rare.contains(.legacyTables) ? try LegacyTables.read() : []
            }
            tables = found
            if let generic { try ask(of: devices, Asker(socket: generic, role: role)) }
            guard let socket else { return }
            let asker = Asker(socket: socket, role: role)
            states = try asker.ask(.dumpTransformStates())
            policies = try asker.ask(.dumpTransformPolicies())
        } catch let error as SystemError where error.errno == .staleNFSFileHandle {
            return
        }
    }

    /// Asks for what devices of WireGuard were told; one that has gone meanwhile is left out.
    private mutating func ask(of devices: [UInt32], _ asker: Asker) throws {
        let families: [GenericFamilyRecord] = try asker.ask(.dumpFamilies())
        guard let family = families.first(where: { $0.name == "wireguard" })?.number else { return }
        for device in devices {
            do {
                let parts: [WireguardRecord] = try asker.ask(.dumpWireguard(device, family: family))
                if let whole = WireguardRecord.joined(parts) { wireguards.append(whole) }
            } catch let error as NetlinkError where error.errno == .operationNotSupportedByDevice {
                continue
            }
        }
    }

    private static func openTransforms() throws(SystemError) -> NetlinkSocket? {
        do {
            return try NetlinkSocket(.transform)
        } catch {
            if error.errno == .protocolNotSupported { return nil }
            throw error
        }
    }

    func facts(by builder: FactBuilder) -> [Fact] {
        setFacts(builder) + states.filter { $0.spi != 0 }.map { fact(of: $0, builder) }
            + policies.map { fact(of: $0, builder) } + tables.flatMap { facts(of: $0, builder) }
            + builder.facts(connections) + (vlans?.facts(by: builder) ?? [])
            + neighbourTables.flatMap { builder.facts(of: $0) }
            + wireguards.flatMap { builder.facts(of: $0) }
    }

    /// `ipset NAME`, and `ipset NAME ELEMENT`; a large set comes in several parts.
    private func setFacts(_ builder: FactBuilder) -> [Fact] {
        Dictionary(grouping: sets, by: \.name).flatMap { name, parts -> [Fact] in
            guard let set = parts.first(where: { !$0.type.isEmpty }) else { return [] }
            let elements = parts.flatMap(\.elements).sorted { ($0.text, $0.data ?? "") < ($1.text, $1.data ?? "") }
            var attributes: [String: String?] = [
                "type": set.type, "family": set.family == .unspecified ? nil : set.family.description,
                "settings": set.settings.isEmpty ? nil : Digest.of(set.settings),
            ]
            guard elements.count <= RareDump.mostElements else {
                var digest = Digest()
                for element in elements { digest.add("\(element.text) \(element.data ?? "")") }
                attributes["elements"] = String(elements.count)
                attributes["digest"] = digest.shortText
                return [builder.fact("ipset", name, attributes)]
            }
            return [builder.fact("ipset", name, attributes)]
                + elements.map { element in
                    builder.fact(
                        "ipset", "\(name) \(element.text)", ["element": element.text, "data": element.data])
                }
        }
    }

    /// `xfrm-state DST src SRC proto P spi N`.
    private func fact(of state: TransformStateRecord, _ builder: FactBuilder) -> Fact {
        let spi = "0x" + String(state.spi, radix: 16)
        let source = state.source?.description ?? "all"
        return builder.fact(
            "xfrm-state",
            "\(state.destination?.description ?? "all") src \(source) proto \(state.protocolName) spi \(spi)",
            [
                "src": source, "proto": state.protocolName, "spi": spi, "mode": state.mode,
                "reqid": state.requestID == 0 ? nil : String(state.requestID), "mark": state.mark,
                "settings": state.settings.isEmpty ? nil : Digest.of(state.settings),
            ])
    }

    /// `xfrm-policy DST src SRC dir DIR`, with a mark where it has one.
    private func fact(of policy: TransformPolicyRecord, _ builder: FactBuilder) -> Fact {
        let isSix = policy.family == .ipv6 && policy.destination == nil
        let destination = policy.destination?.description ?? "all"
        let source = policy.source?.description ?? "all"
        let further = (isSix ? " inet6" : "") + (policy.mark.map { " mark \($0)" } ?? "")
        return builder.fact(
            "xfrm-policy", "\(destination) src \(source) dir \(policy.direction)\(further)",
            [
                "src": policy.source?.description, "dir": policy.direction,
                "priority": policy.priority == 0 ? nil : String(policy.priority),
                "action": policy.blocks ? "block" : nil, "mark": policy.mark,
                "selector": policy.selector.isEmpty ? nil : Digest.of(policy.selector),
                "settings": policy.settings.isEmpty ? nil : Digest.of(policy.settings),
            ])
    }

    /// `iptables "chain FAMILY TABLE NAME"` of one that somebody made, or whose policy is not ACCEPT, and
    /// `iptables "rule FAMILY TABLE CHAIN #k"`: a table that was only looked at is nothing.
    private func facts(of table: LegacyTable, _ builder: FactBuilder) -> [Fact] {
        let family = table.family.rawValue
        return table.chains.flatMap { chain -> [Fact] in
            let place = "\(family) \(table.name) \(chain.name)"
            let head = builder.fact(
                "iptables", "chain \(place)",
                ["family": family, "table": table.name, "chain": chain.name, "policy": chain.policy])
            return (chain.policy == "ACCEPT" ? [] : [head])
                + chain.rules.enumerated().map { number, rule in
                    builder.fact(
                        "iptables", "rule \(place) #\(number + 1)",
                        [
                            "family": family, "table": table.name, "chain": chain.name, "text": rule.text,
                            "digest": Digest.of(rule.bytes),
                        ])
                }
        }
    }
}

/// The tables that are loaded in the namespace of the thread; to ask for one that is not would load it.
private enum LegacyTables {
    static func read() throws(SystemError) -> [LegacyTable] {
        var tables: [LegacyTable] = []
        for family in LegacyTable.Family.allCases {
            for name in try names(family) {
                if let table = try read(family, name) { tables.append(table) }
            }
        }
        return tables
    }

    private static func names(_ family: LegacyTable.Family) throws(SystemError) -> [String] {
        do {
            let text = try readFile("/proc/thread-self/net/\(family.rawValue)_tables_names")
            return text.split(separator: "\n").map(String.init).sorted()
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return []
        }
    }

    /// A table; nil where it changed its size between the two questions, and then the next look sees it.
    private static func read(_ family: LegacyTable.Family, _ name: String) throws(SystemError) -> LegacyTable? {
        let number = try systemCall("socket", stage: "table \(name) of \(family)") {
            cl_raw_socket(family == .ip6 ? AF_INET6 : AF_INET)
        }
        let socket = Descriptor(owning: number)
        let level = family == .ip6 ? Int32(IPPROTO_IPV6) : Int32(IPPROTO_IP)
        // IPT_SO_GET_INFO and IPT_SO_GET_ENTRIES, which IPv6 has with the same numbers, and ARPT_SO_GET_INFO.
        let first: Int32 = family == .arp ? 96 : 64
        var information = [UInt8](repeating: 0, count: LegacyTable.informationSize(family))
        let title = Array(name.utf8.prefix(31))
        information.replaceSubrange(0..<title.count, with: title)
        guard try ask(socket, level, first, &information, name),
            let size = LegacyTable.entriesSize(family, information)
        else { return nil }
        // struct ipt_get_entries: the name, the size, and behind four bytes the entries.
        let head = 40
        var entries = [UInt8](repeating: 0, count: head + size)
        entries.replaceSubrange(0..<title.count, with: title)
        withUnsafeBytes(of: UInt32(size)) { entries.replaceSubrange(32..<36, with: $0) }
        guard try ask(socket, level, first + 1, &entries, name) else { return nil }
        return LegacyTable(family, name: name, information: information, entries: Array(entries[head...]))
    }

    private static func ask(
        _ socket: borrowing Descriptor, _ level: Int32, _ option: Int32, _ value: inout [UInt8], _ name: String
    ) throws(SystemError) -> Bool {
        var size = UInt32(value.count)
        let number = socket.raw
        let result = value.withUnsafeMutableBytes { all in
            all.baseAddress.map { cl_socket_read(number, level, option, $0, &size) } ?? 0
        }
        if result == -EAGAIN || result == -ENOENT { return false }
        try systemCall("getsockopt", stage: "table \(name)") { result }
        return true
    }
}
