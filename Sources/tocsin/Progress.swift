import Glibc
import Kernel

/// How far a campaign is, on standard error: one line that is rewritten on a terminal, plain lines elsewhere.
final class Progress {
    private let total: Int
    private let rewrites: Bool
    private let began = Monotonic.now()
    private var plans = 0
    private var runs = 0
    private var counts: [(word: String, count: Int)] = []
    private var drawn = Monotonic(nanoseconds: 0)

    /// Begins with nothing done of `total` plans.
    init(total: Int, rewrites: Bool = Output.canRewrite) {
        self.total = total
        self.rewrites = rewrites
    }

    /// One run of a plan ended.
    func ran() {
        runs += 1
        // Ten times a second is enough for the eye.
        guard rewrites, Monotonic.now() - drawn > .milliseconds(100) else { return }
        draw()
    }

    /// A plan was judged; the line makes room for what is printed of it.
    func judged(_ word: String, _ name: String) {
        plans += 1
        if let place = counts.firstIndex(where: { $0.word == word }) {
            counts[place].count += 1
        } else {
            counts.append((word, 1))
        }
        clear()
        if !rewrites { Output.note("[\(plans)/\(total)] \(word)  \(name)") }
    }

    /// Takes the line away.
    func clear() {
        guard rewrites else { return }
        Output.raw("\r\u{1b}[K", to: STDERR_FILENO)
    }

    private func draw() {
        drawn = .now()
        let seconds = (drawn - began).components.seconds
        let words = counts.map { ", \($0.count) \($0.word)" }.joined()
        Output.raw("\r\u{1b}[K\(plans)/\(total) plans, \(runs) runs, \(seconds) s\(words)", to: STDERR_FILENO)
    }
}
