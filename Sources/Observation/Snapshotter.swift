public import Kernel
public import Model
import NetlinkCodec

/// Takes the state of a host in canonical form: exact, or an error.
///
/// It looks from outside: the caller stands in a network namespace of its own ("home") on a thread of its own, and visits
/// every registered namespace for the time it takes to open two sockets. For one thread.
public final class Snapshotter {
    /// Processes that are no part of the state, by the pid the caller sees; a shell of the user, for instance.
    public var excludedProcesses: Set<Int32> = []
    /// Processes that are there by design, drivers and services: no facts, but they must be at rest like all others.
    public var residentProcesses: Set<Int32> = []
    /// Whether locks are looked for: an agent has locked a file.
    public var looksForLocks = false
    /// Which kinds of objects are asked for that few agents use, each with a question of its own to each namespace.
    public var looksFor: RareObjects = []
    /// The tracked connections that are facts, of which an operation was seen; nil for all there are.
    public private(set) var connections: Set<NamedConnection>?
    /// The MACs that agents or the topology set, as `02:00:00:00:00:01`; every other one is shown as `mac(DEVICE)`.
    public var setMACs: Set<String> = []

    let registry: NamespaceRegistry
    /// What it looks at.
    public let host: HostView
    let identity: NamespaceIdentity
    private var knownTables: [NeighbourTableRecord]?
    /// What each namespace answered last.
    private var memories: [NetworkNamespaceID: DumpMemory] = [:]
    /// The facts of the last look, in the groups in which they were made, and the state that they are.
    private var last: (groups: [[Fact]], state: Snapshot)?
    private let settings = WatchedSettings()
    private var mounts = MountTableReader()
    /// The numbers of those by which the machine's folders are shown in a copied root: which these are depends on their size.
    private let shownMounts: Set<Int>
    private let upper: UpperLayer?
    private let files: ChangedFiles

    /// Prepares to look at a host.
    /// - Parameters:
    ///   - registry: The namespaces there are; names found below /run/netns are added to it.
    ///   - initPID: pid 1 of the host, as the caller sees it.
    ///   - upper: The upper directory of its overlay root; without one there are no `file` facts.
    ///   - lower: The lower directory of its overlay root.
    public init(
        registry: NamespaceRegistry, initPID: Int32, upper: consuming Descriptor? = nil, lower: String = "",
        identity: NamespaceIdentity = .preferred
    ) {
        self.registry = registry
        host = HostView(initPID: initPID)
        if let upper { self.upper = UpperLayer(descriptor: upper) } else { self.upper = nil }
        // Now, when there is no other than those.
        let isCopied = self.upper.map { ChangedFiles.whenCopied($0.descriptor) != nil } ?? false
        // What cannot be read now is compared as all mounts are.
        shownMounts = isCopied ? ((try? MountEntry.all(of: initPID)) ?? []).shown : []
        files = ChangedFiles(lower: lower)
        self.identity = identity
    }

    /// Looks from now on for what an operation is about that few agents use.
    public func look(for phrase: Phrase) {
        let asked = RareObjects(asked: phrase.noun)
        if asked == .all { return lookForAll() }
        guard asked == .connections else { return looksFor.formUnion(asked) }
        guard let connection = NamedConnection(phrase) else { return }
        looksFor.formUnion(asked)
        if (connections?.count ?? 0) < NamedConnection.limit { connections = (connections ?? []).union([connection]) }
    }

    /// Looks for every kind of object from now on: somebody did what nobody could see.
    public func lookForAll() {
        looksFor = .all
        connections = connections ?? []
    }

    /// The state now.
    /// - Throws: `SystemError`, `NetlinkError`, `NetlinkDecodingError` or ``SnapshotError``.
    public func take() throws -> Snapshot { try observe().snapshot }

    /// Looks at a setting from now on: it is a fact when it holds something else than at this moment.
    ///
    /// - Parameter name: As sysctl(8) writes it, below `net.`; others belong to the machine and cannot be written.
    /// - Throws: `SystemError` where the namespace cannot be entered.
    public func watch(setting name: String, in namespace: NamespaceHandle) throws(SystemError) {
        if name.hasPrefix("net.") { try settings.keep(name, in: namespace) }
    }

    /// The files that are other than at the beginning, and nothing else of the state.
    /// - Throws: `SystemError`, ``SnapshotError``.
    public func takeFiles() throws -> Snapshot { Snapshot(facts: FactBuilder.numbered(try fileFacts())) }

