import Kernel
import SystemPackage

/// Who descends from whom: the traced threads, the processes they belong to, and where each child comes from.
///
/// A child belongs to the thread whose ptrace event bore it, whatever /proc calls its parent: that is the reaper where the
/// maker has gone, and the maker's own parent with CLONE_PARENT. The kernel may tell of a child before it tells who
/// made it; then the child waits.
final class ProcessTree {
    /// The traced threads.
    private(set) var tracees: [Int32: Tracee] = [:]
    /// The processes that have a traced thread, by id.
    private(set) var processes: [Int32: TracedProcess] = [:]

    /// What is known of a child that was announced and has not been met.
    private struct Birth {
        let parent: TracedProcess
        let lineage: Lineage?
        let namespace: NetworkNamespaceID
        let place: [Int]
        /// The thread that made it and goes on; nil where it waits for the child, or is gone.
        var maker: Int32?
    }

    /// A child of which nobody has said that it is his.
    private struct Foundling {
        var stops: [ThreadStop]
        let since: UInt64
    }

    private let source: any StopSource
    private let directory: any NamespaceDirectory
    private var announced: [Int32: Birth] = [:]
    private var foundlings: [Int32: Foundling] = [:]
    /// Processes whose threads ended last: the maker of a foundling is one of them, killed before it could say so.
    private var ended: [TracedProcess] = []

    /// How long a child waits for its maker's word, in nanoseconds: that may be on its way, unless the maker was killed.
    static let patience: UInt64 = 50_000_000

    init(source: any StopSource, directory: any NamespaceDirectory) {
        self.source = source
        self.directory = directory
    }

    /// A process that is traced from here on, with its one thread.
    ///
    /// - Throws: `SystemError` when it is gone; nothing of it is then kept.
    func adopt(_ id: Int32, agent: String, spawn: Int, lineage: Lineage?) throws(SystemError) {
        guard let namespace = source.namespace(of: id) else {
            throw SystemError(call: "name_to_handle_at", stage: "network namespace of \(id)", errno: .noSuchProcess)
        }
        let process = TracedProcess(id: id, agent: agent, spawn: spawn, isFirst: true, lineage: lineage)
        processes[id] = process
        add(id, to: process, namespace.id)
    }

    /// A thread has made a child or a thread.
    ///
    /// - Parameter waits: Whether it does nothing more until the child has executed a program (vfork).
    /// - Returns: The stops of it that wait already.
    func announce(_ child: Int32, by maker: Tracee, whoWaits waits: Bool) -> [ThreadStop] {
        var namespace = maker.namespace
        if let pending = maker.pending, pending.learning == .bore, let handle = source.namespace(of: child) {
            namespace = handle.id
            pending.operations[0].identity?.target = handle.id.rawValue
            _ = directory.made(handle, by: pending.operations[0].key, creator: maker.creator)
        }
        announced[child] = Birth(
            parent: maker.process, lineage: maker.process.lineage, namespace: namespace,
            place: maker.nextPlace(), maker: waits ? nil : maker.thread)
        return foundlings.removeValue(forKey: child)?.stops ?? []
    }

    /// Whether somebody has said that the thread is his.
    func isAnnounced(_ thread: Int32) -> Bool { announced[thread] != nil }

    /// A thread that was announced is met for the first time.
    ///
    /// - Returns: Nil where it was not, or is gone.
    func meet(_ thread: Int32) -> Tracee? {
        guard let birth = announced.removeValue(forKey: thread) else { return nil }
        let process: TracedProcess
        if source.isThread(thread, of: birth.parent.id) {
            process = birth.parent
        } else {
            process = TracedProcess(
                id: thread, agent: birth.parent.agent, spawn: birth.parent.spawn, isFirst: false,
                lineage: birth.lineage)
            // A child has the filters of its maker, for good.
            process.trapsReceives = birth.parent.trapsReceives
            processes[thread] = process
        }
        let tracee = add(thread, to: process, birth.namespace, birth.place)
        if process !== birth.parent { tracee.maker = birth.maker }
        return tracee
    }

    /// The thread waits until somebody says that it is his.
    func park(_ stop: ThreadStop) {
        foundlings[stop.thread, default: Foundling(stops: [], since: source.clock())].stops.append(stop)
    }

    /// Whether a thread waits for somebody to say that it is his.
    func isParked(_ thread: Int32) -> Bool { foundlings[thread] != nil }

    /// When the first child has waited long enough; nil where none waits.
    var deadline: UInt64? {
        foundlings.isEmpty ? nil : foundlings.values.map { $0.since + ProcessTree.patience }.min()
    }

    /// The children whose maker was killed before the kernel told of it, each now announced, with their stops.
    ///
    /// - Returns: Nothing while all of them may still be spoken for.
    func orphans(told: (String) -> Void) -> [ThreadStop] {
        guard !foundlings.isEmpty else { return [] }
        let now = source.clock()
        let late = foundlings.filter { now >= $0.value.since + ProcessTree.patience }
        return late.sorted { $0.key < $1.key }.flatMap { child, foundling -> [ThreadStop] in
            foundlings[child] = nil
            guard let maker = maker(of: child) else {
                told("process \(child) began without a parent that is traced")
                return foundling.stops
            }
            told(
                "\(maker.program) was killed while it made a child, whose lineage is taken from what /proc says or from "
                    + "who died last")
            announced[child] = Birth(
                parent: maker, lineage: maker.lineage,
                namespace: source.namespace(of: child)?.id ?? NetworkNamespaceID(rawValue: 0), place: [Int(child)])
            return foundling.stops
        }
    }

    private func maker(of child: Int32) -> TracedProcess? {
        if let group = source.process(of: child), group != child, let process = processes[group] { return process }
        if let parent = source.parent(of: child), let process = processes[parent] { return process }
        return ended.last
    }

    /// A thread has executed a program: it is the leader of its process now, and all other threads are gone.
    ///
    /// - Parameter former: The id that the thread had before.
    /// - Returns: The leader as it is now, the call that it was in, and who bore the leader's id before.
    func execute(_ leader: Tracee, former: Int32) -> (now: Tracee, call: PendingCall?, replaced: Tracee?) {
        guard former != leader.thread, let other = tracees.removeValue(forKey: former) else {
            defer { leader.pending = nil }
            leader.beginProgram()
            return (leader, leader.pending, nil)
        }
        leader.process.threads.remove(former)
        // Another object: whoever holds a stop of the old leader holds nothing any more.
        let now = add(leader.thread, to: leader.process, other.namespace)
        return (now, other.pending, leader)
    }

    /// A thread is gone.
    ///
    /// - Returns: What it was, and whether its process ended with it: the first thread is told of last.
    func end(_ thread: Int32) -> (tracee: Tracee, isProcess: Bool)? {
        guard let tracee = tracees.removeValue(forKey: thread) else { return nil }
        let process = tracee.process
        process.threads.remove(thread)
        ended.removeAll { $0 === process }
        ended.append(process)
        if ended.count > 16 { ended.removeFirst() }
        guard thread == process.id else { return (tracee, false) }
        processes[process.id] = nil
        for other in process.threads { tracees[other] = nil }
        return (tracee, true)
    }

    @discardableResult
    private func add(_ thread: Int32, to process: TracedProcess, _ namespace: NetworkNamespaceID, _ place: [Int] = [])
        -> Tracee
    {
        let tracee = Tracee(thread: thread, process: process, namespace: namespace, source: source)
        tracee.place = place
        tracees[thread] = tracee
        process.threads.insert(thread)
        return tracee
    }
}
