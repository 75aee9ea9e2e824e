import CLinux
import Glibc
import Kernel
import Model

/// Reads what a command writes, so that it never blocks on a full pipe, and keeps the beginning.
///
/// What comes behind that is looked at line by line and dropped: whether it says what somebody waits for is known.
final class OutputCapture: EventSource {
    /// How many bytes are kept.
    static let limit = 16 << 20
    /// How much of it is put into a record, in bytes.
    static let shown = 256 << 10

    private(set) var bytes: [UInt8] = []
    /// How many bytes were written.
    private(set) var written = 0
    /// Whether a text that was asked for was longer than a record takes.
    private(set) var isCut = false
    private var later: DroppedLines
    /// Up to where it had been read at a moment, for the first reads.
    private var marks: [(end: Int, time: Nanoseconds)] = []
    private let now: () -> Nanoseconds

    /// How many reads are remembered.
    private static let mostMarks = 1000
    /// Up to where no line has what was looked for.
    private var looked: [Question: Int] = [:]
    private var reader: Int32
    private var writer: Int32

    /// Makes the pipe.
    ///
    /// - Parameters:
    ///   - patterns: What will be looked for.
    ///   - now: Tells the time, since the record began.
    init(patterns: Set<LogPattern> = [], now: @escaping () -> Nanoseconds = { 0 }) throws {
        self.now = now
        later = DroppedLines(patterns: patterns)
        let pair = try Descriptor.pipe()
        try pair.first.setNonblocking(true)
        reader = try pair.first.duplicate().release()
        writer = try pair.second.duplicate().release()
        try systemCall("fcntl", stage: "O_NONBLOCK") { cl_set_nonblocking(reader, 1) }
    }

    deinit {
        close()
        closeWriter()
    }

    /// The end for the command, until it has been given to it.
    var end: Int32 { writer }

    /// Closes our copy of the writing end, so that the end of the output can be seen.
    func closeWriter() {
        if writer >= 0 { _ = cl_close(writer) }
        writer = -1
    }

    private func close() {
        if reader >= 0 { _ = cl_close(reader) }
        reader = -1
    }

    var descriptors: [PollItem] { reader >= 0 ? [PollItem(reader, .readable)] : [] }
    var deadline: Monotonic? { nil }

