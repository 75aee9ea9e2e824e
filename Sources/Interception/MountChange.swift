import CLinux
import Glibc
import Kernel
import Model

/// What a call does with mounts, beside being an operation: who keeps the machine apart from the host must know of it.
public enum MountChange: Equatable, Sendable {
    /// Nothing.
    case none
    /// The mounts of the caller's mount namespace are others, or have other flags.
    case attached
    /// What it returns, or this descriptor of the caller's, is a mount that has no place yet.
    case detached(Int32?)
    /// It takes off the mount at a path.
    case taken(path: String)
    /// It asks for the machine's devices at a path, and is given the host's.
    case devices(path: String)
    /// It asks for a file system that is the machine's, and is refused.
    case refused(type: String, ErrorNumber)
}

extension CallDecoder {
    /// A call that is no operation, but matters for what agents can write.
    func decodeChange(_ change: MountChange) -> Decoded {
        var decoded = Decoded(phrases: [])
        decoded.mounting = change
        return decoded
    }

    /// fsopen(2), which makes nothing yet, but whose caller is refused all the same.
    ///
    /// Where devices are asked for, it may do as on a kernel without that call: mount(2) gives them.
    func decodeFileSystem() -> Decoded? {
        guard let type = memory.text(at: argument(0)), FileSystemType.isMachines(type) else { return nil }
        return decodeChange(.refused(type: type, ErrorNumber(type == "devtmpfs" ? ENOSYS : EPERM)))
    }

    /// mount_setattr(2): on a path, or on a mount that has perhaps no place yet.
    func decodeAttributes() -> Decoded? {
        let isByDescriptor = argument(2) & UInt64(CL_AT_EMPTY_PATH) != 0
        return decodeChange(isByDescriptor ? .detached(int(0)) : .attached)
    }

    /// What the mount of a new file system means.
    func change(byMounting type: String?, at path: String) -> MountChange {
        guard let type, FileSystemType.isMachines(type) else { return .attached }
        return type == "devtmpfs" ? .devices(path: path) : .refused(type: type, ErrorNumber(EPERM))
    }
}

extension Stop {
    /// What the call has done, or is about to do, with mounts; `none` after one that failed and changed nothing.
    public var mounting: MountChange { pending.mounting }

    /// A duplicate of the descriptor that the call returned, or of another one of the thread.
    public func descriptor(_ number: Int32?) -> Descriptor? {
        (number ?? pending.result.map { Int32(truncatingIfNeeded: $0) }).flatMap { tracee.take($0) }
    }

    /// Gives the call its result, in place of the kernel: 0, or an errno below zero.
    public func answer(_ result: Int64) { pending.answer = result }
}
