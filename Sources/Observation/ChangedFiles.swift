import Glibc
import Kernel
import Model

/// The files that differ from the machine's, read from the upper layer of the host's root.
///
/// Overlayfs puts every file there that was written, and a mark for each that was deleted: the exact list of changes
/// without comparing two trees (the kernel's Documentation/filesystems/overlayfs.rst).
struct ChangedFiles {
    /// The machine's own root, the lower layer; another directory in tests.
    let lower: String
    /// The program of a process of the host, by its id there; nil where none has that id.
    var program: (Int32) -> String? = { _ in nil }
    /// What is looked at elsewhere, or belongs to the kernel.
    static let excluded: Set<String> = ["/run/netns", "/proc", "/sys", "/dev"]

    /// `file PATH` of each changed file: type, size in bytes, mode in octal, owner and group where they are not root's,
    /// digest of the content and of the extended attributes, target of a link.
    ///
    /// A file that holds nothing but the id of a process, and is called so, tells the program in place of its content: ids
    /// differ between runs. `digested` is how many bytes the digest is of, where the file is too large to be read whole.
    ///
    /// Errors: `SystemError`, ``SnapshotError``; a file that vanishes meanwhile is left out.
    ///
    /// - Parameter upper: A descriptor of the upper directory; it stays the caller's.
    func facts(upper: Int32) throws -> [Fact] {
        var facts = Found()
        let top = try Descriptor.open("/proc/self/fd/\(upper)/.", flags: O_DIRECTORY)
        let copied = ChangedFiles.whenCopied(top)
        try walk(top, "", lowerIsSeen: true, copied: copied, into: &facts)
        return facts.all
    }

    /// When all copies had been made, in a root without overlay, whose upper directory that is; nil in others.
    static func whenCopied(_ upper: borrowing Descriptor) -> timespec? {
        var copied = timespec()
        let size = MemoryLayout<timespec>.size
        let isCopied = kinds.contains { fgetxattr(upper.raw, "\($0).tocsin.stood", &copied, size) == size }
        return isCopied ? copied : nil
    }

    /// What a walk has found, as far as a state holds it.
    private struct Found {
        private(set) var all: [Fact] = []
        /// How many folders the walk is in.
        var depth = 0

        /// - Throws: ``SnapshotError/tooLarge(_:)``.
        mutating func append(_ fact: Fact) throws {
            all.append(fact)
            try StateBound.objects.check(all.count)
            try StateBound.path.check(fact.identity.name.utf8.count)
        }
    }

    /// - Parameters:
    ///   - lowerIsSeen: Whether what the machine has in this directory shows through.
    ///   - copied: When all copies had been made, in a root without overlay.
    private func walk(
        _ directory: consuming Descriptor, _ path: String, lowerIsSeen: Bool, copied: timespec?,
        into facts: inout Found
    ) throws {
        facts.depth += 1
        defer { facts.depth -= 1 }
        try StateBound.depth.check(facts.depth)
        // The listing takes its descriptor over and moves its position, so it gets one of its own.
        let names = try listDirectory(try directory.open(".", flags: O_DIRECTORY), path)
        let isCopied = lowerIsSeen && ChangedFiles.mark(directory, ChangedFiles.copied) == UInt8(ascii: "y")
        if isCopied { try deleted(from: path, names: Set(names), since: copied).forEach { try facts.append($0) } }
        for name in names.sorted() {
            let inner = "\(path)/\(name)"
            if ChangedFiles.excluded.contains(inner) { continue }
            var status = stat()
            guard fstatat(directory.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                // Of what is not UTF-8 the name alone is told.
                if name.isRepaired { try facts.append(Fact(object: "file", inner, [:])) }
                continue
            }
            do {
                try addFact(
                    name, status, in: directory, inner, lowerIsSeen: lowerIsSeen, isCopied: isCopied, copied: copied,
                    to: &facts)
            } catch let error as SystemError {
                guard error.errno == .noSuchFileOrDirectory else { throw error }
            }
        }
    }

