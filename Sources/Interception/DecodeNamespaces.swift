import CLinux
import Glibc
import Kernel
import Model

extension CallDecoder {
    /// setns(2), as far as network namespaces are concerned.
    func decodeEnter() -> Decoded? {
        guard let id = enteredNamespace() else { return nil }
        var decoded = decodeNamespace(.netnsEnter, id)
        decoded.learn = .entered
        return decoded
    }

    /// unshare(2) of the network.
    func decodeUnshare() -> Decoded? {
        var decoded = Decoded(.netnsCreate, directory.nextRole(creator: tracee.creator), in: role)
        decoded.learn = .made
        return decoded
    }

    /// clone(2) and clone3(2): a child in a network namespace of its own.
    func decodeClone(flags: UInt64) -> Decoded? {
        guard flags & UInt64(CLONE_NEWNET) != 0 else { return nil }
        var decoded = Decoded(.netnsCreate, directory.nextRole(creator: tracee.creator), in: role)
        decoded.learn = .bore
        return decoded
    }

    /// The namespace that a setns leads into; nil where it is another kind of namespace.
    private func enteredNamespace() -> NetworkNamespaceID? {
        let type = int(1)
        guard type == 0 || type & CLONE_NEWNET != 0, let descriptor = tracee.take(int(0)) else { return nil }
        let kind = cl_namespace_type(descriptor.raw)
        if kind == CLONE_NEWNET {
            // The kernel refuses what is none.
            return (try? NamespaceHandle.of(descriptor))?.id
        }
        // A pidfd: all the namespaces of that process that the flags name.
        guard kind < 0, type & CLONE_NEWNET != 0 else { return nil }
        let process = ProcessDescriptor(owning: descriptor)
        // Neither a namespace nor a pidfd: the kernel refuses it.
        guard let target = try? process.processID() else { return nil }
        // The process is gone: the kernel refuses it.
        return (try? NamespaceHandle.ofThread(target))?.id
    }

    func decodeUnmount(path target: String?) -> Decoded? {
        guard let target else { return nil }
        let name = HostPaths.namespaceName(target)
        var decoded = name.map { decodeName(.netnsUnmount, $0) } ?? decodeMountPoint(.mountUnmount, target)
        decoded.mounting = .taken(path: target)
        return decoded
    }

    func decodeMount(path target: String?) -> Decoded? {
        guard let target else { return nil }
        let flags = argument(3)
        let source = memory.text(at: argument(0))
        if flags & (UInt64(MS_REMOUNT) | propagation) != 0 { return decodeMountPoint(.mountRemount, target) }
        if flags & UInt64(MS_BIND) != 0 { return decodeBind(target: target, source: source) }
        if flags & UInt64(MS_MOVE) != 0 {
            return decodeMountPoint(.mountMove, target, source.map { ["source": $0] } ?? [:])
        }
        let type = memory.text(at: argument(2))
        var decoded = decodeMountPoint(.mountCreate, target, type.map { ["type": $0] } ?? [:])
        decoded.mounting = change(byMounting: type, at: target)
        return decoded
    }

    private var propagation: UInt64 {
        UInt64(MS_SHARED) | UInt64(MS_PRIVATE) | UInt64(MS_SLAVE) | UInt64(MS_UNBINDABLE)
    }

    /// A bind mount below /run/netns gives a namespace a name.
    func decodeBind(target: String, source: String?) -> Decoded {
        if let name = HostPaths.namespaceName(target) {
            var decoded = Decoded(.netnsName, name, in: role)
            decoded.learn = .named(name)
            decoded.mounting = .attached
            return decoded
        }
        return decodeMountPoint(.mountBind, target, source.map { ["source": $0] } ?? [:])
    }

    /// A file system is mounted at a path.
    func decodeMounted(_ type: String, at target: String) -> Decoded {
        decodeMountPoint(.mountCreate, target, ["type": type])
    }

    /// A mount gets another place.
    func decodeMove(from source: String?, to target: String) -> Decoded {
        decodeMountPoint(.mountMove, target, source.map { ["source": $0] } ?? [:])
    }

    /// A mount gets other flags.
    func decodeRemount(_ path: String) -> Decoded { decodeMountPoint(.mountRemount, path) }

    private func decodeMountPoint(
        _ operation: OperationRow, _ path: String, _ qualifiers: [String: String] = [:]
    ) -> Decoded {
        var decoded = Decoded(operation, path, qualifiers, in: role)
        decoded.subject = .file(path)
        decoded.mounting = .attached
        return decoded
    }
}
