import Glibc
import Kernel

/// A hierarchy of cgroups that the machine shows, as this process sees it.
struct Hierarchy: Hashable {
    /// Where its root, or what is shown of it, is mounted.
    var point: String
    /// The group of this process, below the point: `/` or `/a/b`.
    var own: String
    /// What cgroup v1 has in it; nil for cgroup v2.
    var controllers: Set<String>?

    /// The folder of this process's group.
    var folder: String { point + (own == "/" ? "" : own) }

    /// What can be bounded in it: of cgroup v2 it depends on the group.
    var bounds: [WorkerGroup.Bound] {
        guard let controllers else { return WorkerGroup.Bound.allCases }
        return WorkerGroup.Bound.allCases.filter { controllers.contains($0.controller) }
    }

    /// All of them; none without a proc or without cgroups.
    static func all() -> [Hierarchy] {
        // No proc: then there is no group to be had.
        guard let mounts = try? readFile("/proc/self/mountinfo"), let groups = try? readFile("/proc/self/cgroup") else {
            return []
        }
        return all(mounts: mounts, groups: groups)
    }

    /// - Parameters:
    ///   - mounts: As proc_pid_mountinfo(5) has them.
    ///   - groups: As cgroups(7) has /proc/PID/cgroup.
    static func all(mounts: String, groups: String) -> [Hierarchy] {
        let own = groups.split(separator: "\n").map {
            $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        }
        return mounts.split(separator: "\n").compactMap { line in
            // ID PARENT DEVICE ROOT POINT OPTIONS ... - TYPE SOURCE OPTIONS
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash > 4, fields.count > dash + 3 else { return nil }
            let options = Set(fields[dash + 3].split(separator: ","))
            let mine = own.first { group in
                guard group.count == 3 else { return false }
                switch fields[dash + 1] {
                case "cgroup2": return group[0] == "0"
                case "cgroup": return group[0] != "0" && Set(group[1].split(separator: ",")).isSubset(of: options)
                default: return false
                }
            }
            guard let path = mine?[2], fields[3] == "/" || path == fields[3] || path.hasPrefix(fields[3] + "/") else {
                return nil
            }
            let below = fields[3] == "/" ? path : path.dropFirst(fields[3].count)
            return Hierarchy(
                point: String(fields[4]), own: below.isEmpty ? "/" : String(below),
                controllers: fields[dash + 1] == "cgroup2" ? nil : Set(options.map(String.init)))
        }
    }

    /// The folders in which a group may be made that bounds this process, the nearest first.
    ///
    /// Of cgroup v2 a group with processes gives its children no controllers, but the root (cgroups(7), "no internal processes"),
    /// so it may be one further up: but no bound that somebody else set for this process is left behind.
    var parents: [String] {
        guard controllers == nil else { return [folder] }
        var found: [String] = []
        var path = own
        while true {
            let folder = point + (path == "/" ? "" : path)
            found.append(folder)
            guard path != "/", Hierarchy.isUnbounded(folder) else { return found }
            let above = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
            path = above.isEmpty ? "/" : String(above)
        }
    }

    /// Whether nobody has set a bound of a group of cgroup v2.
    private static func isUnbounded(_ folder: String) -> Bool {
        let usual = [
            "memory.max": "max", "memory.high": "max", "memory.swap.max": "max", "pids.max": "max", "cpuset.cpus": "",
            "cpuset.mems": "", "io.max": "",
        ]
        return usual.allSatisfy { name, value in
            // A controller that is not there bounds nothing.
            guard let text = try? readFile("\(folder)/\(name)") else { return true }
            return text == value + "\n" || text == value
        } && ((try? readFile("\(folder)/cpu.max"))?.hasPrefix("max ") ?? true)  // as above
    }

    /// Makes a group with these bounds, and moves this process into it.
    ///
    /// - Returns: Its folder; nil where there is none to be had, and then nothing is left of it.
    func makeGroup(named name: String, bounding bounds: [WorkerGroup.Bound]) -> String? {
        for parent in parents {
            ControlGroup.sweep(parent)
            if controllers == nil {
                // Where it cannot be given it is there, or is not to be had: the files below say which.
                for bound in bounds { Hierarchy.write("+\(bound.controller)", "\(parent)/cgroup.subtree_control") }
            }
            let folder = "\(parent)/\(name)"
            guard mkdir(folder, 0o755) == 0 else { continue }
            let isBounded = bounds.allSatisfy {
                Hierarchy.write($0.value, "\(folder)/\($0.file(isUnified: controllers == nil))")
            }
            if isBounded {
                // Memory that is swapped out is memory too; not every kernel counts it.
                if bounds.contains(.memory) {
                    Hierarchy.write("0", "\(folder)/memory.swap.max")
                    Hierarchy.write(WorkerGroup.Bound.memory.value, "\(folder)/memory.memsw.limit_in_bytes")
                }
                if Hierarchy.write("0", "\(folder)/cgroup.procs") { return folder }
            }
            rmdir(folder)
        }
        return nil
    }

    @discardableResult private static func write(_ text: String, _ path: String) -> Bool {
        // What is not there, or refuses, is no bound.
        guard let file = try? Descriptor.open(path, flags: O_WRONLY) else { return false }
        // As above.
        return (try? file.writeAll(Array(text.utf8))) != nil
    }
}

extension WorkerGroup.Bound {
    /// The controller of cgroups that knows it.
    var controller: String { self == .memory ? "memory" : "pids" }

    /// The value of its file.
    var value: String { String(self == .memory ? WorkerGroup.memory : UInt64(WorkerGroup.processes)) }

    /// Its file.
    func file(isUnified: Bool) -> String {
        switch self {
        case .memory: isUnified ? "memory.max" : "memory.limit_in_bytes"
        case .processes: "pids.max"
        }
    }
}
