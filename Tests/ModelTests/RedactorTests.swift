import FoundationEssentials
import Testing

@testable import Model

@Suite struct RedactorTests {
    private func redactor(_ patterns: LogPattern..., canary: String? = nil) -> Redactor {
        var plan = Plan(scenario: "x.yaml", title: "x")
        plan.redact = patterns
        plan.planted = canary.map { [Planted(variable: "key", kind: .canary, text: $0)] }
        return Redactor(plan)
    }

    @Test func textsAndCanariesHaveMarks() {
        let redactor = redactor(.text("hunter2"), canary: "pqrst-9876")
        #expect(redactor.text("a hunter2, hunter2 and pqrst-9876") == "a [redacted], [redacted] and [canary key]")
        #expect(redactor.text("nothing of that") == "nothing of that")
    }

    @Test(arguments: [
        ("/token=[a-z0-9]+/", "GET /?token=ab12&x=1", "GET /?[redacted]&x=1"),
        ("/(?i)password: .*$/", "first\nPassword: x y\nlast", "first\n[redacted]\nlast"),
        ("/a|ab/", "cabd", "c[redacted]d"), ("/x*/", "yes", "yes"),
        ("/\\bkey\\b/", "key keys key", "[redacted] keys [redacted]"),
    ]) func anExpressionTakesTheLongestPart(pattern: String, text: String, wanted: String) {
        #expect(redactor(.expression(String(pattern.dropFirst().dropLast()))).text(text) == wanted)
    }

    @Test func aLongLineIsTakenOutWhole() {
        let line = String(repeating: "x", count: 5000) + "secret"
        #expect(redactor(.expression("secret")).text("a\n\(line)\nb") == "a\n[redacted]\nb")
    }

    /// Each text of a value, keys and what is written with escapes too; the rest stays byte for byte.
    @Test func aValueIsRedactedInEachOfItsTexts() throws {
        let redactor = redactor(.text("se\"cr\n\u{e9}t"))
        let value = ["se\"cr\n\u{e9}t": ["a se\"cr\n\u{e9}t b"], "other": ["plain \\ \"text\""]]
        #expect(try redactor.value(value) == ["[redacted]": ["a [redacted] b"], "other": ["plain \\ \"text\""]])
    }

    /// Fields keep their names, whatever is hidden; what is called like one, and is none, does not.
    @Test func fieldsKeepTheirNames() throws {
        let redactor = redactor(.text("title"), .text("/etc/title"))
        let plan = Plan(scenario: "x.yaml", title: "the title of it")
        #expect(try redactor.value(plan).title == "the [redacted] of it")
        var files = Plan(scenario: "x.yaml", title: "x")
        files.host.files["/etc/title"] = FileContent(bytes: [])
        #expect(try redactor.value(files).host.files.keys.sorted() == ["[redacted]"])
    }

    /// What was hidden once has nothing more to hide, and a plan without anything is not touched.
    @Test func itIsDoneOnce() throws {
        var plan = Plan(scenario: "x.yaml", title: "x")
        plan.planted = [Planted(variable: "key", kind: .canary, text: "pqrst-9876")]
        plan.agents["a"] = AgentSpecification()
        plan.agents["a"]?.environment = ["KEY": "pqrst-9876"]
        let hidden = try Redactor(plan).value(plan)
        #expect(
            hidden.canaries.map(\.text) == ["[canary key]"] && hidden.agents["a"]?.environment["KEY"] == "[canary key]")
        #expect(try Redactor(hidden).value(hidden) == hidden)
        #expect(Redactor(Plan(scenario: "x.yaml", title: "x")).isIdle)
    }
}
