import CLinux
import Glibc
import Kernel
import Model

extension CallDecoder {
    /// open(2) and its kin.
    ///
    /// Reading is an operation only where it concerns names of namespaces, kernel settings and watched folders: an agent
    /// reads thousands of library files that nobody deletes.
    func decodeOpen(path: String?, flags: Int32) -> Decoded? {
        guard let path else { return nil }
        if path == HostPaths.names { return Decoded(.netnsList, "all", in: role) }
        let creates = flags & O_CREAT != 0
        let writes = creates || flags & O_ACCMODE != O_RDONLY
        if let name = HostPaths.namespaceName(path), !writes {
            return decodeName(.netnsOpen, name)
        }
        if HostPaths.isNamespaceLink(path) { return openedLink(path) }
        if let name = HostPaths.sysctl(path) { return writes ? nil : Decoded(.sysctlRead, name, in: role) }
        guard HostPaths.isFile(path) else { return nil }
        var decoded = Decoded(.fileOpen, path, in: role)
        decoded.subject = .opened
        if creates, flags & O_EXCL != 0 || !exists(path, otherwise: false) {
            decoded.phrases[0] = Phrase(.fileCreate, path, ["type": "file"], in: role)
            decoded.makesAnew = flags & O_EXCL != 0
            return decoded
        }
        guard writes || watched.contains(where: { path.hasPrefix($0) }) else { return nil }
        return decoded
    }

    /// /proc/self/ns/net and its kin: the namespace of that thread, under its role.
    private func openedLink(_ path: String) -> Decoded? {
        let seen = "/proc/\(thread)/root" + path.replacingSelf(by: thread)
        // No such process, or a namespace of another kind.
        guard let handle = try? NamespaceHandle.atPath(seen) else { return nil }
        return decodeNamespace(.netnsOpen, handle.id)
    }

    /// A call that makes, changes or deletes the file at a path.
    func decodeChange(
        _ operation: OperationRow, _ path: String?, _ qualifiers: [String: String] = [:]
    ) -> Decoded? {
        guard let path, HostPaths.isFile(path) else { return nil }
        var decoded = Decoded(operation, path, qualifiers, in: role)
        decoded.subject = operation == .fileCreate ? .made(path) : .file(path)
        decoded.makesAnew = operation == .fileCreate
        return decoded
    }

    /// A call that changes, locks or flushes a file by a descriptor.
    func decodeChange(_ operation: OperationRow, descriptor: Int32) -> Decoded? {
        path(ofDescriptor: descriptor).flatMap { decodeChange(operation, $0, behind: descriptor) }
    }

    private func decodeChange(_ operation: OperationRow, _ path: String, behind descriptor: Int32) -> Decoded? {
        guard HostPaths.isFile(path) else { return nil }
        var decoded = Decoded(operation, path, in: role)
        decoded.subject = .descriptor(descriptor)
        return decoded
    }

    func decodeRename(_ from: String?, _ to: String?) -> Decoded? {
        guard let from, let to, HostPaths.isFile(to) else { return nil }
        var decoded = Decoded(.fileRename, from, ["to": to], in: role)
        decoded.subject = .file(from)
        return decoded
    }

    /// A call that writes through a descriptor: what, where the arguments with these places say it.
    func decodeWrite(_ address: Int? = nil, count: Int = 0) -> Decoded? {
        decodeWrite {
            address.map { [MemoryRange(address: argument($0), count: Int(clamping: argument(count)))] } ?? []
        }
    }

    /// A call that writes a vector of buffers, its second argument, through a descriptor.
    func decodeVectorWrite() -> Decoded? {
        decodeWrite { MessageHeader.vector(memory, at: argument(1), count: argument(2)) ?? [] }
    }

    private func decodeWrite(from buffers: () -> [MemoryRange]) -> Decoded? {
        guard let link = link(ofDescriptor: int(0)) else { return nil }
        if link.hasPrefix("socket:") { return decodeSend() }
        guard link.hasPrefix("/") else { return nil }
        let path = HostPaths.normal(link)
        guard let name = HostPaths.sysctl(path) else { return decodeChange(.fileWrite, path, behind: int(0)) }
        var qualifiers: [String: String] = [:]
        let ranges = buffers()
        if !ranges.isEmpty, let bytes = ranges.gather(memory, limit: 256) {
            qualifiers["value"] = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        }
        return Decoded(.sysctlWrite, name, qualifiers, in: role)
    }

    /// A lock of a file behind the first argument, for which the caller waits or not.
    func decodeLock(waits: Bool) -> Decoded? {
        guard var decoded = decodeChange(.fileLock, descriptor: int(0)) else { return nil }
        decoded.phrases[0].qualifiers["wait"] = waits ? "true" : "false"
        return decoded
    }

    /// A lock by fcntl(2); releasing one is no operation.
    func decodeRecordLock() -> Decoded? {
        // struct flock begins with its type, a 16-bit number.
        guard let type = memory.bytes(at: argument(2), count: 2), Int32(type[0]) != Int32(F_UNLCK) else { return nil }
        return decodeLock(waits: [F_SETLKW, CL_F_OFD_SETLKW].contains(int(1)))
    }
}

extension String {
    /// /proc/self and /proc/thread-self mean somebody else to the tracer.
    fileprivate func replacingSelf(by thread: Int32) -> String {
        for own in ["/proc/self/", "/proc/thread-self/"] where hasPrefix(own) {
            // It was killed meanwhile, and its call with it. The last of NSpid is its pid in the host.
            guard let inner = (try? ProcessStatus.of(thread))?.namespacePIDs.last else { return self }
            return "/proc/\(inner)/" + dropFirst(own.count)
        }
        return self
    }
}
