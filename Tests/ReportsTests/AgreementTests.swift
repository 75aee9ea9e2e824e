import FoundationEssentials
import Model
import Testing

@testable import Reports

/// What every format says of a run is the same.
struct AgreementTests {
    private static let notLookedAt = "not compared: mount.remount (1), socket.destroy (2)"
    private static var counts: NotLookedAt {
        var counts = NotLookedAt()
        for phrase in [
            Phrase("socket.destroy", "10.0.0.1:80"), Phrase("mount.remount", "/srv"),
            Phrase("socket.destroy", "10.0.0.1:80"),
        ] {
            counts.add(
                Operation(
                    index: 0, step: "add", agent: "ip", lineage: "ip", program: "ip", thread: 7, call: "sendmsg",
                    phrase: phrase, result: .ok, started: 0))
        }
        return counts
    }

    /// A campaign of every verdict.
    static var run: RunReport {
        var run = RunReport(run: "20261121-020850-001", began: 1_795_228_130, versions: ["tocsin": "0.1.0"])
        run.duration = 3_456_000_000
        run.status = 1
        let verdicts: [Verdict] = [
            .fail, .pass, .pass, .known, .flaky(hits: 1, runs: 2), .skipped("needs ip"),
            .error("the world did not settle"),
            .fail,
        ]
        for (number, verdict) in verdicts.enumerated() {
            var judgement = Samples.judgement
            judgement.verdict = verdict
            judgement.plan.bindings = ["at": "\(number)"]
            switch verdict {
            case .pass, .skipped, .error: judgement.findings = []
            case .known: judgement.findings = judgement.findings.filter { $0.expected != nil }
            default: break
            }
            judgement.notLookedAt = verdict == .pass ? counts : nil
            judgement.reasons = verdict == .pass ? [] : ["because \(number)"]
            run.plans.append(PlanReport(judgement, hasControls: true, shown: RecordView(of: Samples.record)))
        }
        return run
    }

    private let run = AgreementTests.run
    private var new: Int { run.plans.reduce(0) { $0 + $1.findings.count { $0.standing == .new } } }

    @Test func theRunIsWhatTheTestsMean() {
        #expect(run.verdict == "fail")
        #expect(Sentences.counts(run).map(\.count) == [2, 1, 1, 1, 2, 1])
        #expect(run.causes.map(\.standing) == [.new, .known])
        #expect(run.causes.map(\.plans) == [[0, 4, 7], [0, 3, 4, 7]])
        #expect(run.causes.map(\.findings) == [3, 4])
    }

    @Test func everyFormatSaysWhatWasNotLookedAt() {
        let line = AgreementTests.notLookedAt
        let count = run.count(of: "pass")
        func times(_ text: String, _ part: String = AgreementTests.notLookedAt) -> Int {
            text.components(of: part).count - 1
        }
        #expect(times(TextReport().text(run)) == count && times(TextReport(verbose: true).text(run)) == count)
        #expect(times(HTMLReport.text(run)) == count)
        #expect(times(JSONReport.text(run)) == count && times(JUnitReport.text(run)) == count)
        #expect(times(TAPReport.text(run), "# \(line)\n") == count)
        #expect(times(SARIFReport.text(run), ": \(line)\"") == count)
        // Of a whole run these say each line once.
        #expect(times(AnnotationsReport.text(run), "\(line), in each of 2 plans") == 1)
        #expect(times(MarkdownReport.text(run), MarkdownReport.escaped("\(line), in each of 2 plans")) == 1)
    }

