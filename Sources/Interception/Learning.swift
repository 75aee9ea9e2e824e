import Glibc
import Kernel
import Model

extension Interceptor {
    /// What the tracer itself must know of a call that succeeded.
    func learn(_ pending: PendingCall, _ tracee: Tracee) {
        switch pending.learning {
        case .nothing, .bore: break
        case .entered:
            if let handle = source.namespace(of: tracee.thread) { tracee.namespace = handle.id }
        case .made:
            guard let handle = source.namespace(of: tracee.thread) else { return }
            tracee.namespace = handle.id
            pending.operations[0].identity?.target = handle.id.rawValue
            _ = directory.made(handle, by: pending.operations[0].key, creator: tracee.creator)
        case .named(let name):
            let path = "/proc/\(tracee.thread)/root\(HostPaths.names)/\(name)"
            guard let handle = source.namespace(at: path) else { return }
            pending.operations[0].identity?.target = handle.id.rawValue
            directory.named(handle, name)
        case .opened(let origin):
            if let number = pending.result { tracee.process.mountOrigins[Int32(truncatingIfNeeded: number)] = origin }
        }
    }
}
