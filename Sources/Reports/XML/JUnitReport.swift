import Model

/// A run as JUnit XML, as Jenkins and its like read it: a suite is a scenario, a case a plan.
public enum JUnitReport {
    /// The document.
    public static func text(_ run: RunReport) -> String {
        var scenarios: [String] = []
        var plans: [String: [PlanReport]] = [:]
        for plan in run.plans {
            if plans[plan.scenario] == nil { scenarios.append(plan.scenario) }
            plans[plan.scenario, default: []].append(plan)
        }
        let suites = scenarios.map { suite($0, plans[$0] ?? [], run) }
        let root = element(
            "testsuites",
            [
                "name": "tocsin", "tests": "\(run.plans.count)", "failures": "\(failures(run.plans))",
                "errors": "\(run.count(of: "error"))", "time": seconds(run.duration ?? time(run.plans)),
            ], each: lines(suites))
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.written(as: .xml) + "\n"
    }

    private static func suite(_ scenario: String, _ plans: [PlanReport], _ run: RunReport) -> Markup {
        var attributes: [(StaticString, String)] = [
            ("name", scenario), ("tests", "\(plans.count)"), ("failures", "\(failures(plans))"),
            ("errors", "\(plans.count { $0.verdictWord == "error" })"),
            ("skipped", "\(plans.count { $0.verdictWord == "skipped" })"), ("time", seconds(time(plans))),
            ("file", scenario),
        ]
        if let began = run.began { attributes.append(("timestamp", String(Moments.utc(began).dropLast()))) }
        let versions = run.versions.sorted { $0.key < $1.key }
            .map { element("property", ["name": "version.\($0.key)", "value": $0.value]) }
        let properties = versions + (run.run.map { [element("property", ["name": "run", "value": $0])] } ?? [])
        let content = [element("properties", each: properties)] + plans.map(testcase)
        return .element("testsuite", attributes, lines(content))
    }

    /// Elements on lines of their own.
    private static func lines(_ elements: [Markup]) -> [Markup] {
        [.text("\n")] + elements.flatMap { [$0, .text("\n")] }
    }

    private static func testcase(_ plan: PlanReport) -> Markup {
        var content: [Markup] = []
        let reason = plan.reasons.joined(separator: "; ")
        switch plan.verdictWord {
        case "skipped": content.append(element("skipped", ["message": reason]))
        case "error": content.append(element("error", ["type": "error", "message": reason], text: plan.replay))
        case "fail", "flaky":
            content.append(failure(plan.wrong.filter { $0.standing == .new }, reason))
        default: break
        }
        let known = plan.wrong.filter { $0.standing == .known }
        var said = known.map { "known: \($0.finding.oracle.rawValue): \($0.finding.message)" }
        said += plan.notLookedAt
        if plan.verdictWord != "pass", !plan.replay.isEmpty { said.append("again: \(plan.replay)") }
        if !said.isEmpty { content.append(element("system-out", text: said.joined(separator: "\n"))) }
        let name = plan.values.isEmpty ? plan.title : plan.valuesText
        return element(
            "testcase",
            [
                "name": name.isEmpty ? plan.name : name, "classname": plan.scenario, "time": seconds(plan.duration),
            ], each: content)
    }

    /// One for all findings of a plan, because readers count and show one of each case.
    private static func failure(_ new: [FindingReport], _ reason: String) -> Markup {
        // A known defect that did not occur is a failure without a finding.
        guard let first = new.first?.finding else {
            return element("failure", ["type": "unseen", "message": reason], text: reason)
        }
        let more = new.count > 1 ? " (and \(new.count - 1) more)" : ""
        return element(
            "failure", ["type": first.oracle.rawValue, "message": first.message + more],
            text: new.map(text).joined(separator: "\n\n"))
    }

    private static func text(_ report: FindingReport) -> String {
        let finding = report.finding
        let about = "\(finding.severity.rawValue), \(finding.cwe), seen in \(report.rate)"
        let lines =
            ["\(finding.oracle.rawValue): \(finding.message)", "\(about), fingerprint \(finding.fingerprint)"]
            + (report.timing.map { [$0] } ?? []) + finding.differences.map { ObjectText.line($0) }
            + (finding.why ?? []) + report.furtherEvidence + report.consequenceLines
        return lines.joined(separator: "\n")
    }

    private static func failures(_ plans: [PlanReport]) -> Int {
        plans.count { ["fail", "flaky"].contains($0.verdictWord) }
    }

    private static func time(_ plans: [PlanReport]) -> Nanoseconds { plans.reduce(0) { $0 + $1.duration } }

    /// `12.345`, in seconds.
    private static func seconds(_ time: Nanoseconds) -> String {
        let digits = String(time / 1_000_000 % 1000)
        return "\(time / 1_000_000_000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
