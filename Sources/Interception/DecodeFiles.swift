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
        // O_TMPFILE, which holds O_DIRECTORY: a file without a name, in that folder.
        if flags & 0o20200000 == 0o20200000, writes {
            decoded.phrases[0] = Phrase(.fileCreate, path == "/" ? "/#" : "\(path)/#", ["type": "file"], in: role)
            decoded.makesAnew = true
            return decoded
        }
        if creates, flags & O_EXCL != 0 || !exists(path, otherwise: false) {
            decoded.phrases[0] = Phrase(.fileCreate, path, ["type": "file"], in: role)
            decoded.makesAnew = flags & O_EXCL != 0
            return decoded
        }
        if writes { return decoded }
        guard let seen = watchedPath(path) else { return nil }
        decoded.phrases[0].argument = seen
        return decoded
    }

    /// openat2(2): the flags are the first word of struct open_how, how the path is looked for is the third.
    func decodeOpenHow() -> Decoded? {
        let how = argument(2)
        let resolve = memory.word(at: how &+ 16) ?? 0
        guard let text = memory.text(at: argument(1)) else { return nil }
        // RESOLVE_IN_ROOT of linux/openat2.h: an absolute path begins at the folder, which no `..` leaves.
        let seen = resolve & 0x10 == 0 ? text : String(HostPaths.normalInRoot(text).dropFirst())
        return decodeOpen(path: path(seen, at: int(0)), flags: Int32(truncatingIfNeeded: memory.word(at: how) ?? 0))
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

    func decodeRename(_ from: String?, _ to: String?, exchanges: Bool = false) -> Decoded? {
        guard let from, let to, HostPaths.isFile(to) else { return nil }
        var decoded = Decoded(
            .fileRename, from, ["to": to].merging(exchanges ? ["exchange": "true"] : [:]) { first, _ in first },
            in: role)
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
        let path = HostPaths.normal(HostPaths.withoutNumber(link))
        let setting = HostPaths.sysctl(path)
        let ofNetwork = setting == nil ? HostPaths.networkFile(path) : nil
        // Below /sys and /proc/net a file is a setting too, and what is written to it is all there is to know.
        guard setting != nil || ofNetwork != nil || path.hasPrefix("/sys/") else {
            return decodeChange(.fileWrite, path, behind: int(0))
        }
        var qualifiers: [String: String] = [:]
        let ranges = buffers()
        if !ranges.isEmpty, let bytes = ranges.gather(memory, limit: 256) {
            qualifiers["value"] = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        }
        if let ofNetwork {
            var decoded = Decoded(.fileWrite, ofNetwork, qualifiers, in: role)
            decoded.subject = .descriptor(int(0))
            return decoded
        }
        guard let setting else {
            var decoded = decodeChange(.fileWrite, path, behind: int(0))
            decoded?.phrases[0].qualifiers = qualifiers
            return decoded
        }
        return Decoded(.sysctlWrite, setting, qualifiers, in: role)
    }

    /// splice(2): into a file it writes; into a netlink socket it sends what stands in a pipe.
    func decodeSplice() -> Decoded? {
        guard let link = link(ofDescriptor: int(2)) else { return nil }
        guard link.hasPrefix("socket:") else { return decodeChange(.fileWrite, descriptor: int(2)) }
        return decodeSend(to: int(2)) { limit in
            bytes(behind: int(0), count: min(Int(clamping: argument(4)), limit), cl_pipe_peek)
        }
    }

    /// sendfile(2): into a file it writes; into a netlink socket it sends what stands in a file.
    func decodeSendFile() -> Decoded? {
        guard let link = link(ofDescriptor: int(0)) else { return nil }
        guard link.hasPrefix("socket:") else { return decodeChange(.fileWrite, descriptor: int(0)) }
        // Where it begins to read; -1 for where the file stands.
        let offset = argument(2) == 0 ? -1 : memory.word(at: argument(2)).map { Int64(bitPattern: $0) }
        guard let offset else { return nil }
        return decodeSend(to: int(0)) { limit in
            bytes(behind: int(1), count: min(Int(clamping: argument(3)), limit)) {
                cl_read_cached($0, $1, $2, offset)
            }
        }
    }

    /// What a look at a descriptor shows, which takes nothing from it.
    private func bytes(
        behind descriptor: Int32, count: Int, _ look: (Int32, UnsafeMutableRawPointer, Int) -> Int
    ) -> [UInt8]? {
        guard count > 0, let taken = tracee.take(descriptor) else { return nil }
        let number = taken.raw
        return [UInt8](unsafeUninitializedCapacity: count) { space, length in
            length = max(0, min(space.baseAddress.map { look(number, $0, count) } ?? 0, count))
        }
    }

    /// chmod(2) and its kin.
    func decodeMode(_ path: String?, _ mode: UInt64) -> Decoded? { decodeChange(.fileChmod, path, Self.mode(mode)) }

    func decodeMode(behind descriptor: Int32, _ mode: UInt64) -> Decoded? {
        with(Self.mode(mode), decodeChange(.fileChmod, descriptor: descriptor))
    }

    private static func mode(_ mode: UInt64) -> [String: String] {
        let digits = String(mode & 0o7777, radix: 8)
        return ["mode": String(repeating: "0", count: max(0, 4 - digits.count)) + digits]
    }

    /// chown(2) and its kin; `keep` where one of the two is left as it is.
    func decodeOwner(_ path: String?, _ place: Int) -> Decoded? { decodeChange(.fileChown, path, owner(place)) }

    func decodeOwner(behind descriptor: Int32, _ place: Int) -> Decoded? {
        with(owner(place), decodeChange(.fileChown, descriptor: descriptor))
    }

    private func owner(_ place: Int) -> [String: String] {
        let parts = [int(place), int(place + 1)].map { $0 == -1 ? "keep" : String(UInt32(bitPattern: $0)) }
        return ["owner": parts.joined(separator: ":")]
    }

    /// utime(2), utimes(2) and futimesat(2): without times it is now.
    func decodeTimes(_ path: String?, at place: Int, fields: Int) -> Decoded? {
        decodeChange(.fileTimes, path, ["time": argument(place) == 0 ? "now" : "set"])
    }

    /// utimensat(2): without a path it is about the descriptor, and each of the two times may be left as it is.
    func decodeExactTimes() -> Decoded? {
        var time = "now"
        if argument(2) != 0 {
            // Two of struct timespec. UTIME_NOW and UTIME_OMIT of linux/stat.h stand in place of the nanoseconds.
            let (now, omit): (UInt64, UInt64) = ((1 << 30) - 1, (1 << 30) - 2)
            let parts = [8, 24].map { memory.word(at: argument(2) &+ $0) ?? 0 }
            if parts.allSatisfy({ $0 == omit }) { return nil }
            if parts.contains(where: { $0 != now && $0 != omit }) { time = "set" }
        }
        if argument(1) == 0 { return with(["time": time], decodeChange(.fileTimes, descriptor: int(0))) }
        return decodeChange(.fileTimes, path(1, at: 0), ["time": time])
    }

    /// The flags of a file, as chattr(1) sets them: `flags` are `FS_XFLAG_*` of linux/fs.h.
    func decodeFlags(_ path: String?, _ flags: UInt64?) -> Decoded? {
        decodeChange(.fileFlags, path, flags.map { ["flags": FileFlags.text($0, FileFlags.extended)] } ?? [:])
    }

    /// ioctl(2) with FS_IOC_SETFLAGS, whose flags are `FS_*_FL`, or with FS_IOC_FSSETXATTR.
    func decodeFlags(_ request: UInt32) -> Decoded? {
        guard let bytes = memory.bytes(at: argument(2), count: 4) else { return nil }
        let names = request == FileFlags.requests[0] ? FileFlags.old : FileFlags.extended
        return with(
            ["flags": FileFlags.text(UInt64(Fields(bytes: bytes).u32(0)), names)],
            decodeChange(.fileFlags, descriptor: int(0)))
    }

    /// mknod(2): what is made is said by the type in its mode.
    func decodeNode(_ path: String?, _ mode: UInt64) -> Decoded? {
        let type =
            switch mode_t(truncatingIfNeeded: mode) & S_IFMT {
            case S_IFIFO: "fifo"
            case S_IFSOCK: "socket"
            case S_IFCHR, S_IFBLK: "device"
            default: "file"
            }
        return decodeChange(.fileCreate, path, ["type": type])
    }

    /// setxattr(2), removexattr(2) and their kin: the name is the second argument.
    func decodeAttribute(_ path: String?, name: Int = 1, removes: Bool = false) -> Decoded? {
        decodeChange(.fileAttribute, path, attribute(name, removes))
    }

    func decodeAttribute(behind descriptor: Int32, removes: Bool = false) -> Decoded? {
        with(attribute(1, removes), decodeChange(.fileAttribute, descriptor: descriptor))
    }

    private func attribute(_ name: Int, _ removes: Bool) -> [String: String] {
        var keys = removes ? ["remove": "true"] : [:]
        keys["name"] = memory.text(at: argument(name))
        return keys
    }

    /// mmap(2) of a file that others see: what is written into that memory is written into the file, without any call.
    func decodeMapping() -> Decoded? {
        guard int(2) & PROT_WRITE != 0, int(3) & MAP_ANONYMOUS == 0 else { return nil }
        return with(["mapped": "true"], decodeChange(.fileWrite, descriptor: int(4)))
    }

    /// bind(2) of a socket of the file system, which makes a file; one of the kernel's name space (`@name`) makes none.
    func decodeBoundSocket() -> Decoded? {
        let size = Int(clamping: argument(2))
        // struct sockaddr_un: a family, and a path that need not end with a zero.
        guard (3...110).contains(size), let bytes = memory.bytes(at: argument(1), count: size),
            UInt16(bytes[0]) | UInt16(bytes[1]) << 8 == UInt16(AF_UNIX), bytes[2] != 0
        else { return nil }
        let text = String(decoding: bytes.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self)
        return decodeChange(
            .fileCreate, path(text, at: AT_FDCWD), ["type": "socket"])
    }

    private func with(_ keys: [String: String], _ decoded: Decoded?) -> Decoded? {
        var decoded = decoded
        decoded?.phrases[0].qualifiers = keys
        return decoded
    }

    /// sethostname(2) and setdomainname(2).
    func decodeHostname(isDomain: Bool) -> Decoded? {
        guard let bytes = memory.bytes(at: argument(0), count: Int(min(argument(1), 64))) else { return nil }
        return Decoded(
            .hostnameSet, String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self),
            isDomain ? ["domain": "true"] : [:],
            in: role)
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

/// The flags of a file, by the words of chattr(1).
enum FileFlags {
    /// FS_IOC_SETFLAGS and FS_IOC_FSSETXATTR of linux/fs.h.
    static let requests: [UInt32] = [0x4008_6602, 0x401c_5820]

    /// `FS_SYNC_FL`, `FS_IMMUTABLE_FL`, `FS_APPEND_FL`, `FS_NODUMP_FL` and `FS_NOATIME_FL` of linux/fs.h.
    static let old: [(UInt64, String)] = [
        (0x8, "sync"), (0x10, "immutable"), (0x20, "append"), (0x40, "nodump"), (0x80, "noatime"),
    ]
    /// `FS_XFLAG_IMMUTABLE`, `FS_XFLAG_APPEND`, `FS_XFLAG_SYNC`, `FS_XFLAG_NOATIME` and `FS_XFLAG_NODUMP` of linux/fs.h.
    static let extended: [(UInt64, String)] = [
        (0x8, "immutable"), (0x10, "append"), (0x20, "sync"), (0x40, "noatime"), (0x80, "nodump"),
    ]

    /// `immutable, append`; what has no word is the number that is left, and `none` where no flag is set.
    static func text(_ flags: UInt64, _ names: [(UInt64, String)]) -> String {
        let words = names.filter { flags & $0.0 != 0 }.map(\.1)
        let rest = flags & ~names.reduce(0) { $0 | $1.0 }
        let all = words + (rest == 0 ? [] : ["0x" + String(rest, radix: 16)])
        return all.isEmpty ? "none" : all.joined(separator: ", ")
    }
}
