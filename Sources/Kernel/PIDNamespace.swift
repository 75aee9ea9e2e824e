import CLinux
import SystemPackage

/// A pid namespace that is looked at from outside: its processes, without a look at all of the machine's.
///
/// For one thread.
public final class PIDNamespace: Sendable {
    private let namespace: Descriptor
    private let proc: Descriptor

    /// The namespace of a process, by the proc file system that this process has at /proc now.
    ///
    /// To be made before anybody in there may mount something over it.
    /// - Throws: `SystemError`; EINVAL where /proc shows another namespace than that of the process.
    public init(of process: Int32) throws(SystemError) {
        let path = "/proc/\(process)/ns/pid"
        namespace = try Descriptor.open(path)
        proc = try Descriptor.open("/proc/\(process)/root/proc", flags: CL_O_DIRECTORY)
        // Its first process is number 1 there, and in no other.
        guard let own = readLink(path), readLink("/proc/self/fd/\(proc.raw)/1/ns/pid") == own else {
            throw SystemError(call: "readlink", stage: "/proc of process \(process)", errno: .invalidArgument)
        }
    }

    /// The processes in it and in the namespaces below it, as the caller numbers them.
    ///
    /// - Returns: nil where the kernel does not translate numbers (NS_GET_TGID_FROM_PIDNS of ioctl_nsfs(2), Linux 6.11).
    /// - Throws: `SystemError`; ESRCH or ENOENT where the namespace is gone.
    public func processes() throws(SystemError) -> [Int32]? {
        var found: [Int32] = []
        for name in try listDirectory(proc.open(".", flags: CL_O_DIRECTORY), "/proc of a host") {
            guard let inside = Int32(name) else { continue }
            let outside = cl_process_outside(namespace.raw, inside)
            if outside == 0 - Errno.noSuchProcess.rawValue { continue }
            guard outside > 0 else { return nil }
            found.append(outside)
        }
        return found
    }
}
