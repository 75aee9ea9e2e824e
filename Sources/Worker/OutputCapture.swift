import CLinux
import Glibc
import Kernel

/// Reads what a command writes, so that it never blocks on a full pipe, and keeps the beginning.
final class OutputCapture: EventSource {
    /// How many bytes are kept; the rest is only counted.
    static let limit = 16 << 20
    /// How much of it is put into a record, in bytes.
    private static let shown = 256 << 10

    private(set) var bytes: [UInt8] = []
    private(set) var dropped = 0
    private var reader: Int32
    private var writer: Int32

    /// Makes the pipe.
    init() throws {
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
                let room = max(0, OutputCapture.limit - bytes.count)
                bytes += UnsafeRawBufferPointer(start: base, count: min(count, room))
                dropped += count - min(count, room)
            }
        }
    }

    /// The beginning of what was read after the first `mark` bytes, as text, with a note where there is more.
    func text(after mark: Int = 0) -> String {
        let said = bytes.dropFirst(mark)
        let more = dropped + max(0, said.count - OutputCapture.shown)
        return String(decoding: said.prefix(OutputCapture.shown), as: UTF8.self)
            + (more > 0 ? "\n[\(more) more bytes]" : "")
    }
}
