import CLinux

/// A file descriptor with one owner, closed when the owner ends.
public struct Descriptor: ~Copyable, Sendable {
    /// The number, valid while this value lives.
    public let raw: Int32

    /// Takes over a descriptor that nobody else will close.
    public init(owning raw: Int32) { self.raw = raw }

    deinit { _ = cl_close(raw) }

    /// Gives the number away; the caller closes it.
    public consuming func release() -> Int32 {
        let number = raw
        discard self
        return number
    }

    /// A second descriptor of the same open file (close-on-exec).
    public borrowing func duplicate() throws(SystemError) -> Descriptor {
        let number = raw
        return Descriptor(owning: try systemCall("fcntl", stage: "duplicate \(number)") { cl_duplicate(number) })
    }

    /// Opens a path with open(2); close-on-exec is always added.
    public static func open(_ path: String, flags: Int32 = 0, mode: UInt32 = 0) throws(SystemError) -> Descriptor {
        Descriptor(owning: try systemCall("open", stage: path) { cl_open(path, flags | CL_O_CLOEXEC, mode) })
    }

    /// Opens a path below this directory with openat(2); close-on-exec is always added.
    public borrowing func open(_ path: String, flags: Int32 = 0, mode: UInt32 = 0) throws(SystemError) -> Descriptor {
        let number = raw
        return Descriptor(
            owning: try systemCall("openat", stage: path) { cl_openat(number, path, flags | CL_O_CLOEXEC, mode) })
    }

    /// A pipe: bytes written to `second` come out of `first`.
    ///
    /// Both ends are close-on-exec.
    public static func pipe() throws(SystemError) -> DescriptorPair {
        try pair("pipe2", cl_pipe)
    }

    /// A connected pair of AF_UNIX SOCK_SEQPACKET sockets, close-on-exec.
    public static func seqpacketPair() throws(SystemError) -> DescriptorPair {
        try pair("socketpair", cl_seqpacket_pair)
    }

    /// A pseudo-terminal: `first` is the person's side, `second` the program's.
    ///
    /// Both are close-on-exec, and neither becomes the caller's controlling terminal.
    public static func terminalPair() throws(SystemError) -> DescriptorPair {
        try pair("open /dev/ptmx", cl_terminal_pair)
    }

    /// An anonymous file in memory (memfd_create(2)), close-on-exec.
    public static func memory(name: String, content: [UInt8] = []) throws(SystemError) -> Descriptor {
        let file = Descriptor(owning: try systemCall("memfd_create", stage: name) { cl_memfd(name) })
        try file.writeAll(content)
        return file
    }

    private static func pair(_ call: String, _ make: (UnsafeMutablePointer<Int32>) -> Int32) throws(SystemError)
        -> DescriptorPair
    {
        var numbers: [Int32] = [-1, -1]
        try systemCall(call) { numbers.withUnsafeMutableBufferPointer { $0.baseAddress.map(make) ?? -1 } }
        return DescriptorPair(first: Descriptor(owning: numbers[0]), second: Descriptor(owning: numbers[1]))
    }

    /// Reads what is there, up to `count` bytes; empty at the end of the file.
    public borrowing func read(upTo count: Int) throws(SystemError) -> [UInt8] {
        let number = raw
        var bytes = [UInt8](repeating: 0, count: max(count, 1))
        let got = try systemCall("read", stage: "descriptor \(number)") { () -> Int in
            bytes.withUnsafeMutableBytes { space in space.baseAddress.map { cl_read(number, $0, count) } ?? 0 }
        }
        return Array(bytes.prefix(got))
    }

    /// Reads to the end of the file, in pieces of 16 KiB.
    public borrowing func readAll() throws(SystemError) -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let piece = try read(upTo: 16384)
            if piece.isEmpty { return all }
            all += piece
        }
    }

    /// Writes every byte; a short write is continued.
    public borrowing func writeAll(_ bytes: [UInt8]) throws(SystemError) {
        let number = raw
        var written = 0
        while written < bytes.count {
            written += try systemCall("write", stage: "descriptor \(number)") { () -> Int in
                bytes.withUnsafeBytes { space in
                    space.baseAddress.map { cl_write(number, $0 + written, bytes.count - written) } ?? 0
                }
            }
        }
    }

    /// Locks the file whole for writing, by flock(2) and by fcntl(2), until the last copy of this descriptor is closed.
    ///
    /// - Throws: `EWOULDBLOCK` where somebody holds a lock of it.
    public borrowing func lock() throws(SystemError) {
        let number = raw
        try systemCall("flock", stage: "lock") { cl_lock(number) }
    }

    /// Turns O_NONBLOCK on or off.
    public borrowing func setNonblocking(_ on: Bool) throws(SystemError) {
        let number = raw
        try systemCall("fcntl", stage: "O_NONBLOCK") { cl_set_nonblocking(number, on ? 1 : 0) }
    }
}

/// Two descriptors that belong together: the ends of a pipe (read, write) or of a socket pair.
@frozen public struct DescriptorPair: ~Copyable, Sendable {
    /// The read end of a pipe.
    public var first: Descriptor
    /// The write end of a pipe.
    public var second: Descriptor

    /// Joins two descriptors.
    public init(first: consuming Descriptor, second: consuming Descriptor) {
        self.first = first
        self.second = second
    }
}
