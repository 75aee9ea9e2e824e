import Host
import Kernel
import Model
import NetlinkCodec

/// Builds the machine that a scenario describes, through netlink requests that pid 1 of the host sends.
///
/// Interface indexes are chosen here, so that later requests need not ask.
struct Topology {
    /// The index of the first device of each namespace: behind those that the kernel itself puts into a new namespace where a module of
    /// tunnels is loaded (`tunl0`, `gre0`, `sit0`...: nine in Linux 7.3), which may happen between two runs.
    private static let firstIndex = 32

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
        for link in specification.links {
            for end in [link.end, link.peer].compactMap(\.self) {
                try part("link \(end.name)") { try configure(end, isOnOther: link.link != nil) }
            }
        }
        for route in specification.routes { try part("route \(route.to)") { try add(route) } }
        for rule in specification.rules { try part("rule from \(rule.from)") { try add(rule) } }
        for (path, content) in specification.files.sorted(by: { $0.key < $1.key }) {
            try part("file \(path)") { try write(path, content) }
        }
        return made
    }

    /// The path below /proc/sys: `net/ipv4/ip_forward`; a slash in the name is a dot in a device's name (sysctl(8)).
    static func path(of sysctl: String) -> String {
        String(sysctl.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 })
    }

    private mutating func make(_ link: LinkSpecification) throws {
        let end = try ObjectRequests.end(link.end, index: newIndex(of: link.end))
        var peer: NewLink.End?
        if let other = link.peer {
            peer = try ObjectRequests.end(other, index: newIndex(of: other))
            // The number is filled in by pid 1, which opens the namespace just for this request.
            if other.namespace != link.end.namespace { peer?.namespaceDescriptor = -1 }
        }
        let request = try ObjectRequests.create(
            link, end, peer: peer, lower: try link.link.map { try index(of: $0, in: link.end.namespace) })
        let patches = request.descriptorOffsets.map {
            NamespacePatch(offset: $0.offset, namespace: link.peer?.namespace ?? "host")
        }
        try host.send(request.bytes, in: link.end.namespace, patches: patches)
    }

    private mutating func newIndex(of end: LinkSpecification.End) -> UInt32 {
        let index = UInt32((indexes[end.namespace]?.count ?? 0) + Topology.firstIndex)
        indexes[end.namespace, default: [:]][end.name] = index
        return index
    }

    private func configure(_ end: LinkSpecification.End, isOnOther: Bool) throws {
        let requests = try ObjectRequests.configure(
            end, index: try index(of: end.name, in: end.namespace),
            master: try end.master.map { try index(of: $0, in: end.namespace) }, isOnOther: isOnOther)
        for (request, _) in requests { try send(request, in: end.namespace) }
    }

    private func add(_ route: RouteSpecification) throws {
        let device = try route.dev.map { try index(of: $0, in: route.namespace) }
        try send(.addRoute(try ObjectRequests.route(route, device: device)), in: route.namespace)
    }

    private func add(_ rule: RuleSpecification) throws {
        try send(.addRule(try ObjectRequests.rule(rule)), in: rule.namespace)
    }

    /// Folders that are not written are made as they are usually: of root, for all to read.
    private func write(_ path: String, _ content: FileContent) throws {
        let isFolder = content.folder == true
        if !isFolder { try host.writeFile(path, content.bytes, mode: content.mode) }
        guard isFolder || content.owner != nil || content.group != nil else { return }
        let file = try HostFile(path, root: "/proc/\(host.initPID)/root", making: isFolder)
        if isFolder { try file.makeFolder() }
        try file.set(owner: content.owner, group: content.group, mode: content.mode)
    }

    private func send(_ request: NetlinkRequest, in namespace: String) throws {
        try host.send(request.bytes, in: namespace)
    }

    private func index(of name: String, in namespace: String) throws -> UInt32 {
        if name == "lo" { return 1 }
        guard let index = indexes[namespace]?[name] else { throw UnreadableValue(text: name) }
        return index
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
