import Model
import Testing

@testable import Reports

/// What is said of a comparison.
struct ComparisonReportTests {
    private func report(_ base: [BaselinePlan], _ head: [BaselinePlan]) -> ComparisonReport {
        ComparisonReport(
            Comparison(
                Baseline(versions: ["kernel": "6.1"], plans: base), Baseline(versions: ["kernel": "6.18"], plans: head)),
            base: "results/baseline.json", head: "run 2")
    }

    @Test func theVerdictIsOneWordAndTheCounts() {
        let left = BaselineFinding.sample()
        #expect(
            report([.sample([])], [.sample([left])]).verdict == "WORSE: 1 new in 1 plan that both sides tested")
        #expect(report([.sample([left])], [.sample([])]).verdict.hasPrefix("BETTER: 1 resolved"))
        #expect(report([.sample([left])], [.sample([left])]).verdict.hasPrefix("SAME: 1 known"))
        #expect(report([], []).verdict == "NOT COMPARED: no findings in 0 plans that both sides tested")
        #expect(
            report([.sample([])], [.sample([], verdict: "skipped", reason: "needs nft")]).verdict
                .hasPrefix("NOT COMPARED"))
        #expect(
            report([.sample([]), .sample([], name: "b")], [.sample([]), .sample([], name: "b", verdict: "error")])
                .verdict
                .hasPrefix("COVERAGE LOST"))
    }

    @Test func whatIsNewIsToldWithRateObjectsAndCommand() {
        let head = BaselinePlan.sample([.sample(seen: "2/2")], runs: 2)
        let text = TextReport().text(report([.sample([])], [head]))
        #expect(
            text == """
                WORSE: 1 new in 1 plan that both sides tested
                  BASE results/baseline.json
                  HEAD run 2
                  kernel 6.1 -> 6.18

                new      high    something is left
                         residue: a.yaml
                         BASE in 0 of 1 run, HEAD in 2 of 2 runs (34-100 %)
                           extra netns pod
                         again: tocsin run a.yaml

                """)
    }

    @Test func equalFindingsOfManyPlansAreOneLine() {
        let plans = (1...30).map { BaselinePlan.sample([.sample()], values: ["at": "\($0)"]) }
        let groups = report([], plans).groups(.new)
        #expect(groups.count == 1 && groups[0].plans.count == 30)
        #expect(TextReport().text(report([], plans)).contains("; and 28 more plans"))
    }

    @Test func twoOfOnePlanAreCountedAndThePlanIsNamedOnce() {
        let findings = ["/a", "/b", "/c"].map { file in
            var finding = BaselineFinding.sample(objects: ["extra file \(file)"])
            finding.subject = file
            return finding
        }
        let report = report([.sample([])], [.sample(findings)])
        let groups = report.groups(.new)
        #expect(groups.count == 1 && groups[0].plans == ["a.yaml"])
        #expect(TextReport().text(report).contains("something is left, and 2 more like it\n         residue: a.yaml\n"))
        #expect(MarkdownReport.text(report).contains("| something is left, and 2 more like it | a.yaml |"))
    }

    @Test func plansAreNamedWithoutTheValuesByWhichTheSidesWereChosen() {
        func plan(_ version: String) -> BaselinePlan { .sample([.sample()], values: ["at": "1", "version": version]) }
        let comparison = Comparison(
            Baseline(versions: [:], plans: [plan("1")]), Baseline(versions: [:], plans: [plan("2")]),
            ignoring: ["version"])
        let report = ComparisonReport(comparison, base: "a, version=1", head: "b, version=2")
        #expect(report.groups(.known).map(\.plans) == [["a.yaml [at=1]"]])
        #expect(!TextReport().text(report).contains("[at=1, version"))
    }

    @Test func whatIsTrueOfAllPlansSaysSo() {
        func plans(_ masked: [String]) -> [BaselinePlan] {
            (1...3).map { number in
                var plan = BaselinePlan.sample([], values: ["at": "\(number)"])
                plan.masked = masked
                return plan
            }
        }
        let text = TextReport().text(report(plans([]), plans(["mac of link eth0"])))
        #expect(text.contains("\n  mac of link eth0  (all 3 plans)\n"))
    }

    @Test func textOfAnAgentStaysText() {
        var finding = BaselineFinding.sample(objects: ["extra netns <b>\u{1b}[2J|"])
        finding.message = "</details><script>|\u{1b}[2J"
        let report = report([.sample([], name: "<x>")], [.sample([finding], name: "<x>")])
        #expect(!TextReport().text(report).contains("\u{1b}"))
        let markdown = MarkdownReport.text(report)
        #expect(!markdown.contains("<script>") && !markdown.contains("\u{1b}") && !markdown.contains("<x>"))
        #expect(markdown.contains("\\x1b\\[2J") || markdown.contains("x1b"))
    }

    @Test func aValueOfProbabilityHasTwoDigitsThatCount() {
        #expect([0.21052, 1.0, 0.0036, 0.00001].map(Comparison.text) == ["0.21", "1.00", "0.0036", "< 0.0001"])
    }
}
