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

    init?(_ line: ArraySlice<UInt8>) {
        let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        // ID PARENT DEVICE ROOT POINT OPTIONS ... - TYPE SOURCE OPTIONS, with a varying number of fields before the dash.
        guard fields.count > 6, let id = MountEntry.number(fields[0]), let parent = MountEntry.number(fields[1]),
            let dash = fields[6...].firstIndex(where: { $0.elementsEqual(CollectionOfOne(UInt8(ascii: "-"))) }),
            dash + 1 < fields.count
        else { return nil }
        self.id = id
        self.parent = parent
        root = MountEntry.plain(fields[3])
        point = MountEntry.plain(fields[4])
        isReadOnly = fields[5].split(separator: UInt8(ascii: ",")).contains { $0.elementsEqual("ro".utf8) }
        isShared = fields[6..<dash].contains { $0.starts(with: "shared:".utf8) }
        type = String(decoding: fields[dash + 1], as: UTF8.self)
    }

    /// The mounts that a thread sees.
    ///
    /// - Throws: where the thread is gone.
    public static func all(of thread: Int32) throws(SystemError) -> [MountEntry] {
        all(in: try Descriptor.open("/proc/\(thread)/mountinfo").readAll())
    }

    /// Those of a table; a line that is not as proc_pid_mountinfo(5) says is left out.
    public static func all(in table: [UInt8]) -> [MountEntry] {
        var reader = MountTableReader()
        return reader.all(in: table)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty else { return nil }
        var number = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9"), number < Int.max / 16 else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number
    }

    /// Blanks, tabs, newlines and backslashes are written as `\040` there.
    private static func plain(_ text: ArraySlice<UInt8>) -> String {
        guard text.contains(UInt8(ascii: "\\")) else { return String(decoding: text, as: UTF8.self) }
        var bytes: [UInt8] = []
        var rest = text
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

/// Reads tables of mounts of which each begins as the former one: what is mounted comes last, and only that is taken apart.
public struct MountTableReader {
    private var table: [UInt8] = []
    /// The lines of that table, by where they end.
    private var lines: [(end: Int, mount: MountEntry?)] = []

    /// Begins with nothing read.
    public init() {}

    /// The mounts that a thread sees.
    ///
    /// - Throws: where the thread is gone.
    public mutating func all(of thread: Int32) throws(SystemError) -> [MountEntry] {
        all(in: try Descriptor.open("/proc/\(thread)/mountinfo").readAll())
    }

    /// Those of a table; a line that is not as proc_pid_mountinfo(5) says is left out.
    public mutating func all(in new: [UInt8]) -> [MountEntry] {
        var common = 0
        while common < table.count, common < new.count, table[common] == new[common] { common += 1 }
        lines.removeLast(lines.count - (lines.firstIndex { $0.end > common } ?? lines.count))
        var start = lines.last?.end ?? 0
        while start < new.count {
            let feed = new[start...].firstIndex(of: UInt8(ascii: "\n"))
            let end = feed.map { $0 + 1 } ?? new.count
            lines.append((end, MountEntry(new[start..<(feed ?? new.count)])))
            start = end
        }
        table = new
        return lines.compactMap(\.mount)
    }
}
