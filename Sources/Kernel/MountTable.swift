/// One mount of a mount namespace, as proc_pid_mountinfo(5) tells of it.
public struct MountEntry: Hashable, Sendable {
    /// Its number, which no other mount has while it lives.
    public let id: Int
    /// The number of the mount on which it lies.
    public let parent: Int
    /// The directory of its file system that it shows.
    public let root: String
    /// Where it lies, seen from the root of whose table it is.
    public let point: String
    /// Whether nothing can be written through it.
    public let isReadOnly: Bool
    /// Whether what is mounted below it appears elsewhere too.
    public let isShared: Bool
    /// The type of its file system.
    public let type: String

    init?(_ line: Substring) {
        let fields = line.split(separator: " ")
        // ID PARENT DEVICE ROOT POINT OPTIONS ... - TYPE SOURCE OPTIONS
        guard fields.count > 6, let id = Int(fields[0]), let parent = Int(fields[1]),
            let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count
        else { return nil }
        self.id = id
        self.parent = parent
        root = MountEntry.plain(fields[3])
        point = MountEntry.plain(fields[4])
        isReadOnly = fields[5].split(separator: ",").contains("ro")
        isShared = fields[6..<dash].contains { $0.hasPrefix("shared:") }
        type = String(fields[dash + 1])
    }

    /// The mounts that a thread sees.
    ///
    /// - Throws: where the thread is gone.
    public static func all(of thread: Int32) throws(SystemError) -> [MountEntry] {
        try readFile("/proc/\(thread)/mountinfo").split(separator: "\n").compactMap { MountEntry($0) }
    }

    /// Blanks, tabs, newlines and backslashes are written as `\040` there.
    static func plain(_ text: Substring) -> String {
        guard text.contains("\\") else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            guard byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(value)
            rest = rest.dropFirst(3)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
