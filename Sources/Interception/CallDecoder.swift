import CLinux
import Glibc
import Kernel
import Model

/// Turns one trapped call into the operations it stands for; nil for a call that nobody speaks of.
///
/// It only reads: the thread's memory, /proc, and sockets by a duplicate that is closed before the thread goes on.
struct CallDecoder {
    let call: cl_call
    let tracee: Tracee
    let directory: any NamespaceDirectory
    /// Folders in which also reading a file is an operation.
    let watched: [String]
    /// Folders in which also looking at a file is an operation: the agents' own state.
    let state: [String]
    let sockets: Sockets
    let families: GenericFamilies
    let roots: Roots

    var source: any StopSource { tracee.source }
    var memory: TraceeMemory { tracee.memory }
    var thread: Int32 { tracee.thread }
    var number: Int32 { Int32(truncatingIfNeeded: call.number) }
    var role: String { directory.role(of: tracee.namespace) }

    /// An argument as the 32-bit number that most calls take.
    func int(_ index: Int) -> Int32 { Int32(truncatingIfNeeded: argument(index)) }

    func argument(_ index: Int) -> UInt64 {
        switch index {
        case 0: call.arguments.0
        case 1: call.arguments.1
        case 2: call.arguments.2
        case 3: call.arguments.3
        case 4: call.arguments.4
        default: call.arguments.5
        }
    }

    /// The absolute path in argument `index`, relative to the descriptor in argument `directory` (the current folder without).
    func path(_ index: Int, at directory: Int? = nil) -> String? {
        guard let text = memory.text(at: argument(index)) else { return nil }
        return path(text, at: directory.map(int) ?? AT_FDCWD)
    }

    /// The absolute path that a text means, as the thread sees it.
    func path(_ text: String, at directory: Int32) -> String? {
        HostPaths.absolute(text, at: directory, of: thread, root: ownRoot, followsLast: !isOfLink)
    }

    /// Whether a link at the end of the path is itself what the call is about.
    private var isOfLink: Bool {
        switch number {
        case __NR_readlink, __NR_readlinkat, __NR_lstat: true
        case __NR_newfstatat: int(3) & AT_SYMLINK_NOFOLLOW != 0
        case __NR_statx: int(2) & AT_SYMLINK_NOFOLLOW != 0
        default: false
        }
    }

    /// The folder in which the thread's `/` is; nil where nobody has changed his.
    private var ownRoot: String? {
        guard roots.differ, let root = readLink("/proc/\(thread)/root"), root.hasPrefix("/"), root != "/" else {
            return nil
        }
        return root
    }

    /// A path below one of these folders, or what it leads to over symbolic links if that is; nil for any other.
    ///
    /// Links are followed for the agents' own state alone.
    private func path(_ path: String, below folders: [String]) -> String? {
        if folders.contains(where: { HostPaths.isBelow(path, $0) }) { return path }
        guard !state.isEmpty, let place = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        let folder = isOfLink ? String(path[..<place]) : ""
        let found = source.resolve(isOfLink ? (folder.isEmpty ? "/" : folder) : path, for: thread)
        guard let real = isOfLink ? found.map({ $0 + path[place...] }) : found,
            state.contains(where: { HostPaths.isBelow(real, $0) })
        else { return nil }
        return real
    }

    /// A path below the agents' state, or what leads there.
    func pathOfState(_ path: String) -> String? { self.path(path, below: state) }

    /// A path below a folder in which also reading is an operation, or what leads to the agents' state.
    func watchedPath(_ path: String) -> String? { self.path(path, below: watched) }

    /// The path behind a descriptor, if it leads to a file.
    func path(ofDescriptor descriptor: Int32) -> String? {
        link(ofDescriptor: descriptor).flatMap {
            $0.hasPrefix("/") ? HostPaths.normal(HostPaths.withoutNumber($0)) : nil
        }
    }

