import CHost
import Glibc
import Kernel

/// The cgroups that bound what a worker and its hosts use together: memory and processes.
///
/// Hosts begin where their worker is, so it is the worker that is moved, once: to move a process takes the kernel 15 ms for each
/// hierarchy of cgroup v1. A host's own group lies below, and its root hides the files that hold the bounds.
public struct WorkerGroup: Sendable {
    /// How many bytes a worker and its hosts may use, files in memory among them: 2 GiB, or half of its part of what the
    /// machine has.
    public static var memory: UInt64 { min(2 << 30, HostBounds.memory / 2) }
    /// How many processes and threads they may be.
    public static let processes = 4096

    /// What of a worker's use is bounded.
    public enum Bound: String, Sendable, CaseIterable {
        case memory, processes
    }

    /// The group that this process is in; nil before ``enter()``.
    nonisolated(unsafe) public private(set) static var current: WorkerGroup?

    /// The folder that has the files of each bound; none where no group could be made that has one.
    private var folders: [Bound: String] = [:]
    /// How often each bound had been met before.
    private var before: [Bound: Int] = [:]

    /// Moves this process into groups of its own, as far as there are any to be had; sweeps what killed workers left there.
    public static func enter() {
        var group = WorkerGroup()
        for hierarchy in Hierarchy.all() { group.enter(hierarchy) }
        if group.folders[.memory] != nil {
            ch_be_spared()
        } else {
            limitMemory()
        }
        group.begin()
        current = group
    }

    /// What is not bounded here, in words for the record; empty where all is.
    public var remarks: [String] {
        Bound.allCases.filter { folders[$0] == nil }.map { bound in
            bound == .memory
                ? "no cgroup bounds the memory of the host: each of its processes may have \(WorkerGroup.gigabytes)"
                : "no cgroup bounds how many processes the host has"
        }
    }

    /// Counts from now on how often bounds are met.
    public mutating func begin() { for bound in Bound.allCases { before[bound] = count(bound) } }

    /// The bounds that were met since ``begin()``, a sentence each.
    public var met: [String] {
        Bound.allCases.filter { count($0) > before[$0] ?? 0 }.map { bound in
            switch bound {
            case .memory:
                "the kernel ended a process of the host, for it has no more memory than \(WorkerGroup.gigabytes)"
            case .processes: "the host has no more than \(WorkerGroup.processes) processes, and was refused another"
            }
        }
    }

    static var gigabytes: String {
        let tenths = (memory * 10) >> 30
        return tenths % 10 == 0 ? "\(tenths / 10) GiB" : "\(tenths / 10).\(tenths % 10) GiB"
    }

    private mutating func enter(_ hierarchy: Hierarchy) {
        let wanted = hierarchy.bounds.filter { folders[$0] == nil }
        let name = ControlGroup.name(of: getpid())
        guard !wanted.isEmpty, let folder = hierarchy.makeGroup(named: name, bounding: wanted) else { return }
        for bound in wanted { folders[bound] = folder }
    }

    /// How often a bound was met; 0 where the kernel does not say.
    private func count(_ bound: Bound) -> Int {
        guard let folder = folders[bound] else { return 0 }
        let files = bound == .memory ? ["memory.events", "memory.oom_control"] : ["pids.events"]
        let key = bound == .memory ? "oom_kill" : "max"
        for file in files {
            // One of the two versions has it.
            guard let text = try? readFile("\(folder)/\(file)") else { continue }
            let line = text.split(separator: "\n").first { $0.hasPrefix("\(key) ") }
            return line.flatMap { Int($0.dropFirst(key.count + 1)) } ?? 0
        }
        return 0
    }

    /// Without a group each process has this much: what it allocates, not what it only reserves (RLIMIT_DATA, since Linux 4.7).
    private static func limitMemory() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(2)
        guard getrlimit(resource, &limit) == 0, limit.rlim_max > memory else { return }
        limit = rlimit(rlim_cur: rlim_t(memory), rlim_max: rlim_t(memory))
        setrlimit(resource, &limit)
    }
}

extension Host {
    /// What programs of hosts begin with of the score by which the kernel chooses whom to end for want of memory; nil: what we have.
    public static var scoreOfPrograms: UnsafePointer<CChar>? { ch_score_of_programs() }
}
