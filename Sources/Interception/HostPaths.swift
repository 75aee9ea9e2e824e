import CLinux
import Glibc
import Kernel

/// Paths as an agent means them, and which of them matter.
enum HostPaths {
    /// Where ip-netns(8) keeps the names of namespaces.
    static let names = "/run/netns"

    /// The absolute path behind a directory descriptor and a path, without `.`, `..` and doubled slashes.
    ///
    /// Links are not followed, but for /var/run, which is /run on every system of today.
    static func absolute(_ path: String, at directory: Int32, of thread: Int32) -> String? {
        if path.hasPrefix("/") { return normal(path) }
        let link = directory == AT_FDCWD ? "/proc/\(thread)/cwd" : "/proc/\(thread)/fd/\(directory)"
        guard let base = readLink(link), base.hasPrefix("/") else { return nil }
        return path.isEmpty ? normal(base) : normal("\(base)/\(path)")
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

    /// Whether a change of the file at `path` stays in the host: devices, pipes and process files do not.
    static func isFile(_ path: String) -> Bool {
        path.hasPrefix("/") && !path.hasPrefix("/dev/") && !path.hasPrefix("/proc/") && !path.hasPrefix("/memfd:")
            && path != "/dev"
    }
}

extension HostPaths {
    /// The name of a program without its folder.
    static func program(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
