import CLinux
import Glibc
import Host
import Interception
import Kernel
import Model

extension HostSpecification {
    /// The capabilities that nothing in the host has.
    var heldBack: Set<Capability> { HostOptions.heldByDefault.filter { !capabilities.contains($0.description) } }
}

extension PlanRun {
    /// Holds a proc or sysfs that an agent has just mounted, `ip netns exec` for one: what is written there is the machine's.
    ///
    /// - Parameter held: Called later, when it is held; the agent stands still until then.
    /// - Returns: Whether there is anything to wait for.
    func hold(mountOf stop: Stop, held: @escaping () -> Void) -> Bool {
        guard let operation = stop.operations.first, operation.result == .ok,
            operation.phrase.word == "mount.create" || operation.call == "move_mount",
            let mount = mounted(at: operation.phrase.which, of: stop.thread)
        else { return false }
        do {
            let namespace = try Descriptor.open("/proc/\(stop.thread)/ns/mnt")
            let root = try Descriptor.open(
                "/proc/\(stop.thread)/root\(operation.phrase.which)", flags: O_DIRECTORY)
            try host.request(
                .holdMount(
                    mount, readOnly: !job.plan.host.sysfsWritable, namespace: namespace.raw, root: root.raw)
            ) { [unowned self] result in
                if case .failure(let error) = result { problem = problem ?? "\(error)" }
                held()
            }
            return true
        } catch {
            problem = problem ?? "a \(mount.rawValue) that an agent mounted could not be held: \(error)"
            return false
        }
    }

    /// What lies on a path in a thread's mount namespace, when it is writable and the machine's.
    ///
    /// The table is read and not the file system asked, which may be served by a process that stands still.
    private func mounted(at path: String, of thread: Int32) -> KernelFiles? {
        // A thread that has died meanwhile has no table, and no mount either.
        guard let table = try? readFile("/proc/\(thread)/mountinfo") else { return nil }
        let last = table.split(separator: "\n").last { $0.split(separator: " ").dropFirst(4).first == path[...] }
        // proc_pid_mountinfo(5): ID PARENT DEVICE ROOT POINT OPTIONS ... - TYPE SOURCE OPTIONS
        guard let fields = last?.split(separator: " "), let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count,
            fields.count > 5, fields[3] == "/", fields[5].split(separator: ",").contains("rw")
        else { return nil }
        return KernelFiles(rawValue: String(fields[dash + 1]))
    }
}
