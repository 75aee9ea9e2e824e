import CLinux
import Glibc
import Kernel
public import SystemPackage

/// What a process that is born into a host is made to do, in this order.
public enum InjectionStep: String, Hashable, Sendable {
    /// Reading and writing its registers.
    case registers
    /// A descriptor of pid 1, which is the host's, for the process was forked into the host's pid namespace.
    case openInit = "pidfd_open(1)"
    /// All other namespaces of pid 1 at once: a process that shares no `fs_struct` may enter a mount namespace (setns(2)).
    case enter = "setns"
    /// Nothing may hold on to the host but its processes.
    case closeInit = "close"
    /// A session of its own, as every program of a host has.
    case session = "setsid"
    /// Memory for what the next calls read.
    case map = "mmap"
    /// The working directory, which setns has made the root.
    case directory = "chdir"
    /// The filter, without no_new_privs; last of what could be filtered.
    case filter = "seccomp"
    /// The memory given back.
    case unmap = "munmap"

    static let namespaces = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP

    func next(hasFilter: Bool) -> InjectionStep? {
        switch self {
        case .registers, .openInit: .enter
        case .enter: .closeInit
        case .closeInit: .session
        case .session: .map
        case .map: .directory
        case .directory: hasFilter ? .filter : .unmap
        case .filter: .unmap
        case .unmap: nil
        }
    }
}

/// Why a process could not be moved into a host.
public enum InjectionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It stands somewhere else than behind the system call by which it was born.
    case notBehindCall
    /// ptrace(2) refused.
    case untraceable(InjectionStep, Errno)
    /// The call that it was made to make failed.
    case refused(InjectionStep, Errno)
    /// Its memory could not be written.
    case notWritten
    /// It ended on the way.
    case ended(InjectionStep)

    /// `the forked driver: setns: Operation not permitted (EPERM)`.
    public var description: String {
        let what =
            switch self {
            case .notBehindCall: "it was not born by a system call of x86_64"
            case .untraceable(let step, let errno): "ptrace before \(step.rawValue): \(errno.explained)"
            case .refused(let step, let errno): "\(step.rawValue): \(errno.explained)"
            case .notWritten: "its memory cannot be written"
            case .ended(let step): "it ended before \(step.rawValue) was done"
            }
        return "the forked driver could not be moved into the host: \(what)"
    }

    static func check(_ step: InjectionStep, _ result: Int32) throws(InjectionError) {
        // ESRCH: killed meanwhile.
        if result == -ESRCH { throw .ended(step) }
        if result < 0 { throw .untraceable(step, Errno(rawValue: -result)) }
    }
}