    /// The state now, and what of it is about to change by itself.
    func observe() throws -> Observed {
        let names = try NamespaceNames.read(host, identity: identity)
        for (name, handle) in names.byName { if let handle { registry.named(handle, name) } }
        let dumps = try registry.entries.compactMap { entry in
            let memory = memories[entry.handle.id] ?? DumpMemory()
            memories[entry.handle.id] = memory
            let dump = try NamespaceDump.of(
                entry.handle, role: entry.role, identity: identity, with: looksFor, memory)
            if dump == nil { memories[entry.handle.id] = nil }
            return dump
        }
        let labels = NamespaceLabels(registry: registry, names: names)
        let processes = try HostProcesses.list(host, excluding: excludedProcesses)
        var observed = Observed()
        var groups = try namespaceFacts(dumps, labels)
        let alive = Set(dumps.map(\.id))
        var facts: [Fact] = []
        for entry in registry.entries where alive.contains(entry.handle.id) {
            facts += try settings.facts(of: entry.handle, label: labels.label(of: entry.handle.id))
        }
        facts += try nameFacts(names, dumps, labels, &observed)
        facts += try fileFacts()
        facts += try mountFacts(dumps)
        facts += processFacts(processes)
        if !processes.all.isEmpty {
            facts += BoundSockets.facts(processes.all, host) { [registry] inode in
                registry.entries.first { $0.handle.inode == inode }.map { labels.label(of: $0.handle.id) }
            }
            if looksForLocks { facts += HeldLocks.facts(processes.all) }
        }
        groups.append(facts)
        observed.hasProcesses = !processes.all.isEmpty
        observed.reachesElsewhere = dumps.contains { $0.links.contains(where: \.reachesElsewhere) }
        observed.unsettled = dumps.flatMap { Unsettled.reasons(in: $0, label: labels.label(of: $0.id)) }
        observed.snapshot = try state(of: groups)
        return observed
    }

    /// The state that groups of facts are: the last one, if they are the same.
    private func state(of groups: [[Fact]]) throws(SnapshotError) -> Snapshot {
        // Arrays that were kept are equal without a look at what is in them.
        if let last, last.groups == groups { return last.state }
        try StateBound.objects.check(groups.reduce(0) { $0 + $1.count })
        let state = Snapshot(facts: FactBuilder.numbered(groups.flatMap(\.self)))
        last = (groups, state)
        return state
    }

    /// `NAME in NAMESPACE` of the other end or the lower device of each device in a namespace, by index, as states write it.
    ///
    /// - Throws: as ``take()``.
    public func linkEnds(in namespace: NetworkNamespaceID) throws -> [UInt32: String] {
        let names = try NamespaceNames.read(host, identity: identity)
        let dumps = try registry.entries.compactMap { entry in
            try NamespaceDump.of(entry.handle, role: entry.role, identity: identity)
        }
        return try linkEnds(dumps, NamespaceLabels(registry: registry, names: names))[namespace] ?? [:]
    }

