import Model
import Testing

@testable import Reports

/// What an agent says is never more than text, whatever it is.
struct HostileTests {
    /// Texts that try to break out of each format.
    static let texts = [
        "</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "]]>",
        "<!--", "--><b>", "&lt;b&gt;&amp;&#60;", "</style><style>*{display:none}", "</title>", "</pre></details>",
        "javascript:alert(1)", "\u{1b}[2J\u{1b}]0;owned\u{7}", "\u{0}\u{1}\u{8}\u{b}\u{c}\u{e}\u{1f}\u{7f}",
        "\u{9b}31m\u{85}",
        "\u{202e}gpj.exe\u{202c}\u{2066}x\u{2069}", "\u{feff}\u{200b}\u{200d}\u{2028}\u{2029}",
        "\u{fffe}\u{ffff}\u{e0001}",
        "a\nb\r\nc\td", "| cell | other |", "```\n# head\n```", "[x](http://e.example) ![i](http://e.example/i.png)",
        "@everyone #1 <https://e.example>", "\\\" \\u0022 \\n", "%s%n ${x} $(x) `x`", "🙂\u{1f468}\u{200d}\u{1f469}",
    ]

    /// A run in which every text that can come from an agent is hostile.
    static func run(_ text: String) -> RunReport {
        var judgement = Samples.judgement
        judgement.plan.bindings = ["name": text]
        judgement.plan.title = text
        judgement.plan.agents = [text: AgentSpecification()]
        judgement.reasons = [text]
        judgement.notes = [text]
        judgement.masked = [text]
        for place in judgement.findings.indices {
            judgement.findings[place].message = text
            judgement.findings[place].evidence = [text, text]
            judgement.findings[place].subject = text
            judgement.findings[place].step = text
            judgement.findings[place].expected?.because = text
            let fact = Fact("nft", "rule ip nat \(text) #1", in: text, ["text": text, "comment": text])
            judgement.findings[place].differences = [
                .missing(fact), .changed(fact, Fact("link", text, in: text, ["mtu": text])),
            ]
        }
        for place in judgement.runs.indices {
            judgement.runs[place].deliveries[0].key = text
            judgement.runs[place].deliveries[0].effect = .changed(text)
            judgement.runs[place].disturbed = [text]
        }
        var record = Samples.record
        record.header.outcomes = [
            StepOutcome(
                step: "add",
                attempts: [
                    Attempt(
                        end: .notStarted(text), output: text, errorOutput: text,
                        deaths: [ProcessDeath(lineage: text, signal: 13, byTocsin: false)], stuck: [text])
                ], failure: text, ended: [UnexpectedEnd(agent: text, end: .exited(1), said: [text])])
        ]
        record.header.deliveries[0].effect = .changed(text)
        record.operations = OperationLog(
            record.operations.map { operation in
                var operation = operation
                operation.program = text
                operation.lineage = text
                operation.phrase = Phrase(operation.phrase.word, text, ["argv": text], in: text)
                return operation
            })
        var run = RunReport(run: "20261121-020850-001", began: 1_795_228_130, versions: ["tocsin": text])
        let view = RecordView(of: record, statesAround: ["add"])
        run.plans = [PlanReport(judgement, hasControls: true, shown: view, folder: text, replay: text)]
        var error = Judgement(plan: judgement.plan, verdict: .error(text))
        error.reasons = [text]
        run.plans.append(PlanReport(error, hasControls: false))
        return run
    }

    /// Everything hostile at once, for readers of other languages.
    static var all: RunReport { run(texts.joined(separator: " ")) }

    @Test(arguments: texts) func nothingBecomesAnElement(text: String) {
        let plain = HTMLReport.text(HostileTests.run("harmless"))
        let hostile = HTMLReport.text(HostileTests.run(text))
        #expect(HostileTests.tags(hostile).sorted() == HostileTests.tags(plain).sorted())
    }

    @Test(arguments: texts) func nothingBecomesAnElementOfXML(text: String) {
        let plain = JUnitReport.text(HostileTests.run("harmless"))
        let hostile = JUnitReport.text(HostileTests.run(text))
        #expect(HostileTests.tags(hostile) == HostileTests.tags(plain))
        #expect(!hostile.contains("]]>"))
    }

    @Test func nothingHiddenIsLeft() {
        let run = HostileTests.all
        let hidden: (Unicode.Scalar) -> Bool = { scalar in
            scalar != "\n" && scalar != "\t"
                && [.control, .format, .lineSeparator, .paragraphSeparator, .unassigned].contains(
                    scalar.properties.generalCategory)
        }
        #expect(!HTMLReport.text(run).unicodeScalars.contains(where: hidden))
        #expect(!JUnitReport.text(run).unicodeScalars.contains(where: hidden))
        #expect(!TAPReport.text(run).unicodeScalars.contains(where: hidden))
        #expect(!MarkdownReport.text(run).unicodeScalars.contains(where: hidden))
        #expect(!TextReport(verbose: true).text(run).unicodeScalars.contains(where: hidden))
    }

    @Test(arguments: texts) func markdownKeepsItsShape(text: String) {
        // The first letters of each line outside of the blocks of code, where nothing is escaped.
        func shape(_ markdown: String) -> [String] {
            var fence: Substring?
            return markdown.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
                let ticks = line.prefix { $0 == "`" }
                if let open = fence {
                    if line == open { fence = nil }
                    return nil
                }
                if ticks.count > 2 { fence = ticks }
                return line.hasPrefix("|") ? String(line.filter { $0 == "|" }) : String(line.prefix(3))
            }
        }
        let plain = MarkdownReport.text(HostileTests.run("harmless"))
        let hostile = MarkdownReport.text(HostileTests.run(text))
        let starts: ([String]) -> [String] = {
            $0.filter { line in ["|", "#", "<", "```"].contains { line.hasPrefix($0) } }
        }
        #expect(starts(shape(hostile)) == starts(shape(plain)))
        #expect(!hostile.contains("\n# head"))
    }

    @Test(arguments: texts + ["x # SKIP y", "# TODO", "\\# SKIP", "\\", "\nBail out!", "ok 2", "1..9", "...", "---"])
    func nothingBecomesATestOfTAP(text: String) {
        let plain = HostileTests.run("harmless")
        var hostile = HostileTests.run(text)
        for place in hostile.plans.indices { hostile.plans[place].name = text }
        // What a reader sees: the verdict and the directive of each test, and the keys of its diagnostic.
        func shape(_ report: String) -> [String] {
            report.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                if line.hasPrefix(" ") { return String(line.prefix { $0 != "\"" }) }
                if line.hasPrefix("# ") { return "#" }
                guard line.hasPrefix("ok ") || line.hasPrefix("not ok ") else { return String(line) }
                return line.prefix { $0 != "-" } + "-" + HostileTests.directive(line)
            }
        }
        #expect(shape(TAPReport.text(hostile)) == shape(TAPReport.text(plain)))
    }

    /// What stands behind the first `#` with an even number of backslashes before it.
    private static func directive(_ line: Substring) -> String {
        var isEscaped = false
        for place in line.indices {
            if line[place] == "#", !isEscaped { return String(line[place...].prefix(6)) }
            isEscaped = line[place] == "\\" && !isEscaped
        }
        return ""
    }

    @Test func aPageLoadsNothing() throws {
        let page = HTMLReport.text(HostileTests.all)
        let names: Set = [
            "aria-hidden", "aria-label", "charset", "class", "colspan", "content", "cx", "cy", "d", "height", "href",
            "http-equiv", "id", "lang", "name", "open", "points", "r", "role", "scope", "style", "title", "viewBox",
            "width", "x", "x1", "x2", "y", "y1", "y2",
        ]
        let attributes = try HostileTests.attributes(page)
        #expect(attributes.count > 100)
        #expect(Set(attributes.map(\.name)).subtracting(names).isEmpty)
        #expect(attributes.filter { $0.name == "href" }.allSatisfy { $0.value.hasPrefix("#") })
        #expect(attributes.contains { $0.value.hasPrefix("default-src &#39;none&#39;; ") })
        #expect(!page.contains("@import") && !page.contains("url("))
    }

    /// The names of all tags.
    private static func tags(_ text: String) -> [String] {
        text.split(separator: "<").dropFirst().map { part in
            String(part.prefix { $0 != ">" && $0 != " " && $0 != "\n" })
        }
    }

    private struct Malformed: Error { let tag: String }

    /// The attributes of all elements, each of which is `name="value"`.
    private static func attributes(_ page: String) throws -> [(name: String, value: String)] {
        // Stylesheet and script are text to the end of their element.
        var found: [(String, String)] = []
        for part in page.split(separator: "<").dropFirst() where !part.hasPrefix("/") && !part.hasPrefix("!") {
            let tag = part.prefix { $0 != ">" }
            guard tag.first?.isLetter == true else { continue }
            var rest = tag.drop { $0 != " " }
            while rest.hasPrefix(" ") {
                rest = rest.dropFirst()
                let name = rest.prefix { $0 != "=" }
                rest = rest.dropFirst(name.count)
                guard rest.hasPrefix("=\"") else { throw Malformed(tag: String(tag)) }
                let value = rest.dropFirst(2).prefix { $0 != "\"" }
                rest = rest.dropFirst(value.count + 3)
                found.append((String(name), String(value)))
            }
            guard rest.isEmpty else { throw Malformed(tag: String(tag)) }
        }
        return found
    }

    /// A line of GitHub's commands ends at its line feed, and its properties at `::`.
    @Test(arguments: texts) func nothingBecomesACommandOfGitHub(text: String) {
        var run = HostileTests.run(text)
        for place in run.plans.indices { run.plans[place].scenario = text }
        let lines = AnnotationsReport.text(run).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let causes = run.causes.count { $0.standing == .new }
        #expect(lines.count == causes + run.count(of: "error") + 1)
        for line in lines {
            let parts = line.dropFirst(2).split(separator: "::", maxSplits: 1)
            #expect(line.hasPrefix("::") && parts.count == 2)
            let properties = parts[0].split(separator: ",")
            #expect(properties.count <= 3 && !parts[0].contains(":"))
        }
    }
}