    private func addFact(
        _ name: String, _ status: stat, in directory: borrowing Descriptor, _ path: String, lowerIsSeen: Bool,
        isCopied: Bool, copied: timespec?, to facts: inout Found
    ) throws {
        let below = lowerIsSeen ? lowerStatus(path) : nil
        let mode = String(status.st_mode & 0o7777, radix: 8)
        let type = FileType(status)
        if type != .directory, isCopied, let copied, isUntouched(status, since: copied) { return }
        switch type {
        case .directory:
            let inner = try directory.open(name, flags: O_DIRECTORY | O_NOFOLLOW)
            let wasCopied = isCopied && ChangedFiles.mark(inner, ChangedFiles.copied) != nil
            // Of one that the machine has no more the copy is left.
            let isCopy = below.map { FileType($0) == .directory } ?? wasCopied
            // Of a copied directory every directory bears a mark, but those that were made in the host.
            let isOpaque =
                isMarkedOpaque(inner) || isCopied && isCopy && !wasCopied
            // A directory is copied up for what is in it; it is a change itself when it is new, was made anew, or when its
            // mode is another.
            let isSame =
                isCopy && !isOpaque
                && below.map { isSameOwner($0, status) && $0.st_mode == status.st_mode } ?? wasCopied
            if !isSame {
                var attributes = ["type": type.rawValue, "mode": mode]
                attributes["owner"] = owner(status)
                if isOpaque, isCopy { attributes["replaced"] = "true" }
                try facts.append(Fact(object: "file", path, attributes))
            }
            try walk(inner, path, lowerIsSeen: isCopy && !isOpaque, copied: copied, into: &facts)
        case .file:
            let file = try directory.open(name, flags: O_NOFOLLOW | O_NONBLOCK)
            let extended = ExtendedAttributes.digest(of: file)
            let digest = try ContentDigest(file)
            if let below, try isEqual(below, status, digest, path, extended) { return }
            var attributes = ["type": type.rawValue, "mode": mode]
            attributes["owner"] = owner(status)
            attributes["xattrs"] = extended
            if let holder = try processFile(file, path, status) {
                attributes["pid"] = holder
            } else {
                attributes["size"] = String(status.st_size)
                attributes["digest"] = digest.text
                attributes["digested"] = digest.limit.map { String($0) }
            }
            try facts.append(Fact(object: "file", path, attributes))
        case .symlink:
            let target = readLink("/proc/self/fd/\(directory.raw)/\(name)")
            if let below, FileType(below) == .symlink, readLink(lower + path) == target { return }
            try facts.append(
                Fact(object: "file", path, ["type": type.rawValue].merging(target.map { ["target": $0] } ?? [:]) { $1 })
            )
        case .deleted:
            // A mark over nothing is what remains of a file that was made and deleted.
            if below != nil { try facts.append(Fact(object: "file", path, ["type": type.rawValue])) }
        case .pipe, .socket, .device:
            if let below, below.st_mode == status.st_mode, below.st_rdev == status.st_rdev,
                isSameOwner(below, status)
            {
                return
            }
            var attributes = ["type": type.rawValue, "mode": mode]
            attributes["owner"] = owner(status)
            try facts.append(Fact(object: "file", path, attributes))
        }
    }

    private func isSameOwner(_ below: stat, _ above: stat) -> Bool {
        if below.st_uid == above.st_uid && below.st_gid == above.st_gid { return true }
        // A copy of a file whose owner has no number here is root's.
        let foreign = UserNamespace.isFirst ? nil : UserNamespace.foreignID
        return [below.st_uid, below.st_gid].contains { $0 == foreign } && above.st_uid == 0 && above.st_gid == 0
    }

    /// `USER:GROUP` by their numbers; nil for root's.
    private func owner(_ status: stat) -> String? {
        status.st_uid == 0 && status.st_gid == 0 ? nil : "\(status.st_uid):\(status.st_gid)"
    }

    /// The program whose id is all that a file holds; nil for any other file.
    private func processFile(_ file: borrowing Descriptor, _ path: String, _ status: stat) throws(SystemError)
        -> String?
    {
        guard (1...16).contains(status.st_size), path.split(separator: "/").last?.contains("pid") == true,
            lseek(file.raw, 0, SEEK_SET) == 0
        else { return nil }
        let text = String(decoding: try file.read(upTo: 17), as: UTF8.self)
        let words = text.split { $0 == " " || $0 == "\n" }
        guard words.count == 1, let id = Int32(words[0]) else { return nil }
        return program(id)
    }

