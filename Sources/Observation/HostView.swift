import CLinux
import Glibc
import Kernel

/// Where the host is seen from outside: its pid 1, and through it its files and processes.
public struct HostView: Sendable {
    /// pid 1 of the host, as the caller's pid namespace numbers it.
    public let initPID: Int32
    /// Its processes; nil where they cannot be listed from its /proc.
    let processes: PIDNamespace?

    /// The host of that pid 1, before anybody in it may mount something over /proc.
    public init(initPID: Int32) {
        self.initPID = initPID
        // Without /proc in the host they are sought among all of the machine's.
        processes = try? PIDNamespace(of: initPID)
    }

    /// Its file tree, seen through pid 1.
    var root: String { "/proc/\(initPID)/root" }

    /// The path by which the caller reaches what the host knows under `path`, links in the last part followed.
    ///
    /// An absolute link would lead into the caller's own tree, so links are followed by hand, as often as the kernel does.
    func resolve(_ path: String) -> String {
        var path = path
        for _ in 0..<40 {
            // Links of /proc/PID/ns lead nowhere by their text: `net:[4026531840]`.
            guard let target = readLink(root + path), !target.hasPrefix("net:[") else { break }
            if target.hasPrefix("/") {
                path = target
            } else {
                path = path[..<(path.lastIndex(of: "/") ?? path.startIndex)] + "/" + target
            }
        }
        return root + path
    }
}

/// What stands below the host's /run/netns.
struct NamespaceNames {
    /// Each name, and the namespace that is mounted there; nil where there is only a file.
    let byName: [(name: String, handle: NamespaceHandle?)]

    /// Reads the directory; none where there is no such directory.
    static func read(_ host: HostView, identity: NamespaceIdentity) throws(SystemError) -> NamespaceNames {
        let names: [String]
        do {
            names = try listDirectory(host.resolve("/run/netns"))
        } catch {
            guard error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory else { throw error }
            return NamespaceNames(byName: [])
        }
        var found: [(String, NamespaceHandle?)] = []
        for name in names.sorted() {
            let handle = try handle(host.resolve("/run/netns/\(name)"), identity)
            // It cannot be told where a name leads that cannot be said.
            if handle == nil, name.isRepaired { continue }
            found.append((name, handle))
        }
        return NamespaceNames(byName: found)
    }

    /// The network namespace at a path, nil where it is anything else.
    private static func handle(_ path: String, _ identity: NamespaceIdentity) throws(SystemError) -> NamespaceHandle? {
        // A pipe or a device must not be opened, and only the inode of a namespace is of nsfs.
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        do {
            let handle = try NamespaceHandle.atPath(path, identity: identity)
            return handle.type == UInt32(bitPattern: CLONE_NEWNET) ? handle : nil
        } catch {
            switch error.errno {
            // Not of nsfs, or gone since the directory was read.
            case .invalidArgument, .notSupported, .noSuchFileOrDirectory, .inappropriateIOCTLForDevice:
                return nil
            default: throw error
            }
        }
    }
}
