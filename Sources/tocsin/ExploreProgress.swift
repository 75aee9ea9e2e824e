import Glibc
import Kernel

/// How far an exploration is, on standard error: one line that is rewritten on a terminal, a line now and then elsewhere.
final class ExploreProgress {
    private let total: Int
    private let rewrites: Bool
    private let began = Monotonic.now()
    private let budget: Duration?
    private var done = 0
    private var runs = 0
    private var symptoms: Set<String> = []
    private var drawn = Monotonic.now()

    /// Begins with nothing done of `total` plans.
    init(total: Int, budget: Duration?, rewrites: Bool = Output.canRewrite) {
        self.total = total
        self.budget = budget
        self.rewrites = rewrites
    }

    /// One run ended.
    func ran() {
        runs += 1
        draw()
    }

    /// A plan was judged, and shows these.
    func judged(_ found: [String]) {
        done += 1
        symptoms.formUnion(found)
        draw()
    }

    /// Takes the line away.
    func clear() {
        if rewrites { Output.raw("\r\u{1b}[K", to: STDERR_FILENO) }
    }

    private func draw() {
        // Often enough for the eye, and seldom enough for a log.
        guard Monotonic.now() - drawn > (rewrites ? .milliseconds(200) : .seconds(10)) else { return }
        drawn = .now()
        let seconds = Double((drawn - began).nanoseconds) / 1e9
        let rate = Double(done) / max(seconds, 0.001)
        var line =
            "\(done)/\(total) plans  \(oneDigit(rate))/s  \(symptoms.count == 1 ? "1 symptom" : "\(symptoms.count) symptoms")"
        if rate > 0 {
            var left = Double(total - done) / rate
            if let budget { left = min(left, Double(budget.nanoseconds) / 1e9 - seconds) }
            line += "  \(span(max(0, left))) left"
        }
        Output.raw(rewrites ? "\r\u{1b}[K\(line)" : "\(line)\n", to: STDERR_FILENO)
    }

    private func oneDigit(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private func span(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return whole < 100 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
    }
}
