import Model
import Testing

@testable import Reports

/// The test by which a change of rate is called one.
struct FisherTestTests {
    /// As R's `fisher.test` and SciPy's `fisher_exact` say.
    static let known: [(left: Rate, right: Rate, p: Double)] = [
        (Rate(hits: 8, runs: 10), Rate(hits: 1, runs: 6), 0.034_965_034_965),
        (Rate(hits: 1, runs: 1), Rate(hits: 0, runs: 1), 1),
        (Rate(hits: 0, runs: 10), Rate(hits: 3, runs: 10), 0.210_526_315_789),
        (Rate(hits: 0, runs: 10), Rate(hits: 10, runs: 10), 1.082_508_822_446_91e-05),
        (Rate(hits: 5, runs: 10), Rate(hits: 5, runs: 10), 1),
        (Rate(hits: 3, runs: 50), Rate(hits: 12, runs: 40), 0.003_607_507_862_607),
    ]

    @Test(arguments: known) func theValueIsThatOfOthers(left: Rate, right: Rate, p: Double) {
        #expect(abs(FisherTest.p(left, right) - p) < 1e-9)
        #expect(abs(FisherTest.p(right, left) - p) < 1e-9)
    }

    @Test func withoutRunsNothingIsToldApart() {
        #expect(FisherTest.p(Rate(hits: 0, runs: 0), Rate(hits: 9, runs: 9)) == 1)
    }

    @Test func manyRunsAreNoTrouble() {
        let p = FisherTest.p(Rate(hits: 100, runs: 100_000), Rate(hits: 300, runs: 100_000))
        #expect(p > 0 && p < 1e-20)
    }
}