    private func linkEnds(
        _ dumps: [NamespaceDump], _ labels: NamespaceLabels
    ) throws -> [NetworkNamespaceID: [UInt32: String]] {
        let byID = Dictionary(dumps.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let ends = try LinkEnds(dumps) { [registry, identity] namespace, other in
            guard let of = registry.entry(of: namespace), let inside = registry.entry(of: other) else { return nil }
            return try namespaceNumber(of: of.handle, inside: inside.handle, identity: identity)
        }.all()
        return ends.mapValues { ends in
            ends.mapValues { end in
                guard let end, let other = byID[end.namespace] else { return "unknown" }
                return "\(other.device(end.index)) in \(labels.label(of: end.namespace))"
            }
        }
    }

    private func namespaceFacts(_ dumps: [NamespaceDump], _ labels: NamespaceLabels) throws -> [[Fact]] {
        let ends = try linkEnds(dumps, labels)
        let usualTables = try usualTables()
        return dumps.map { dump in
            dump.facts(
                by: FactBuilder(
                    namespace: labels.label(of: dump.id), links: dump.links, ends: ends[dump.id] ?? [:],
                    setMACs: setMACs, usualTables: usualTables, connections: connections))
        }
    }

    /// How tables of neighbours are kept for a new device: as for the loopback device of the caller's own namespace, which the kernel
    /// gave the same and nobody touches.
    private func usualTables() throws -> [NeighbourTableRecord] {
        guard looksFor.contains(.neighbourTables) else { return [] }
        if let known = knownTables { return known }
        let asker = Asker(socket: try NetlinkSocket(.route), role: "home")
        let all: [NeighbourTableRecord] = try asker.ask(.dumpNeighbourTables())
        let usual = all.filter { $0.device == 1 }
        knownTables = usual
        return usual
    }

    /// `netns NAME` of every name, and `netns pod (deleted)` or `netns ns#1` of every living namespace that bears none.
    ///
    /// That name is what facts in that namespace say, so it cannot be taken for the next bearer of the name.
    private func nameFacts(
        _ names: NamespaceNames, _ dumps: [NamespaceDump], _ labels: NamespaceLabels, _ observed: inout Observed
    ) throws -> [Fact] {
        var facts = names.byName.map { name, handle in
            guard handle != nil else { return Fact(object: "netns", name, ["state": "dead"]) }
            return Fact(object: "netns", name, ["state": "mounted"])
        }
        let alive = Set(dumps.map(\.id))
        let nameless = registry.entries.filter { alive.contains($0.handle.id) && labels.isNameless($0.handle.id) }
        let holders = try Holders.find(nameless.map(\.handle), host)
        for entry in nameless {
            let holder = holders[entry.handle.id] ?? []
            if holder.isEmpty { observed.hasUnknownHolder = true }
            facts.append(
                Fact(
                    object: "netns", labels.label(of: entry.handle.id),
                    ["state": "unnamed", "holder": holder.isEmpty ? "unknown" : holder.joined(separator: ", ")]))
        }
        return facts
    }

    private func fileFacts() throws -> [Fact] {
        guard let upper else { return [] }
        var files = files
        var programs: [Int32: String]?
        files.program = { [host, excludedProcesses] id in
            // Looked up only where a file may be that of a process.
            let known = programs ?? HostProcesses.programs(host, excluding: excludedProcesses)
            programs = known
            return known[id]
        }
        return try files.facts(upper: upper.descriptor.raw)
    }

    private func mountFacts(_ dumps: [NamespaceDump]) throws(SystemError) -> [Fact] {
        let alive = Set(dumps.map(\.id))
        let living = registry.entries.filter { alive.contains($0.handle.id) }
        let roles = Dictionary(
            living.map { ("net:[\($0.handle.inode)]", $0.role) }, uniquingKeysWith: { first, _ in first })
        return try mounts.all(of: host.initPID).filter { !shownMounts.contains($0.id) }.facts { roles[$0] }
    }

    private func processFacts(_ processes: HostProcesses) -> [Fact] {
        Dictionary(grouping: processes.all.filter { !residentProcesses.contains($0.id) }, by: \.program).map {
            program, all in
            var attributes = ["count": String(all.count)]
            let zombies = all.count(where: \.isZombie)
            if zombies > 0 { attributes["zombies"] = String(zombies) }
            return Fact(object: "process", program, attributes)
        }
    }
}

/// The upper directory of a host's root, open as long as its snapshotter lives.
private final class UpperLayer {
    let descriptor: Descriptor

    init(descriptor: consuming Descriptor) { self.descriptor = descriptor }
}

extension [MountEntry] {
    /// The read-only ones of a disk, or what stands for one.
    fileprivate var shown: Set<Int> {
        Set(filter { $0.isReadOnly && !["proc", "sysfs", "cgroup", "cgroup2"].contains($0.type) }.map(\.id))
    }
}

/// What one look at a host gave.
struct Observed {
    var snapshot = Snapshot(facts: [])
    /// What is about to change by itself, one text each: a tentative address.
    var unsettled: [String] = []
    /// Whether anything but pid 1 lives.
    var hasProcesses = false
    /// Whether a device has its other end, or its lower device, in another namespace: it goes when that one dies.
    var reachesElsewhere = false
    /// Whether a namespace lives although nothing was found that holds it: it may be on its way out.
    var hasUnknownHolder = false
}

/// What namespaces are called in facts.
struct NamespaceLabels {
    private var labels: [NetworkNamespaceID: String] = [:]
    private var nameless: Set<NetworkNamespaceID> = []

    init(registry: NamespaceRegistry, names: NamespaceNames) {
        var current: [NetworkNamespaceID: [String]] = [:]
        for (name, handle) in names.byName { if let handle { current[handle.id, default: []].append(name) } }
        for (place, entry) in registry.entries.enumerated() {
            let id = entry.handle.id
            let borne = current[id] ?? []
            if place == 0 {
                labels[id] = NamespaceRegistry.hostRole
            } else if let name = borne.contains(entry.role) ? entry.role : borne.first {
                labels[id] = name
            } else {
                nameless.insert(id)
                labels[id] = entry.names.isEmpty ? entry.role : entry.role + NamespaceRole.deletedMark
            }
        }
    }

    /// The namespace of a fact: its name, `ROLE (deleted)` where it lost it, `ns#1` where it never had one.
    func label(of id: NetworkNamespaceID) -> String { labels[id] ?? NamespaceRegistry.unknownRole }

    /// Whether it bears no name now, and is not the host's own.
    func isNameless(_ id: NetworkNamespaceID) -> Bool { nameless.contains(id) }
}
