import Glibc
import Host
import Interception
import Kernel
import Model
import Observation

/// What a run needs of the kernel, made once and in the order in which its parts need one another: the host with its
/// topology, the list of namespaces, the tracer, the loop, and what takes the host's state.
final class RunHost {
    let host: Host
    let registry: NamespaceRegistry
    let namespaces: HostNamespaces
    let interceptor: Interceptor
    let loop: EventLoop
    let snapshotter: Snapshotter
    /// The seccomp program of the agents, as bytes of `struct sock_filter[]`.
    let filter: [UInt8]
    /// The capabilities that this machine's root can hand on (capabilities(7): the bounding set).
    let capabilities: Set<String>
    /// Whether agents may write below /sys.
    let sysfsWritable: Bool
    /// Lives as long as our last look holds on to namespaces.
    var probe: ProbeNamespace? { didSet { mustProbe = false } }
    /// Whether our last look holds on to namespaces, and nothing tells yet for how long.
    var mustProbe = false
    /// The mounts that were made read-only while they had no place, by their numbers.
    var detachedMounts: Set<Int> = []
    /// Reads what agents have mounted, each time that they mount.
    var mountTables = MountTableReader()
    /// Whether the host holds what is the machine's below /proc and /sys: not in a user namespace whose root may not write it anyway.
    let holdsKernelFiles: Bool
    /// What the world holds: locks, and what else would outlive the host.
    var held: [HeldByWorld] = []
    private let warmDrivers: WarmDrivers

    /// Makes everything.
    ///
    /// - Parameters:
    ///   - plan: What the host is to be.
    ///   - began: When the record began.
    /// - Throws: what building the host throws; nothing of it is then left.
    init(_ plan: Plan, warmDrivers: WarmDrivers, began: Monotonic) throws {
        self.warmDrivers = warmDrivers
        let options = HostOptions(of: plan)
        let bounding = try readFile("/proc/self/status").split(separator: "\n").first { $0.hasPrefix("CapBnd:") }
        let mask = bounding.flatMap { UInt64($0.dropFirst(7).drop { $0 == "\t" }, radix: 16) } ?? 0
        capabilities = Set(Privileges.capabilityNames.filter { Privileges.mask(of: [$0]) & mask != 0 })
        sysfsWritable = plan.host.sysfsWritable
        // Where a request is to fail, any thread may read its answer.
        let trapsReceives = plan.faults.contains { $0.actions.contains(where: \.reachesByAnAnswer) }
        filter =
            FilterProgram.standard(
                receives: trapsReceives, readsLinks: !options.stateDirectories.isEmpty
            ).bytes
        host = try Host(options)
        // Before an agent could take anything off. Without a table nothing is known, and all is held.
        let own = UserNamespace.isFirst ? [] : (try? MountEntry.all(of: host.initPID)) ?? []
        holdsKernelFiles = own.isEmpty || own.contains { $0.point == "/proc/sys" && $0.isReadOnly }
        do {
            try host.perform(.setFilter(filter))
            registry = NamespaceRegistry(host: try NamespaceHandle.ofThread(host.initPID))
            var topology = Topology(host: host)
            for (name, handle) in try topology.build(plan.host) { registry.named(handle, name) }
            namespaces = HostNamespaces(
                registry: registry, initPID: host.initPID,
                duplicateAddressDetection: plan.host.duplicateAddressDetection)
            interceptor = Interceptor(
                directory: namespaces,
                watched: ["/run/", "/tmp/"] + options.stateDirectories + plan.host.files.keys, began: began)
            interceptor.state = options.stateDirectories
            loop = EventLoop(
                first: [TracerSource(interceptor), HostSource(host)], waiter: try PollWaiter(),
                isHolding: { [interceptor] in interceptor.isHolding })
            snapshotter = Snapshotter(
                registry: registry, initPID: host.initPID, upper: try host.upperDirectory.duplicate())
        } catch {
            // The first error says more than that something is left of what it made.
            try? host.destroy(foreign: { warmDrivers.take($0) })
            throw error
        }
        interceptor.trapsReceives = trapsReceives
        interceptor.foreignStop = { warmDrivers.take($0) }
        namespaces.failed = { [unowned loop] in loop.fail(with: $0) }
        for link in plan.host.links { snapshotter.setMACs.formUnion(ObjectRequests.hardwareAddresses(of: link)) }
    }

    /// Pid 1 of the host, as the worker sees it.
    var initPID: Int32 { host.initPID }
    /// The host's root as the worker reaches it.
    var root: String { "/proc/\(initPID)/root" }

    /// What is worth knowing of how the host could be made here.
    var remarks: [String] {
        var remarks: [String] = []
        if host.root == .copied {
            remarks.append("no overlay could be mounted: /usr, /opt and other large directories are read-only")
        }
        remarks += WorkerGroup.current?.remarks ?? []
        if !host.hasGroup { remarks.append("no cgroup of its own could be made: /sys/fs/cgroup is read-only") }
        return remarks
    }

    /// That there is no room for files left, where that is so and no fault made it so.
    var fullFiles: String? {
        var now = statvfs()
        let bounds = HostBounds.usual
        guard fstatvfs(host.upperDirectory.raw, &now) == 0 else { return nil }
        if UInt64(now.f_blocks) * UInt64(now.f_frsize) >= bounds.space, now.f_bfree == 0 {
            return "at the end the files of the host were as large as they may be: \(bounds.space >> 20) MiB"
        }
        return now.f_ffree == 0 ? "at the end the host had as many files as it may have: \(bounds.files)" : nil
    }

    /// The key of the operation that made each namespace, by role.
    var namespacesMade: [String: String] {
        var made: [String: String] = [:]
        for entry in registry.entries { made[entry.role] = entry.madeBy }
        return made
    }

    /// Looks at a setting from now on, in the namespace in which it is about to be written.
    func watch(setting: Phrase) throws {
        let role = setting.namespace ?? NamespaceRegistry.hostRole
        guard let entry = registry.entries.first(where: { $0.role == role || $0.names.contains(role) }) else { return }
        try snapshotter.watch(setting: setting.argument, in: entry.handle)
    }

    /// Ends everything in it.
    ///
    /// - Throws: `RunFailure.hostNotDestroyed` when something is left.
    func destroy() throws {
        for each in held { each.letGo() }
        held = []
        // First what was asked of warm drivers, whose answers would be this host's own.
        warmDrivers.endRun()
        do { try host.destroy(foreign: { warmDrivers.take($0) }) } catch {
            throw RunFailure.hostNotDestroyed("\(error)")
        }
    }

    /// Opens something in a namespace of the host, by its name, and comes home.
    ///
    /// - Throws: `RunFailure.impossible` where no namespace bears the name, and what `body` throws.
    func inNamespace<Result: ~Copyable>(_ name: String, _ body: () throws(SystemError) -> Result) throws -> Result {
        let handle = name == "host" ? registry.entries.first?.handle : namespaces.bearer(of: name)
        guard let handle else { throw RunFailure.impossible("no namespace bears the name `\(name)` now") }
        return try withNetworkNamespace(try handle.open(), body)
    }
}

extension HostOptions {
    /// What a plan wants of its host.
    init(of plan: Plan) {
        self.init()
        readOnlySysfs = !plan.host.sysfsWritable
        duplicateAddressDetection = plan.host.duplicateAddressDetection
        heldCapabilities = plan.host.heldBack
        // One may lie in another: they are mounted in the same order in every process.
        stateDirectories = plan.agents.values.flatMap(\.state).sorted()
        visibleMounts = plan.foldersToShow
    }
}
