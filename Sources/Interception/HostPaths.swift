import CLinux
import Glibc
import Kernel

/// Paths as an agent means them, and which of them matter.
enum HostPaths {
    /// Where ip-netns(8) keeps the names of namespaces.
    static let names = "/run/netns"

    /// The absolute path behind a directory descriptor and a path, without `.`, `..` and doubled slashes.
    ///
    /// Links are not followed, but for /var/run, which is /run on every system of today, and what leads through a process of
    /// /proc: /proc/self/root/x, /proc/self/fd/7/x, /dev/fd/7.
    ///
    /// - Parameters:
    ///   - root: The folder in which the thread's `/` is; nil for that of its mounts.
    ///   - followsLast: Whether a link of /proc at the end is followed too.
    static func absolute(
        _ path: String, at directory: Int32, of thread: Int32, root: String? = nil, followsLast: Bool = false
    ) -> String? {
        if path.hasPrefix("/") {
            if let behind = behindProcess(path, of: thread, followsLast: followsLast) { return normal(behind) }
            return root.map { normal("\($0)/\(normalInRoot(path))") } ?? normal(path)
        }
        let link = directory == AT_FDCWD ? "/proc/\(thread)/cwd" : "/proc/\(thread)/fd/\(directory)"
        guard let base = readLink(link), base.hasPrefix("/") else { return nil }
        return path.isEmpty ? normal(base) : normal("\(base)/\(path)")
    }

    /// An absolute path whose `..` does not leave its root.
    static func normalInRoot(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// What a path means that leads through the root, the folder or a descriptor of a process; nil for any other.
    private static func behindProcess(_ path: String, of thread: Int32, followsLast: Bool) -> String? {
        let isDescriptor = path.hasPrefix("/dev/fd/")
        guard isDescriptor || path.hasPrefix("/proc/") else { return nil }
        var parts = path.split(separator: "/")[...]
        if isDescriptor { parts = (["proc", "self"] + parts.dropFirst()) }
        guard parts.count > 2 else { return nil }
        // /proc/self means somebody else to the tracer.
        let isOwn = parts[1] == "self" || parts[1] == "thread-self"
        var place = isOwn ? "/proc/\(thread)" : "/proc/\(thread)/root/proc/\(parts[1])"
        var rest = parts.dropFirst(2)
        if rest.first == "task", rest.count > 2 {
            place = "/proc/\(thread)/root/" + parts.prefix(4).joined(separator: "/")
            if isOwn { place = "/proc/\(thread)" }
            rest = rest.dropFirst(2)
        }
        switch rest.first {
        case "root", "cwd":
            place += "/" + rest.prefix(1).joined()
            rest = rest.dropFirst()
        case "fd" where rest.count > 1:
            place += "/" + rest.prefix(2).joined(separator: "/")
            rest = rest.dropFirst(2)
        default: return nil
        }
        guard !rest.isEmpty || followsLast, let target = readLink(place), target.hasPrefix("/") else { return nil }
        return rest.isEmpty ? target : "\(target)/" + rest.joined(separator: "/")
    }

    /// The same path without `.`, `..` and doubled slashes.
    static func normal(_ path: String) -> String {
        if isNormal(path) { return path }
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        if parts.count >= 2, parts[0] == "var", parts[1] == "run" { parts.removeFirst() }
        return "/" + parts.joined(separator: "/")
    }

    /// Whether nothing in it is to be changed; asked for nearly each file that an agent opens, so without splitting it.
    private static func isNormal(_ path: String) -> Bool {
        let slash = UInt8(ascii: "/")
        var last = slash
        for (place, byte) in path.utf8.enumerated() {
            if last == slash, place > 0, byte == slash || byte == UInt8(ascii: ".") { return false }
            last = byte
        }
        return path.hasPrefix("/") && last != slash && !path.hasPrefix("/var/run")
    }

    /// The name of a namespace that the path stands for: `pod` of /run/netns/pod.
    static func namespaceName(_ path: String) -> String? {
        guard path.hasPrefix("\(names)/") else { return nil }
        let name = path.dropFirst(names.count + 1)
        return name.isEmpty || name.contains("/") ? nil : String(name)
    }

    /// The thread whose network namespace the path stands for: /proc/self/ns/net, /proc/7/task/8/ns/net.
    static func isNamespaceLink(_ path: String) -> Bool { path.hasPrefix("/proc/") && path.hasSuffix("/ns/net") }

    /// The name of a kernel setting: `net.ipv4.ip_forward` of /proc/sys/net/ipv4/ip_forward.
    static func sysctl(_ path: String) -> String? {
        let folder = "/proc/sys/"
        guard path.hasPrefix(folder) else { return nil }
        // As sysctl(8): a dot inside a name (a device's) becomes a slash.
        return String(path.dropFirst(folder.count).map { $0 == "/" ? "." : $0 == "." ? "/" : $0 })
    }

    /// Whether a path is that of a folder or below it; a folder that ends with a slash is not meant itself.
    static func isBelow(_ path: String, _ folder: String) -> Bool {
        guard path.hasPrefix(folder) else { return false }
        let rest = path.utf8.dropFirst(folder.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/") || folder.hasSuffix("/")
    }

    /// Whether a change of the file at `path` stays in the host: devices, pipes and process files do not.
    static func isFile(_ path: String) -> Bool {
        path.hasPrefix("/") && !path.hasPrefix("/dev/") && !path.hasPrefix("/proc/") && !path.hasPrefix("/memfd:")
            && path != "/dev"
    }
}

extension HostPaths {
    /// `/etc/#` of `/etc/#30 (deleted)`: a file that was made without a name (O_TMPFILE), whose number is another in each run.
    static func withoutNumber(_ path: String) -> String {
        guard path.hasSuffix(" (deleted)"), let mark = path.lastIndex(of: "#"), mark > path.startIndex,
            path[path.index(before: mark)] == "/"
        else { return path }
        let number = path[path.index(after: mark)...].dropLast(" (deleted)".count)
        return !number.isEmpty && number.allSatisfy(\.isNumber) ? String(path[...mark]) : path
    }

    /// `/proc/net/xt_recent/x` of a file of a process's network namespace; nil for any other of /proc.
    static func networkFile(_ path: String) -> String? {
        guard path.hasPrefix("/proc/") else { return nil }
        var parts = path.split(separator: "/").dropFirst()
        if parts.count > 1, parts.first.map({ $0.allSatisfy(\.isNumber) || $0.hasSuffix("self") }) == true {
            parts = parts.dropFirst()
            if parts.first == "task" { parts = parts.dropFirst(2) }
        }
        return parts.first == "net" && parts.count > 1 ? "/proc/" + parts.joined(separator: "/") : nil
    }

    /// The name of a program without its folder.
    static func program(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