    private func lowerStatus(_ path: String) -> stat? {
        var status = stat()
        return fstatat(AT_FDCWD, lower + path, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
    }

    /// A copy that nothing was done to since it was made: whatever is done to a file sets its change time (inode(7)), and
    /// nobody can set that back.
    ///
    /// What the machine has meanwhile is of no account: its own file may have changed, or be gone.
    private func isUntouched(_ file: stat, since copied: timespec) -> Bool {
        (file.st_ctim.tv_sec, file.st_ctim.tv_nsec) < (copied.tv_sec, copied.tv_nsec)
    }

    /// A file that was opened for writing is copied up even if nothing is written: no change.
    private func isEqual(
        _ below: stat, _ above: stat, _ digest: ContentDigest, _ path: String, _ extended: String?
    ) throws(SystemError) -> Bool {
        guard below.st_mode == above.st_mode, below.st_size == above.st_size, isSameOwner(below, above) else {
            return false
        }
        let file = try Descriptor.open(lower + path, flags: O_NOFOLLOW | O_NONBLOCK)
        guard ExtendedAttributes.digest(of: file) == extended else { return false }
        return try ContentDigest(file) == digest
    }

    /// What the machine has and a copied directory has not: where no overlay could be mounted, nothing shows through.
    ///
    /// What the machine got since, or did something to, was not copied as it is: nobody can say that the host has lost it.
    private func deleted(from path: String, names: Set<String>, since copied: timespec?) -> [Fact] {
        // One that the machine has no more, or that cannot be read, has lost nothing.
        let below = (try? listDirectory(lower + path + "/")) ?? []
        return below.filter { !names.contains($0) && !ChangedFiles.excluded.contains("\(path)/\($0)") }
            .filter { name in
                guard let copied, let status = lowerStatus("\(path)/\(name)") else { return copied == nil }
                return isUntouched(status, since: copied)
            }
            .map { Fact(object: "file", "\(path)/\($0)", ["type": FileType.deleted.rawValue]) }
    }

    /// The mark of a directory in a root without overlay: `y` where all of the machine's was copied into it, `n` where the
    /// machine's is shown in its place.
    private static let copied = "tocsin.copied"

    /// Where marks are kept: in a user namespace that is not the first one root may set no trusted attribute (xattr(7)).
    private static let kinds = ["trusted", "user"]

    /// A directory that hides the machine's: made again after it was deleted, or empty from the start of the host.
    private func isMarkedOpaque(_ directory: borrowing Descriptor) -> Bool {
        ChangedFiles.mark(directory, "overlay.opaque") == UInt8(ascii: "y")
    }

    private static func mark(_ directory: borrowing Descriptor, _ name: String) -> UInt8? {
        var value: UInt8 = 0
        return kinds.contains { fgetxattr(directory.raw, "\($0).\(name)", &value, 1) == 1 } ? value : nil
    }
}

/// fgetxattr(2): <sys/xattr.h> is no part of Swift's Glibc module, and a shim of one line would be all that this layer needs.
@_silgen_name("fgetxattr")
private func fgetxattr(
    _ descriptor: Int32, _ name: UnsafePointer<CChar>, _ value: UnsafeMutableRawPointer?, _ size: Int
) -> Int

/// flistxattr(2): the same.
@_silgen_name("flistxattr")
private func flistxattr(_ descriptor: Int32, _ list: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int

/// The extended attributes of a file, as far as they are its owner's.
enum ExtendedAttributes {
    /// No more of one file's are looked at.
    private static let limit = 64 << 10

    /// Their digest; nil where there are none.
    static func digest(of file: borrowing Descriptor) -> String? {
        var list = [CChar](repeating: 0, count: limit)
        // A file system without them has none.
        let count = flistxattr(file.raw, &list, limit)
        guard count > 0 else { return nil }
        let names = list[..<count].split(separator: 0).map { name in
            String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        // Those of the overlay and of Tocsin are none of the agent's.
        let own = names.filter { name in
            !["trusted.overlay.", "user.overlay.", "trusted.tocsin.", "user.tocsin."].contains { name.hasPrefix($0) }
        }.sorted()
        guard !own.isEmpty else { return nil }
        var digest = Digest()
        var value = [UInt8](repeating: 0, count: limit)
        for name in own {
            let size = fgetxattr(file.raw, name, &value, limit)
            digest.add(name)
            digest.add(value[..<max(0, size)])
        }
        return digest.shortText
    }
}

/// What a file in the upper layer is.
enum FileType: String {
    case file, directory, symlink, deleted, pipe, socket, device

    /// Reads the type from the mode; the character device 0:0 is the mark of a deleted file.
    init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .directory
        case S_IFLNK: self = .symlink
        case S_IFIFO: self = .pipe
        case S_IFSOCK: self = .socket
        case S_IFCHR: self = status.st_rdev == 0 ? .deleted : .device
        default: self = .device
        }
    }
}
