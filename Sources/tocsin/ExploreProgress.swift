import Kernel

/// How far the plans of an exploration are.
final class ExploreProgress {
    private let total: Int
    private let began = Monotonic.now()
    private let budget: Duration?
    private var done = 0
    private var runs = 0
    private var symptoms: Set<String> = []
    private var line = StatusLine()

    /// Begins with nothing done of `total` plans.
    init(total: Int, budget: Duration?) {
        self.total = total
        self.budget = budget
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
    func clear() { line.clear() }

    private func draw() {
        line.draw {
            let seconds = Double((Monotonic.now() - began).nanoseconds) / 1e9
            let rate = Double(done) / max(seconds, 0.001)
            let plural = symptoms.count == 1 ? "symptom" : "symptoms"
            var text = "\(done)/\(total) plans  \(oneDigit(rate))/s  \(symptoms.count) \(plural)"
            if rate > 0 {
                var left = Double(total - done) / rate
                if let budget { left = min(left, Double(budget.nanoseconds) / 1e9 - seconds) }
                text += "  \(StatusLine.span(left)) left"
            }
            return text
        }
    }

    private func oneDigit(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

/// How far it is to run the causes of an exploration again.
final class ReplayProgress {
    private let causes: Int
    private let began = Monotonic.now()
    private let end: Monotonic?
    private var runs = 0
    private var line = StatusLine()
    /// What they are run again for.
    var purpose = ""

    /// Begins with no run.
    init(causes: Int, end: Monotonic?) {
        self.causes = causes
        self.end = end
    }

    /// One run ended.
    func ran() {
        runs += 1
        line.draw {
            let now = Monotonic.now()
            let spent = StatusLine.span(Double((now - began).nanoseconds) / 1e9)
            let left = end.map { ", at most \(StatusLine.span(Double(($0 - now).nanoseconds) / 1e9)) more" } ?? ""
            return "\(causes == 1 ? "1 cause" : "\(causes) causes") again, \(purpose): \(runs) runs in \(spent)\(left)"
        }
    }

    /// Takes the line away.
    func clear() { line.clear() }
}
