import Campaign
import Glibc
import Kernel
import Reports
import Synchronization

/// Standard output for results, standard error for progress.
enum Output {
    /// Writes a result, with a line feed unless it ends with one.
    static func print(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Writes what is no result; names of files and agents in it steer no terminal.
    static func note(_ text: String) { write(VisibleText.block(text), to: STDERR_FILENO) }

    /// Ends the process at once, for nothing is buffered; results that could not be written are no success.
    static func exit(_ status: Int32) -> Never {
        let number = problem.load(ordering: .relaxed)
        guard number != 0 else { Glibc.exit(status) }
        raw("error: standard output cannot be written: \(String(cString: strerror(number)))\n", to: STDERR_FILENO)
        Glibc.exit(ExitStatus.error)
    }

    /// The first errno of writing results, or 0.
    private static let problem = Atomic<Int32>(0)

    /// How results stand out: in colour on a terminal, unless NO_COLOR is set (no-color.org).
    static var style: TextStyle { colours(STDOUT_FILENO) ? .colour : .plain }

    /// How many letters a line has: COLUMNS, or the terminal's own width; nil where there is none.
    ///
    /// What goes into a file or a pipe is not wrapped, for it is searched line by line.
    static var width: Int? {
        if let columns = environmentVariable("COLUMNS").flatMap({ Int($0) }), columns > 20 { return columns }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return nil }
        return Int(size.ws_col)
    }

    /// Whether standard error is a terminal that understands control sequences.
    static var canRewrite: Bool { isTerminal(STDERR_FILENO) }

    /// Writes bytes as they are; a closed pipe ends nothing but the writing.
    ///
    /// A signal that ends the process cuts no line of at most 4096 bytes: so much goes into a pipe whole or not at all (PIPE_BUF,
    /// pipe(7)), and into a file, which nobody has to read first, while signals wait.
    static func raw(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        var status = stat()
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        // What cannot be blocked is not; the lines are written all the same.
        let before = isFile ? try? SignalSet.ending.block() : nil
        defer { try? before?.restore() }  // as above
        while !bytes.isEmpty {
            let written = lines(bytes, upTo: 4096).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else {
                if descriptor == STDOUT_FILENO, errno != EPIPE { problem.store(errno, ordering: .relaxed) }
                return
            }
            bytes = bytes.dropFirst(written)
        }
    }

    /// As many lines as fit; of one that does not, its beginning.
    private static func lines(_ bytes: ArraySlice<UInt8>, upTo limit: Int) -> ArraySlice<UInt8> {
        let piece = bytes.prefix(limit)
        guard piece.count < bytes.count, let last = piece.lastIndex(of: UInt8(ascii: "\n")) else { return piece }
        return piece[...last]
    }

    /// Writes what an agent wrote: as it is into a file or a pipe, and harmless to a terminal.
    static func agent(_ text: String, to descriptor: Int32) {
        raw(isatty(descriptor) == 1 ? VisibleText.block(text) : text, to: descriptor)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        raw(text.hasSuffix("\n") ? text : text + "\n", to: descriptor)
    }

    private static func colours(_ descriptor: Int32) -> Bool {
        if let never = getenv("NO_COLOR"), never.pointee != 0 { return false }
        return isTerminal(descriptor)
    }

    private static func isTerminal(_ descriptor: Int32) -> Bool {
        guard isatty(descriptor) == 1, let terminal = getenv("TERM") else { return false }
        return String(cString: terminal) != "dumb"
    }
}
