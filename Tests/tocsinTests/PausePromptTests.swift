import Model
import Testing

@testable import tocsin

@Suite struct PausePromptTests {
    /// What a terminal shows, and the line that came of it, if one did.
    private func type(
        _ text: String, history: [String] = [], _ words: [String] = []
    ) -> (shown: String, outcome: LineEditor.Edited.Outcome?, text: String) {
        var line = LineEditor.Edited(prompt: "> ", history: history)
        var shown = ""
        for byte in text.utf8 {
            let outcome = line.take(byte) { _ in words }
            guard case .shown(let text) = outcome else { return (shown, outcome, line.text) }
            shown += text
        }
        return (shown, nil, line.text)
    }

    @Test func aLineIsWhatWasTypedAndNotTakenBack() {
        #expect(type("go\r").outcome == .line("go"))
        #expect(type("gp\u{7F}o\n").outcome == .line("go"))
        #expect(type("wrong\u{15}go\r").outcome == .line("go"))
        #expect(type("wrong\u{3}go\r").outcome == .line("go"))
        #expect(type("näh\u{7F}\u{7F}o\r").outcome == .line("no"))
        #expect(type("\u{4}").outcome == .end)
        #expect(type("a\u{4}\r").outcome == .line("a"))
    }

    @Test func theArrowsBringLinesBefore() {
        let former = ["where", "diff"]
        #expect(type("\u{1B}[A\r", history: former).outcome == .line("diff"))
        #expect(type("\u{1B}[A\u{1B}[A\u{1B}[A\r", history: former).outcome == .line("where"))
        #expect(type("\u{1B}OA\u{1B}OB\r", history: former).outcome == .line(""))
        #expect(type("a\u{1B}[Cb\r", history: former).outcome == .line("ab"))
    }

    @Test func tabCompletes() {
        #expect(type("di\t", [], ["diff", "end"]).text == "diff ")
        #expect(type("enter ns\t", [], ["ns(ip)#1", "ns(ip)#2"]).text == "enter ns(ip)#")
        let several = type("\t", [], ["go", "diff"])
        #expect(several.text.isEmpty && several.shown.contains("diff  go"))
        #expect(type("x\t", [], ["go"]).shown == "x\u{7}")
    }

    private func type(_ text: String, _ history: [String], _ words: [String]) -> (shown: String, text: String) {
        let typed = type(text, history: history, words)
        return (typed.shown, typed.text)
    }

    @Test func aCommandMayBeCutShortWhileItIsOne() {
        #expect(PausePrompt.Line("  ") == .empty)
        #expect(PausePrompt.Line("d") == .command(.diff, []))
        #expect(PausePrompt.Line("ent pod ip link") == .command(.enter, ["pod", "ip", "link"]))
        #expect(PausePrompt.Line("n") == .wrong("`n` can be namespaces, next"))
        #expect(PausePrompt.Line("step") == .wrong("no command `step`; help lists them"))
        #expect(PausePrompt.help([]).count == PausePrompt.Command.allCases.count)
    }

    @Test func onlyLivingNamespacesCanBeEntered() {
        var report = PauseReport(fault: "f", moment: .done, step: "run", place: "before x", actions: ["netns.delete a"])
        report.namespaces = [
            .init(role: "host", names: [], isAlive: true), .init(role: "a", names: [], isAlive: true),
            .init(role: "b", names: ["c"], isAlive: true), .init(role: "d", names: [], isAlive: false),
        ]
        #expect(PausePrompt.completions("enter ", in: report) == ["host", "a", "b"])
        #expect(PausePrompt.completions("go ", in: report).isEmpty)
        #expect(
            PausePrompt.namespaces(report) == ["  host", "  a  without a name", "  b  by the name c", "  d  gone"])
        #expect(PausePrompt.place(report) == ["fault `f` has happened: in run, before x", "  netns.delete a"])
    }
}
