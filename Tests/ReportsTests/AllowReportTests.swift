import Model
import Testing

@testable import Reports

/// Lines of `allow` that can be pasted once their reason is written.
struct AllowReportTests {
    private func text(_ findings: [Finding], expected: Model.Expectation? = nil) -> String {
        var judgement = Judgement(plan: Plan(scenario: "x.yaml", title: "t"), verdict: .fail)
        judgement.findings = findings.map { finding in
            var finding = finding
            finding.expected = expected
            return finding
        }
        var run = RunReport()
        run.plans = [PlanReport(judgement, hasControls: false), PlanReport(judgement, hasControls: false)]
        return AllowReport.text(run)
    }

    private func residue(_ fact: Fact) -> Finding {
        Finding(
            oracle: .residue, subject: fact.identity.description, object: fact, step: "del", message: "it is left",
            differences: [.extra(fact)], severity: .medium, cwe: "CWE-459")
    }

    @Test func eachObjectIsALineOnceAndMeansItAlone() {
        let route = Fact(
            "route", "10.0.0.0/8 table 100 metric 5", in: "pod",
            ["table": "100", "metric": "5", "dev": "eth0", "proto": "boot"])
        let file = Fact("file", "/var/lib/a*", ["type": "file", "size": "3", "digest": "1"])
        #expect(
            text([residue(route), residue(file)]) == """
                # x.yaml
                allow:
                  - { residue: { route: 10.0.0.0/8, dev: eth0, metric: 5, table: 100, in: pod }, because: "" }
                  - { residue: { file: "/var/lib/a[*]", type: file }, because: "" }

                """)
    }

    @Test func whatIsMissingSaysSo() {
        var finding = residue(Fact("link", "eth0", in: "host", ["type": "veth"]))
        finding.oracle = .difference
        finding.differences = [.missing(finding.object ?? Fact("link", "eth0"))]
        #expect(
            text([finding]).contains(
                "- { difference: { link: eth0, type: veth, in: host }, kind: missing, because: \"\" }"))
    }

    @Test func aCountIsALineAndAStepIsNone() {
        let count = Finding(
            oracle: OracleName(rawValue: "leak-over-time"), subject: "files", step: "del.5", message: "files rise",
            severity: .medium, cwe: "CWE-772")
        let exit = Finding(
            oracle: OracleName(rawValue: "exit"), subject: "add", step: "add", message: "add fails", severity: .medium,
            cwe: "CWE-684")
        #expect(
            text([count, exit]).split(separator: "\n").dropFirst(2) == [
                "  - { leak-over-time: files, because: \"\" }", "  # not for a line: exit: add fails",
            ])
    }

    @Test func whatIsExpectedIsNoLine() {
        let line = Model.Expectation(oracle: .residue, subject: .object(Phrase("link", "*")), because: "x")
        #expect(text([residue(Fact("link", "eth0"))], expected: line) == "# Nothing was found that nobody expected.\n")
    }
}
