import Glibc
import Model

/// Fisher's exact test: whether two rates can be one and the same.
enum FisherTest {
    /// Below this two rates are told apart.
    static let level = 0.05

    /// The two-sided p-value: how probable it is that equal rates come out at least as unlike as these two; 1 where one of
    /// them has no runs.
    static func p(_ left: Rate, _ right: Rate) -> Double {
        let hits = left.hits + right.hits
        let runs = left.runs + right.runs
        guard left.runs > 0, right.runs > 0 else { return 1 }
        // With the sums held, the hits of one side say all; each number of them has its hypergeometric probability.
        let possible = max(0, hits - right.runs)...min(left.runs, hits)
        var logarithms = [0.0]
        for number in stride(from: 1, through: runs, by: 1) {
            logarithms.append(logarithms[number - 1] + log(Double(number)))
        }
        func choices(_ count: Int, of all: Int) -> Double {
            logarithms[all] - logarithms[count] - logarithms[all - count]
        }
        func probability(_ hitsLeft: Int) -> Double {
            exp(
                choices(hitsLeft, of: left.runs) + choices(hits - hitsLeft, of: right.runs) - choices(hits, of: runs))
        }
        let seen = probability(left.hits)
        // As R's fisher.test: what is as probable but for rounding counts too.
        let sum = possible.map(probability).filter { $0 <= seen * (1 + 1e-7) }.reduce(0, +)
        return min(1, sum)
    }
}
