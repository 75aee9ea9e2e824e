import Host
import Kernel
import Model
import NetlinkCodec

/// Builds the machine that a scenario describes, through netlink requests that pid 1 of the host sends.
///
/// Interface indexes are chosen here, from 2 in each namespace as the kernel would, so that later requests need not ask.
struct Topology {
    private let host: Host
    private var indexes: [String: [String: UInt32]] = [:]

    init(host: Host) { self.host = host }

    /// Builds everything, in the order in which parts need one another.
    ///
    /// - Returns: The namespaces made, by name.
    /// - Throws: `TopologyError` naming the part that the kernel refused, with its words.
    mutating func build(_ specification: HostSpecification) throws -> [(name: String, handle: NamespaceHandle)] {
        var made: [(String, NamespaceHandle)] = []
        for name in specification.namespaces {
            made.append((name, try part("namespace \(name)") { try host.makeNamespace(name) }))
        }
        for setting in specification.sysctls {
            try part("sysctl \(setting.sysctl)") {
                try host.writeSysctl(Topology.path(of: setting.sysctl), setting.value, in: setting.namespace)
            }
        }
        for link in specification.links { try part("link \(link.end.name)") { try make(link) } }
        // A port may be made before its bridge: masters and addresses come when all devices are there.
        for end in specification.links.flatMap({ [$0.end] + ($0.peer.map { [$0] } ?? []) }) {
            try part("link \(end.name)") { try configure(end) }
        }
        for route in specification.routes { try part("route \(route.to)") { try add(route) } }
        for rule in specification.rules { try part("rule from \(rule.from)") { try add(rule) } }
        for (path, content) in specification.files.sorted(by: { $0.key < $1.key }) {
            try part("file \(path)") { try host.writeFile(path, content.bytes, mode: content.mode) }
        }
        return made
    }

    /// The path below /proc/sys: `net/ipv4/ip_forward`; a slash in the name is a dot in a device's name (sysctl(8)).
    static func path(of sysctl: String) -> String {
        String(sysctl.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 })
    }

    private mutating func make(_ link: LinkSpecification) throws {
        let end = try newEnd(link.end)
        guard var peer = try link.peer.map({ try newEnd($0) }) else {
            let kind = link.type == "bridge" ? NewLink.Kind.bridge : .other(link.type)
            return try send(.createLink(NewLink(end, kind: kind)), in: link.end.namespace)
        }
        let isElsewhere = link.peer?.namespace != link.end.namespace
        // The number is filled in by pid 1, which opens the namespace just for this request.
        if isElsewhere { peer.namespaceDescriptor = -1 }
        let request = NetlinkRequest.createLink(NewLink(end, kind: .veth(peer: peer)))
        let patches = request.descriptorOffsets.map {
            NamespacePatch(offset: $0.offset, namespace: link.peer?.namespace ?? "host")
        }
        try host.send(request.bytes, in: link.end.namespace, patches: patches)
    }

    private mutating func newEnd(_ end: LinkSpecification.End) throws -> NewLink.End {
        let index = UInt32((indexes[end.namespace]?.count ?? 0) + 2)
        indexes[end.namespace, default: [:]][end.name] = index
        return NewLink.End(
            name: end.name, mtu: end.mtu.map { UInt32($0) }, mac: try end.mac.map { try read($0, MACAddress($0)) },
            index: index)
    }

    private func configure(_ end: LinkSpecification.End) throws {
        let index = try index(of: end.name, in: end.namespace)
        if end.up || end.master != nil {
            let master = try end.master.map { try self.index(of: $0, in: end.namespace) }
            try send(.setLink(.index(index), LinkChanges(isUp: end.up, master: master)), in: end.namespace)
        }
        for address in end.addresses {
            try send(.addAddress(try read(address, IPPrefix(address)), to: index), in: end.namespace)
        }
    }

    private func add(_ route: Model.RouteSpecification) throws {
        let destination = route.to == "default" ? nil : try read(route.to, IPPrefix(route.to))
        let gateway = try route.via.map { try read($0, IPAddress($0)) }
        let family = destination?.address.family ?? gateway?.family ?? .ipv4
        let device = try route.dev.map { try index(of: $0, in: route.namespace) }
        try send(
            .addRoute(
                NetlinkCodec.RouteSpecification(
                    family: family, destination: destination, gateway: gateway, device: device,
                    table: try table(route.table), metric: route.metric.map { UInt32($0) })),
            in: route.namespace)
    }

    private func add(_ rule: Model.RuleSpecification) throws {
        let from = rule.from == "all" ? nil : try read(rule.from, IPPrefix(rule.from))
        let to = try rule.to.map { try read($0, IPPrefix($0)) }
        try send(
            .addRule(
                NetlinkCodec.RuleSpecification(
                    family: from?.address.family ?? to?.address.family ?? .ipv4, from: from, to: to, iif: rule.iif,
                    fwmark: try rule.fwmark.map { try read($0, Topology.number($0)) }, table: try table(rule.table),
                    priority: rule.priority.map { UInt32($0) })),
            in: rule.namespace)
    }

    private func send(_ request: NetlinkRequest, in namespace: String) throws {
        try host.send(request.bytes, in: namespace)
    }

    private func index(of name: String, in namespace: String) throws -> UInt32 {
        if name == "lo" { return 1 }
        return try read(name, indexes[namespace]?[name])
    }

    /// The names are those of iproute2's rt_tables.
    private func table(_ text: String) throws -> UInt32 {
        switch text {
        case "main": 254
        case "default": 253
        case "local": 255
        default: try read(text, Topology.number(text))
        }
    }

    private static func number(_ text: String) -> UInt32? {
        text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
    }

    private func read<Value>(_ text: String, _ value: Value?) throws -> Value {
        guard let value else { throw TopologyError(part: text, reason: "cannot be read") }
        return value
    }

    private func part<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch { throw TopologyError(part: name, reason: "\(error)") }
    }
}

/// A part of the host that could not be made.
struct TopologyError: Error, CustomStringConvertible {
    let part: String
    let reason: String

    var description: String { "the host could not be built: \(part): \(reason)" }
}
