import Glibc
import Kernel

/// How far something is, on standard error: one line that is rewritten on a terminal, a line now and then elsewhere.
struct StatusLine {
    private let rewrites: Bool
    private var drawn = Monotonic.now()

    /// Begins with nothing shown.
    init(rewrites: Bool = Output.canRewrite) { self.rewrites = rewrites }

    /// Shows the line, where the last one is old enough: often enough for the eye, and seldom enough for a log.
    mutating func draw(_ line: () -> String) {
        guard Monotonic.now() - drawn > (rewrites ? .milliseconds(200) : .seconds(10)) else { return }
        drawn = .now()
        Output.raw(rewrites ? "\r\u{1b}[K\(line())" : "\(line())\n", to: STDERR_FILENO)
    }

    /// Takes the line away.
    func clear() {
        if rewrites { Output.raw("\r\u{1b}[K", to: STDERR_FILENO) }
    }

    /// A time as it is read at a glance.
    static func span(_ seconds: Double) -> String {
        let whole = Int(max(0, seconds).rounded())
        return whole < 100 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
    }
}
