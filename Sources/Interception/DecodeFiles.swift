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
        if path == HostPaths.names { return Decoded("netns.list", "*", in: role) }
        let creates = flags & O_CREAT != 0
        let writes = creates || flags & O_ACCMODE != O_RDONLY
        if let name = HostPaths.namespaceName(path), !writes {
            return Decoded("netns.open", directory.role(named: name) ?? name, in: role)
        }
        if HostPaths.isNamespaceLink(path) { return openedLink(path) }
        if let name = HostPaths.sysctl(path) { return writes ? nil : Decoded("sysctl.read", name, in: role) }
        guard HostPaths.isFile(path) else { return nil }
        if creates, flags & O_EXCL != 0 || !HostPaths.exists(path, for: thread) {
            return Decoded("file.create", path, in: role)
        }
        guard writes || watched.contains(where: { path.hasPrefix($0) }) else { return nil }
        return Decoded("file.open", path, in: role)
    }

    /// /proc/self/ns/net and its kin: the namespace of that thread, under its role.
    private func openedLink(_ path: String) -> Decoded? {
        let seen = "/proc/\(thread)/root" + path.replacingSelf(by: thread)
        guard let handle = try? NamespaceHandle.atPath(seen) else { return nil }
        return Decoded("netns.open", directory.role(of: handle.id), in: role)
    }

    /// Calls that change, lock or flush files.
    func decodeFile() -> Decoded? {
        switch number {
        case __NR_unlink, __NR_rmdir: changed("file.delete", path(0))
        case __NR_unlinkat: changed("file.delete", path(1, at: 0))
        case __NR_rename: renamed(path(0), path(1))
        case __NR_renameat, __NR_renameat2: renamed(path(1, at: 0), path(3, at: 2))
        case __NR_link, __NR_symlink: changed("file.create", path(1))
        case __NR_linkat: changed("file.create", path(3, at: 2))
        case __NR_symlinkat: changed("file.create", path(2, at: 1))
        case __NR_mkdir: changed("file.create", path(0))
        case __NR_mkdirat: changed("file.create", path(1, at: 0))
        case __NR_truncate: changed("file.write", path(0))
        case __NR_write, __NR_pwrite64, __NR_writev, __NR_pwritev, __NR_ftruncate: written()
        case __NR_flock: int(1) & LOCK_UN == 0 ? changed("file.lock", path(ofDescriptor: int(0))) : nil
        case __NR_fcntl: locked()
        case __NR_fsync, __NR_fdatasync: changed("file.sync", path(ofDescriptor: int(0)))
        default: nil
        }
    }

    private func changed(_ word: String, _ path: String?) -> Decoded? {
        guard let path, HostPaths.isFile(path) else { return nil }
        return Decoded(word, path, in: role)
    }

    private func renamed(_ from: String?, _ to: String?) -> Decoded? {
        guard let from, let to, HostPaths.isFile(to) else { return nil }
        return Decoded("file.rename", from, ["to": to], in: role)
    }

    private func written() -> Decoded? {
        guard let path = path(ofDescriptor: int(0)) else { return nil }
        guard let name = HostPaths.sysctl(path) else { return changed("file.write", path) }
        var qualifiers: [String: String] = [:]
        if number == __NR_write, let bytes = memory.bytes(at: argument(1), count: Int(min(argument(2), 256))) {
            qualifiers["value"] = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        }
        return Decoded("sysctl.write", name, qualifiers, in: role)
    }

    /// A lock by fcntl(2); releasing one is no operation.
    private func locked() -> Decoded? {
        // struct flock begins with its type, a 16-bit number.
        guard let type = memory.bytes(at: argument(2), count: 2), Int32(type[0]) != Int32(F_UNLCK) else { return nil }
        return changed("file.lock", path(ofDescriptor: int(0)))
    }
}

extension String {
    /// /proc/self and /proc/thread-self mean somebody else to the tracer.
    fileprivate func replacingSelf(by thread: Int32) -> String {
        for own in ["/proc/self/", "/proc/thread-self/"] where hasPrefix(own) {
            // The pid of the thread in the host's own pid namespace is the last of NSpid.
            guard let inner = (try? ProcessStatus.of(thread))?.namespacePIDs.last else { return self }
            return "/proc/\(inner)/" + dropFirst(own.count)
        }
        return self
    }
}
