import Model
import Testing

@testable import Reports

/// Lines of a terminal.
struct TextLineTests {
    @Test func linesAreWrappedBetweenWordsWithAnIndent() {
        let line = TextLine("  one two three four five six seven", hanging: 4)
        #expect(line.written(.plain, width: 28) == "  one two three four five\n    six seven")
        #expect(line.written(.plain, width: nil) == "  one two three four five six seven")
    }

    @Test func aWordThatIsTooLongIsBroken() {
        let text = TextLine(String(repeating: "x", count: 70), hanging: 4).written(.plain, width: 30)
        #expect(text.split(separator: "\n").map(\.count) == [30, 30, 18])
    }

    @Test func aColourGoesOnBehindAWrap() {
        let line = TextLine("aaaa ", hanging: 0).add(String(repeating: "b ", count: 20), .strong)
        let lines = line.written(.colour, width: 24).split(separator: "\n")
        #expect(lines.allSatisfy { $0.contains("\u{1b}[1m") && $0.hasSuffix("\u{1b}[0m") })
    }

    @Test func nothingInATextSteersATerminal() {
        let text = TextLine("a\u{1b}[31mb\u{7}\u{9b}c\u{202e}d\ne\rf").written(.colour, width: nil)
        #expect(text == "a\\x1b[31mb\\x07\\x9bc\\u{202e}d\\ne\\rf")
    }

    @Test(arguments: [80, 120]) func noLineIsLongerThanTheTerminal(width: Int) {
        for text in [
            TextReport(width: width).text(Samples.run), TextReport(width: width, verbose: true).text(Samples.run),
            TextReport(width: width).overview(AgreementTests.run), TextReport(width: width).text(HostileTests.all),
        ] {
            for line in text.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
        }
    }

    @Test func aFindingFitsAScreen() throws {
        let text = try #require(TextReport(width: 80).cause(1, in: AgreementTests.run))
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count < 40)
    }
}

/// Sentences that several reports share.
struct SentenceTests {
    @Test(arguments: [
        ("add / bridge / netns.enter(pod) @ host # 1", "add, netns.enter(pod) by bridge"),
        ("del.1 / bash/nft#2 / nft.list(ip / x) @ pod' # 3", "del.1, nft.list(ip / x) in pod' by nft#2 (number 3)"),
        ("serving / end", "serving / end"), ("a / b / c", "a / b / c"), ("", ""),
    ])
    func aKeyIsSaidShorter(key: String, said: String) { #expect(Sentences.point(key) == said) }
}

/// What a step did to the state, beside what it does without faults.
struct StateChangeTests {
    private func change(reference: Bool) -> StateChange {
        let names = ["gone", "kept", "lost", "other", "extra"]
        func state(_ facts: [(String, String)]) -> Snapshot {
            Snapshot(facts: facts.map { Fact("link", $0.0, in: "pod", ["mtu": $0.1]) })
        }
        let before = state([(names[0], "1"), (names[1], "1")])
        let after = state([(names[1], "1"), (names[3], "2"), (names[4], "1")])
        let expected = state([(names[1], "1"), (names[2], "1"), (names[3], "1")])
        var record = Samples.record
        record.header.startSnapshot = "before"
        record.header.outcomes = [StepOutcome(step: "add", snapshot: "after")]
        record.snapshots = ["before": before, "after": after]
        return StateChange(
            of: "add", in: record, reference: reference ? Reference(states: ["add": expected], start: before) : nil)
    }

    @Test func objectsStandToTheReference() {
        let change = change(reference: true)
        #expect(change.rows.map(\.mark) == [.extra, .missing, .changed, .same])
        #expect(change.rows.map(\.before) == [nil, nil, nil, "link gone mtu 1"])
        #expect(change.rows.map(\.reference) == [nil, "link lost mtu 1", "link other mtu 1", nil])
        #expect(change.rows.map(\.after) == ["link extra mtu 1", nil, "link other mtu 2", nil])
        #expect(change.hasReference && change.omitted == 0)
    }

    @Test func withoutAReferenceTheyStandToTheStateBefore() {
        let change = change(reference: false)
        #expect(change.rows.map(\.mark) == [.extra, .missing, .extra])
        #expect(change.rows.allSatisfy { $0.reference == nil })
        #expect(!change.hasReference)
    }
}
