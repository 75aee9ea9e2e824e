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

/// What a descriptor is by which mounts are made.
enum MountOrigin: Equatable {
    /// Of fsopen(2).
    case context(type: String)
    /// Of fspick(2).
    case picked(path: String)
    /// Of fsmount(2).
    case made(type: String)
    /// Of open_tree(2) with OPEN_TREE_CLONE.
    case copied(path: String)
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
        guard let type = memory.text(at: argument(0)) else { return nil }
        guard FileSystemType.isMachines(type) else { return learning(.context(type: type)) }
        return decodeChange(.refused(type: type, ErrorNumber(type == "devtmpfs" ? ENOSYS : EPERM)))
    }

    /// fspick(2): the file system at a path, to be configured anew.
    func decodePick() -> Decoded? { path(1, at: 0).flatMap { learning(.picked(path: $0)) } }

    /// fsconfig(2) with FSCONFIG_CMD_RECONFIGURE.
    func decodeReconfiguration() -> Decoded? {
        guard case .picked(let path)? = tracee.process.mountOrigins[int(0)] else { return nil }
        return decodeRemount(path)
    }

    /// fsmount(2): a mount that has no place yet.
    func decodeNewMount() -> Decoded? {
        var decoded = decodeChange(.detached(nil))
        if case .context(let type)? = tracee.process.mountOrigins[int(0)] { decoded.learn = .opened(.made(type: type)) }
        return decoded
    }

    /// open_tree(2) with OPEN_TREE_CLONE: a copy that has no place yet.
    func decodeTreeCopy() -> Decoded? {
        var decoded = decodeChange(.detached(nil))
        if let path = path(1, at: 0) { decoded.learn = .opened(.copied(path: path)) }
        return decoded
    }

    /// move_mount(2): of what fsmount(2) made, of a copy, or of what has a place.
    func decodeMove() -> Decoded? {
        guard let target = path(3, at: 2) else { return nil }
        let source = memory.text(at: argument(1)) ?? ""
        guard source.isEmpty else { return decodeMove(from: path(source, at: int(0)), to: target) }
        switch tracee.process.mountOrigins[int(0)] {
        case .made(let type)? where HostPaths.namespaceName(target) == nil: return decodeMounted(type, at: target)
        case .copied(let path)?: return decodeBind(target: target, source: path)
        default:
            // What has no place is at `/`.
            guard HostPaths.namespaceName(target) == nil, let link = link(ofDescriptor: int(0)), link.hasPrefix("/"),
                link != "/"
            else { return decodeBind(target: target, source: nil) }
            return decodeMove(from: link, to: target)
        }
    }

    private func learning(_ origin: MountOrigin) -> Decoded {
        var decoded = Decoded(phrases: [])
        decoded.learn = .opened(origin)
        return decoded
    }

    /// mount_setattr(2): on a path, or on a mount that has perhaps no place yet.
    func decodeAttributes() -> Decoded? {
        let text = memory.text(at: argument(1)) ?? ""
        let isByDescriptor = argument(2) & UInt64(CL_AT_EMPTY_PATH) != 0 && text.isEmpty
        guard let path = isByDescriptor ? link(ofDescriptor: int(0)) : path(1, at: 0), path.hasPrefix("/"),
            !isByDescriptor || path != "/"
        else { return decodeChange(.detached(int(0))) }
        var decoded = decodeRemount(path)
        if isByDescriptor { decoded.mounting = .detached(int(0)) }
        return decoded
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
