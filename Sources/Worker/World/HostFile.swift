import Glibc
import Kernel

/// A file of the host by the folder that holds it, which was reached without leaving the host's root.
///
/// A path below /proc/PID/root would leave it: an absolute link in it leads into the worker's own root. So each part of
/// the path is opened by itself and links are followed here, as chroot(2) would.
struct HostFile: ~Copyable {
    /// The folder, open.
    let folder: Descriptor
    /// The name in it.
    let name: String
    /// The path without links.
    let path: String
    /// The folders that were made for it, the uppermost first.
    let made: [String]

    private static let linkLimit = 40
    /// What a change of a file keeps of it in memory, in bytes.
    private static let sizeLimit = 64 << 20
    /// File systems of the kernel, in which a write reaches the whole machine.
    private static let foreign: Set<String> = ["proc", "sys", "dev"]

    /// Finds a file that need not be there; its folders are made where `making` says so.
    ///
    /// - Parameter following: Whether a link in the last place is followed, as open(2) does and unlink(2) does not.
    /// - Throws: `SystemError` of the folder that cannot be opened or made, `WorldError` for what is no file of the host.
    init(_ path: String, root: String, making: Bool = false, following: Bool = true) throws {
        func top() throws(SystemError) -> Descriptor { try Descriptor.open("\(root)/", flags: O_DIRECTORY) }
        var folder = try top()
        var passed: [String] = []
        var pending = path.split(separator: "/").reversed().map(String.init)
        var links = 0
        var made: [String] = []
        while let name = pending.popLast() {
            if name == "." { continue }
            if name == ".." {
                pending += passed.dropLast().reversed()
                passed = []
                folder = try top()
                continue
            }
            if !pending.isEmpty || following, let target = readLink("/proc/self/fd/\(folder.raw)/\(name)") {
                links += 1
                guard links <= HostFile.linkLimit else {
                    throw SystemError(call: "open", stage: path, errno: .tooManySymbolicLinkLevels)
                }
                pending += target.split(separator: "/").reversed().map(String.init)
                if target.hasPrefix("/") {
                    passed = []
                    folder = try top()
                }
                continue
            }
            guard !pending.isEmpty else {
                let real = "/" + (passed + [name]).joined(separator: "/")
                if let first = passed.first, HostFile.foreign.contains(first) {
                    throw WorldError.impossible("`\(real)` is the kernel's, and no file of the host")
                }
                self.init(folder: folder, name: name, path: real, made: made)
                return
            }
            let next = "/" + (passed + [name]).joined(separator: "/")
            if making {
                if mkdirat(folder.raw, name, 0o755) == 0 {
                    made.append(next)
                } else if errno != EEXIST {
                    throw SystemError(call: "mkdirat", stage: next, errno: .init(rawValue: errno))
                }
            }
            do { folder = try folder.open(name, flags: O_DIRECTORY | O_NOFOLLOW) } catch {
                throw SystemError(call: "open", stage: next, errno: error.errno)
            }
            passed.append(name)
        }
        throw WorldError.impossible("`\(path)` is a folder")
    }

    private init(folder: consuming Descriptor, name: String, path: String, made: [String]) {
        self.made = made
        self.folder = folder
        self.name = name
        self.path = path
    }

    /// What it holds.
    func state() throws -> FileState {
        var status = stat()
        guard fstatat(folder.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else {
                throw SystemError(call: "fstatat", stage: path, errno: .init(rawValue: errno))
            }
            return .absent
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            guard status.st_size <= HostFile.sizeLimit else {
                throw WorldError.impossible(
                    "`\(path)` has \(status.st_size) bytes: more than \(HostFile.sizeLimit) are not kept to be put back"
                )
            }
            let bytes: [UInt8]
            do { bytes = try folder.open(name, flags: O_NOFOLLOW | O_NONBLOCK).readAll() } catch {
                let name = path.hasPrefix("/run/netns/") ? ": it is the name of a namespace, see `netns.delete`" : ""
                throw WorldError.impossible("`\(path)` cannot be read, to be put back: \(error.errno.explained)\(name)")
            }
            return .file(bytes, mode: status.st_mode & 0o7777, owner: status.st_uid, group: status.st_gid)
        case S_IFLNK: return .link(readLink("/proc/self/fd/\(folder.raw)/\(name)") ?? "")
        case S_IFDIR: throw WorldError.impossible("`\(path)` is a folder")
        default: throw WorldError.impossible("`\(path)` is a device, a pipe or a socket")
        }
    }

    /// Writes it whole: one that is there keeps its mode and owner, a new one gets the mode.
    func write(_ bytes: [UInt8], mode: UInt32 = 0o644) throws {
        let isNew = try state() == .absent
        let kind = isNew ? O_CREAT | O_EXCL : O_TRUNC
        let file = try folder.open(name, flags: O_WRONLY | O_NOFOLLOW | O_NONBLOCK | kind, mode: mode)
        try file.writeAll(bytes)
        // The worker's umask is no part of what was asked for.
        if isNew { try systemCall("fchmod", stage: path) { fchmod(file.raw, mode) < 0 ? -errno : 0 } }
    }

    /// Makes it a folder, unless it is one.
    func makeFolder() throws {
        try systemCall("mkdirat", stage: path) { mkdirat(folder.raw, name, 0o755) < 0 && errno != EEXIST ? -errno : 0 }
    }

    /// Gives it to others; what is nil stays.
    func set(owner: UInt32?, group: UInt32?, mode: UInt32) throws {
        let file = try folder.open(name, flags: O_NOFOLLOW | O_NONBLOCK)
        // The mode last: a new owner takes the set-user-id bit away.
        try systemCall("fchown", stage: path) { fchown(file.raw, owner ?? .max, group ?? .max) < 0 ? -errno : 0 }
        try systemCall("fchmod", stage: path) { fchmod(file.raw, mode) < 0 ? -errno : 0 }
    }

    /// Deletes it.
    func delete() throws {
        try systemCall("unlinkat", stage: path) { unlinkat(folder.raw, name, 0) < 0 ? -errno : 0 }
    }

    /// Deletes a folder in which nothing is; one that is gone, or in use, is left as it is.
    func deleteEmptyFolder() throws {
        guard unlinkat(folder.raw, name, AT_REMOVEDIR) < 0, ![ENOENT, ENOTEMPTY, EBUSY].contains(errno) else { return }
        throw SystemError(call: "unlinkat", stage: path, errno: .init(rawValue: errno))
    }

    /// Makes it what it was.
    func put(_ state: FileState) throws {
        let now = try self.state()
        guard now != state else { return }
        switch state {
        case .absent: try delete()
        case .link(let target):
            if now != .absent { try delete() }
            try systemCall("symlinkat", stage: path) { symlinkat(target, folder.raw, name) < 0 ? -errno : 0 }
        case .file(let bytes, let mode, let owner, let group):
            if case .link = now { try delete() }
            try write(bytes, mode: mode)
            let file = try folder.open(name, flags: O_NOFOLLOW | O_NONBLOCK)
            // The mode last: a new owner takes the set-user-id bit away.
            try systemCall("fchown", stage: path) { fchown(file.raw, owner, group) < 0 ? -errno : 0 }
            try systemCall("fchmod", stage: path) { fchmod(file.raw, mode) < 0 ? -errno : 0 }
        }
    }
}

/// What stands under a path.
enum FileState: Equatable {
    /// Nothing.
    case absent
    /// A file: its bytes, permission bits and owners.
    case file([UInt8], mode: UInt32, owner: UInt32, group: UInt32)
    /// A symbolic link with this text.
    case link(String)
}