    /// What stands behind a descriptor: a path, `socket:[7]`, `pipe:[8]`.
    func link(ofDescriptor descriptor: Int32) -> String? { readLink("/proc/\(thread)/fd/\(descriptor)") }

    /// Looking whether a name is there, or at a file below an agent's state; other looks are not operations.
    func decodeLook(_ path: String?) -> Decoded? {
        guard let path else { return nil }
        if let name = HostPaths.namespaceName(path) {
            return [__NR_readlink, __NR_readlinkat].contains(number) ? nil : decodeName(.netnsStat, name)
        }
        guard !state.isEmpty, let path = pathOfState(path) else { return nil }
        var decoded = Decoded(.fileStat, path, in: role)
        decoded.subject = .file(path)
        return decoded
    }

    /// An operation on the namespace that bears a name now.
    func decodeName(_ operation: OperationRow, _ name: String) -> Decoded {
        guard let bearer = directory.bearer(of: name) else { return Decoded(operation, name, in: role) }
        return decodeNamespace(operation, bearer.id)
    }

    func decodeNamespace(_ operation: OperationRow, _ id: NetworkNamespaceID) -> Decoded {
        var decoded = Decoded(operation, directory.role(of: id), in: role)
        decoded.subject = .namespace(id)
        return decoded
    }

    /// Whether there is something at a path; where that cannot be found out, it is said, and taken to be so.
    func exists(_ path: String, otherwise assumed: Bool = true) -> Bool {
        // It is looked for in the thread's own root.
        let seen = ownRoot.flatMap { HostPaths.isBelow(path, $0) ? String(path.dropFirst($0.count)) : nil } ?? path
        if let there = source.exists(seen.isEmpty ? "/" : seen, for: thread) { return there }
        if !tracee.process.isUncertain {
            tracee.process.isUncertain = true
            tracee.process.notes.append(
                "\(tracee.process.program): whoever serves the file system of \(path) did not say in time whether it is there"
            )
        }
        return assumed
    }

    func decodeExec(path: String?, arguments: Int) -> Decoded? {
        // A path that is not there is a search along PATH, not a program.
        guard var path else { return nil }
        if path.hasPrefix("/memfd:") {
            // A program without a place: it is what its maker called it.
            if path.hasSuffix(" (deleted)") { path.removeLast(" (deleted)".count) }
        } else if !exists(path) {
            return nil
        }
        var decoded = Decoded(.exec, path, in: role)
        decoded.subject = .file(path)
        let argv = (memory.texts(at: argument(arguments)) ?? []).joined(separator: " ")
        if !argv.isEmpty { decoded.phrases[0].qualifiers["argv"] = String(argv.prefix(4096)) }
        return decoded
    }
}

/// Whether any process of a host has changed what its `/` is (chroot(2)); pivot_root(2) changes the mounts under it.
final class Roots {
    var differ = false
}

/// What a call stands for.
struct Decoded {
    /// The operations, in order.
    var phrases: [Phrase]
    /// What it acts on.
    var subject = Subject.nothing
    /// Whether it makes a file, and would fail if there were one.
    var makesAnew = false
    /// What to learn at the call's exit.
    var learn: Learning = .nothing
    /// The netlink request it sends.
    var request: NetlinkSend?
    /// What it does with mounts.
    var mounting = MountChange.none

    /// What the tracer itself must learn at the exit of a call that succeeded.
    enum Learning: Equatable {
        case nothing
        /// The thread stands in another namespace.
        case entered
        /// The thread stands in a namespace that it has just made.
        case made
        /// Its child is born in a namespace that is made with it.
        case bore
        /// A namespace was given a name below /run/netns.
        case named(String)
        /// The call has returned a descriptor by which mounts are made.
        case opened(MountOrigin)
    }

    init(phrases: [Phrase]) { self.phrases = phrases }

    init(_ operation: OperationRow, _ argument: String, _ qualifiers: [String: String] = [:], in namespace: String) {
        phrases = [Phrase(operation, argument, qualifiers, in: namespace)]
    }
}
