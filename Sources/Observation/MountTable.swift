import Kernel
import Model

/// The mounts that a process sees, proc_pid_mountinfo(5).
struct MountTable {
    /// One mount.
    struct Mount: Hashable {
        /// What of the file system is mounted: `/`, or `net:[4026532460]` of nsfs.
        var root: String
        /// Where, in the process's own tree.
        var path: String
        /// The file system: `overlay`, `proc`, `nsfs`.
        var type: String
    }

    let mounts: [Mount]

    /// Reads /proc/PID/mountinfo.
    static func read(_ process: Int32) throws(SystemError) -> MountTable {
        MountTable(text: try readFile("/proc/\(process)/mountinfo"))
    }

    /// Takes the text of a table; a line that is not as proc_pid_mountinfo(5) says is left out.
    init(text: String) {
        mounts = text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", omittingEmptySubsequences: false)
            // A varying number of optional fields ends with a hyphen.
            guard fields.count > 6, let hyphen = fields.dropFirst(6).firstIndex(of: "-"), hyphen + 1 < fields.count
            else { return nil }
            return Mount(
                root: MountTable.plain(fields[3]), path: MountTable.plain(fields[4]),
                type: String(fields[hyphen + 1]))
        }
    }

    /// `mount PATH` of each mount but the names of namespaces: its type, and which namespace it is where it is one.
    ///
    /// - Parameter role: The role of the namespace with that inode in nsfs, `net:[4026532460]`.
    func facts(role: (String) -> String?) -> [Fact] {
        mounts.filter { !($0.type == "nsfs" && $0.path.hasPrefix("/run/netns/")) }.map { mount in
            var attributes = ["type": mount.type]
            attributes["netns"] = role(mount.root)
            return Fact(object: "mount", mount.path, attributes)
        }
    }

    /// The kernel writes blank, tab, newline and backslash as three octal digits.
    private static func plain(_ text: Substring) -> String {
        guard text.contains("\\") else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