    @Test func jsonSaysTheSame() throws {
        struct Document: Decodable {
            struct Plan: Decodable {
                struct Finding: Decodable { var oracle, standing, fingerprint: String }
                var name, verdict: String
                var findings: [Finding]
            }
            var verdict: String
            var counts: [String: Int]
            var plans: [Plan]
            var causes: [Cause]
            struct Cause: Decodable { var plans: [Int] }
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(JSONReport.text(run).utf8))
        #expect(document.verdict == run.verdict)
        #expect(document.plans.map(\.name) == run.plans.map(\.name))
        #expect(document.plans.map(\.verdict) == run.plans.map(\.verdictWord))
        for word in RunReport.verdicts { #expect(document.counts[word] == run.count(of: word)) }
        #expect(document.plans.map(\.findings.count) == run.plans.map(\.findings.count))
        #expect(document.causes.map(\.plans) == run.causes.map(\.plans))
    }

    @Test func junitSaysTheSame() {
        let document = JUnitReport.text(run)
        #expect(document.contains("tests=\"8\" failures=\"3\" errors=\"1\" skipped=\"1\""))
        #expect(count("<testcase ", in: document) == run.plans.count)
        #expect(count("<failure ", in: document) == run.count(of: "fail") + run.count(of: "flaky"))
        #expect(count("<error ", in: document) == run.count(of: "error"))
        #expect(count("<skipped ", in: document) == run.count(of: "skipped"))
        for plan in run.plans { #expect(document.contains("name=\"\(plan.valuesText)\"")) }
    }

    @Test func annotationsSayTheSame() {
        let lines = AnnotationsReport.text(run).split(separator: "\n")
        let new = run.causes.count { $0.standing == .new }
        // One of what was not looked at, one of the counts.
        #expect(lines.count == new + run.count(of: "error") + 2)
        #expect(lines.count { $0.hasPrefix("::error file=") } == lines.count - 2)
        var inline = run
        for place in inline.plans.indices { inline.plans[place].scenario = "ip netns add x" }
        for place in inline.plans.indices { inline.plans[place].faults = [] }
        #expect(AnnotationsReport.text(inline).hasPrefix("::error title=tocsin%3A "))
        #expect(lines.last == "::notice title=tocsin::8 plans: 2 pass, 1 known, 1 skipped, 1 flaky, 2 fail, 1 error")
    }

    @Test func tapSaysTheSame() {
        let lines = TAPReport.text(run).split(separator: "\n")
        #expect(lines.prefix(3) == ["TAP version 13", "1..8", "# tocsin 0.1.0, run 20261121-020850-001"])
        let tests = lines.filter { $0.hasPrefix("ok ") || $0.hasPrefix("not ok ") }
        for (place, plan) in run.plans.enumerated() {
            let isRight = ["pass", "skipped"].contains(plan.verdictWord)
            #expect(tests[place].hasPrefix("\(isRight ? "ok" : "not ok") \(place + 1) - \(plan.name)"))
        }
        #expect(tests.count == run.plans.count)
        #expect(tests.count { $0.contains(" # SKIP because ") } == run.count(of: "skipped"))
        #expect(tests.count { $0.contains(" # TODO ") } == run.count(of: "known"))
        #expect(lines.count { $0 == "  ---" } == lines.count { $0 == "  ..." })
        #expect(lines.count { $0.hasPrefix("    - oracle: ") } == run.plans.reduce(0) { $0 + $1.wrong.count })
        #expect(TAPReport.text(RunReport()) == "TAP version 13\n1..0 # SKIP nothing ran\n")
    }

    @Test func sarifSaysTheSame() throws {
        struct Document: Decodable {
            struct Run: Decodable {
                struct Result: Decodable {
                    var ruleId: String
                    var partialFingerprints: [String: String]
                    var suppressions: [Suppression]
                    struct Suppression: Decodable { var kind: String }
                }
                var results: [Result]
                var invocations: [Invocation]
                struct Invocation: Decodable {
                    var executionSuccessful: Bool
                    var toolExecutionNotifications: [Notification]
                    struct Notification: Decodable { var level: String }
                }
            }
            var runs: [Run]
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(SARIFReport.text(run).utf8))
        let one = try #require(document.runs.first)
        #expect(one.results.count == run.plans.reduce(0) { $0 + $1.findings.count })
        #expect(one.results.count { $0.suppressions.isEmpty } == new)
        let fingerprints = run.plans.flatMap { $0.findings.map(\.finding.fingerprint) }
        #expect(one.results.map { $0.partialFingerprints["tocsin/v1"] ?? "" } == fingerprints)
        let levels = one.invocations.flatMap(\.toolExecutionNotifications).map(\.level)
        #expect(levels.count { $0 == "error" } == run.count(of: "error"))
        #expect(levels.count { $0 == "note" } == run.count(of: "pass"))
        #expect(one.invocations.map(\.executionSuccessful) == [false])
    }

    @Test func theCausesOfAnExplorationAreThoseOfEveryForm() throws {
        var run = run
        let shown = try #require(run.plans[7].wrong.first)
        run.explored = ExploredReport(
            denominator: ["3 operations", "9 of 9: 8 run, 1 pruned"],
            causes: [
                .init(
                    message: "killed in add: it is <left>", oracles: [shown.finding.oracle], plans: [7, 0],
                    fingerprint: shown.finding.fingerprint, rate: Rate(hits: 9, runs: 10),
                    window: ["add, link.create a", "add, link.set a"])
            ])
        let cause = try #require(run.causes.first)
        #expect(run.causes.count == 1 && cause.number == 1 && cause.plans == [7, 0])
        #expect(cause.example.rate == Rate(hits: 9, runs: 10) && cause.example.finding == shown.finding)
        let page = HTMLReport.text(run)
        #expect(page.contains("killed in add: it is &lt;left&gt;") && !page.contains("<left>"))
        #expect(count("class=\"cause stop\"", in: page) == 1)
        #expect(page.contains("Tried: 9 of 9: 8 run, 1 pruned") && page.contains("3 operations"))
        #expect(MarkdownReport.text(run).contains("Tried: 9 of 9"))
        #expect(AnnotationsReport.text(run).contains("killed in add: it is"))
        #expect(TextReport().overview(run).contains("killed in add: it is"))
        struct Document: Decodable {
            var denominator: [String]
            var causes: [Cause]
            struct Cause: Decodable { var message: String }
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(JSONReport.text(run).utf8))
        #expect(document.denominator.count == 2 && document.causes.map(\.message) == [cause.message])
        // Of one cause alone.
        let only = run.only(cause)
        #expect(only.plans.map(\.name) == [run.plans[7].name, run.plans[0].name])
        #expect(only.causes.map(\.plans) == [[0, 1]] && only.causes.map(\.message) == [cause.message])
    }

    @Test func sarifSaysWhatARuleIsAndWhereTheAgentStood() throws {
        var run = run
        run.meanings = [run.plans[0].findings[0].finding.oracle: "it stays"]
        var delivery = try #require(run.plans[0].runs.first?.deliveries.first)
        delivery.stack = [
            SourceFrame(file: "/usr/lib/python3.11/subprocess.py", line: 3, function: "run"),
            SourceFrame(file: "/opt/my agent/a.py", line: 57, function: "Router.add"),
        ]
        run.plans[0].runs[0].deliveries = [delivery]
        struct Document: Decodable {
            struct Text: Decodable { var text: String }
            struct Run: Decodable {
                struct Result: Decodable { var relatedLocations: [Location]? }
                struct Location: Decodable {
                    var id: Int
                    var physicalLocation: Physical
                }
                struct Physical: Decodable {
                    struct Artifact: Decodable { var uri: String }
                    struct Region: Decodable { var startLine: Int }
                    var artifactLocation: Artifact
                    var region: Region
                }
                struct Rule: Decodable { var shortDescription, fullDescription, help: Text }
                struct Driver: Decodable { var rules: [Rule] }
                struct Tool: Decodable { var driver: Driver }
                var tool: Tool
                var results: [Result]
            }
            var runs: [Run]
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(SARIFReport.text(run).utf8))
        let one = try #require(document.runs.first)
        #expect(one.tool.driver.rules.contains { $0.fullDescription.text == "It stays." })
        #expect(one.tool.driver.rules.allSatisfy { !$0.help.text.isEmpty && !$0.shortDescription.text.isEmpty })
        let place = try #require(one.results.first?.relatedLocations?.first)
        #expect(place.physicalLocation.artifactLocation.uri == "file:///opt/my%20agent/a.py")
        #expect(place.id == 1 && place.physicalLocation.region.startLine == 57)
        #expect(one.results.last?.relatedLocations == nil)
    }

    @Test func pagesSayTheSame() {
        let page = HTMLReport.text(run)
        let markdown = MarkdownReport.text(run)
        let text = TextReport().overview(run)
        for (word, number) in Sentences.counts(run) {
            #expect(page.contains(">\(number) \(word)<"))
            #expect(markdown.contains("**\(number)** \(word)"))
            #expect(text.contains("\(number) \(word)"))
        }
        #expect(count("class=\"cause stop\"", in: page) == run.causes.count)
        #expect(count("<details><summary>", in: markdown) == run.causes.count + 3)
        #expect(text.hasPrefix("2 causes in 4 of 8 plans (7 findings)\n"))
        for place in run.plans.indices { #expect(count("id=\"plan-\(place + 1)\"", in: page) == 1) }
        for plan in run.plans {
            #expect(TextReport(verbose: true).text(run).contains("\(plan.verdict)  \(plan.name)\n"))
        }
    }

    @Test func theSchemaIsPublished() throws {
        let folder = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
        let path = "\(folder)/docs/report.schema.json"
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
            try JSONReport.schema.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == JSONReport.schema)
    }

    @Test func aThousandFindingsTakeNoTime() {
        var run = AgreementTests.run
        let plan = run.plans[0]
        run.plans = (0..<1000).map { number in
            var plan = plan
            plan.name += " \(number)"
            plan.values = ["at": "\(number)"]
            return plan
        }
        let clock = ContinuousClock()
        var size = 0
        let time = clock.measure { size = HTMLReport.text(run).utf8.count }
        // A tenth of a second in a release build; a debug build on a slow machine may take a hundred times as long.
        #expect(time < .seconds(60))
        #expect(size < 20_000_000)
    }

    private func count(_ text: String, in document: String) -> Int { document.components(of: text).count - 1 }
}