    /// Reads what is there.
    func advance() throws {
        guard reader >= 0 else { return }
        try withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 8) { space in
            guard let base = space.baseAddress else { return }
            while reader >= 0 {
                let count = cl_read(reader, base, space.count)
                if count == -Int(EAGAIN) || count == -Int(EINTR) { return }
                try systemCall("read", stage: "output of a command") { count }
                if count == 0 { return close() }
                add(UnsafeRawBufferPointer(start: base, count: count))
            }
        }
    }

    /// Takes what was read.
    func add(_ part: UnsafeRawBufferPointer) {
        written += part.count
        let room = min(part.count, max(0, OutputCapture.limit - bytes.count))
        bytes += part.prefix(room)
        if marks.count < OutputCapture.mostMarks { marks.append((bytes.count, now())) }
        guard part.count > room else { return }
        // The line that does not fit whole is looked at as one.
        if later.isEmpty { later.begin(with: bytes.suffix(DroppedLines.longest), end: bytes.count) }
        later.add(part.dropFirst(room))
    }

    /// Whether a line that was written after the first `mark` bytes has what is looked for.
    ///
    /// - Throws: where the pattern is none.
    func says(_ pattern: LogPattern, after mark: Int) throws -> Bool {
        let question = Question(pattern: pattern, mark: mark)
        let start = min(max(mark, looked[question] ?? 0), bytes.count)
        if try pattern.isFound(in: String(decoding: bytes[start...], as: UTF8.self)) { return true }
        // Whole lines that do not have it are not looked at again.
        if let end = bytes[start...].lastIndex(of: UInt8(ascii: "\n")) { looked[question] = end + 1 }
        return try later.says(pattern, after: mark)
    }

    /// The lines that were read in a span of time, each with its moment; cut, and not more than so many.
    func lines(in span: ClosedRange<Nanoseconds>, most: Int) -> [(time: Nanoseconds, text: String)] {
        var found: [(time: Nanoseconds, text: String)] = []
        var start = 0
        for mark in marks where mark.end > start {
            // A line is said when its end is read.
            guard let last = bytes[start..<mark.end].lastIndex(of: UInt8(ascii: "\n")) else { continue }
            if span.contains(mark.time), found.count < most {
                found += String(decoding: bytes[start..<last], as: UTF8.self).split(separator: "\n")
                    .prefix(most - found.count).map { (mark.time, String($0.prefix(200))) }
            }
            start = last + 1
        }
        return found
    }

    /// The lines behind the first `mark` bytes that are whole and kept, and where they end.
    func wholeLines(after mark: Int) -> (lines: [String], end: Int) {
        let start = min(mark, bytes.count)
        guard let last = bytes[start...].lastIndex(of: UInt8(ascii: "\n")) else { return ([], start) }
        let text = String(decoding: bytes[start..<last], as: UTF8.self)
        return (text.split(separator: "\n").map(String.init), last + 1)
    }

    private struct Question: Hashable {
        var pattern: LogPattern
        var mark: Int
    }

    /// The beginning of what was read after the first `mark` bytes, as text, with a note where there is more.
    func text(after mark: Int = 0) -> String {
        let said = bytes.dropFirst(mark)
        let more = max(0, written - mark - min(said.count, OutputCapture.shown))
        if more > 0 { isCut = true }
        return String(decoding: said.prefix(OutputCapture.shown), as: UTF8.self)
            + (more > 0 ? "\n[\(more) more bytes]" : "")
    }
}

/// Lines that are looked at when they are whole, and then forgotten.
struct DroppedLines {
    /// What of a line is kept until it is whole, in bytes.
    static let longest = 64 << 10

    let patterns: Set<LogPattern>
    /// The line that has not ended yet.
    private var line: [UInt8] = []
    /// How many bytes there were up to the end of `line`.
    private var end = 0
    /// Up to where the last line reached that has a pattern.
    private var found: [LogPattern: Int] = [:]

    init(patterns: Set<LogPattern>) { self.patterns = patterns }

    /// Whether nothing was added yet.
    var isEmpty: Bool { end == 0 }

    /// Takes the end of what is kept elsewhere.
    mutating func begin(with rest: ArraySlice<UInt8>, end: Int) {
        line = Array(rest.suffix(from: rest.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.startIndex))
        self.end = end
    }

    mutating func add(_ bytes: some Collection<UInt8>) {
        end += bytes.count
        guard !patterns.isEmpty else { return }
        line += bytes
        guard let last = line.lastIndex(of: UInt8(ascii: "\n")) else {
            // Of a line that never ends, each half is looked at together with the next one.
            if line.count > DroppedLines.longest { look(at: line[...], keeping: DroppedLines.longest / 2) }
            return
        }
        look(at: line[...last], keeping: line.count - last - 1)
    }

    private mutating func look(at part: ArraySlice<UInt8>, keeping count: Int) {
        let text = String(decoding: part, as: UTF8.self)
        let reach = end - (line.count - part.endIndex)
        // What is no expression was refused where it was read.
        for pattern in patterns where (try? pattern.isFound(in: text)) == true { found[pattern] = reach }
        line.removeFirst(line.count - count)
    }

    /// Whether a line after the first `mark` bytes has it, or the one that has not ended.
    func says(_ pattern: LogPattern, after mark: Int) throws -> Bool {
        if let reach = found[pattern], reach > mark { return true }
        let start = end - line.count
        return try pattern.isFound(in: String(decoding: line.dropFirst(max(0, mark - start)), as: UTF8.self))
    }
}
