import Model
import Reports
import Testing

/// Reports against their files, and the rules behind them.
struct ReportTests {
    @Test func textIsThatOfTheFile() throws {
        try Snapshots.expect(TextReport().text(Samples.run), equals: "run.txt")
    }

    @Test func verboseTextIsThatOfTheFile() throws {
        try Snapshots.expect(TextReport(verbose: true).text(Samples.run), equals: "run-verbose.txt")
    }

    @Test func colouredTextIsTheSameText() throws {
        let coloured = TextReport(style: .colour).text(Samples.run)
        #expect(coloured.contains("\u{1b}[31mfail\u{1b}[0m"))
        let plain = coloured.split(separator: "\u{1b}[").enumerated()
            .map {
                $0.offset == 0 && !coloured.hasPrefix("\u{1b}") ? $0.element : $0.element.drop { $0 != "m" }.dropFirst()
            }
            .joined()
        #expect(plain == TextReport().text(Samples.run))
    }

    @Test func jsonIsThatOfTheFile() throws {
        try Snapshots.expect(JSONReport.text(Samples.run), equals: "run.json")
    }

    @Test func standingAndRaceComeFromThePlanAndItsControls() throws {
        let plan = try #require(Samples.run.plans.first)
        #expect(plan.findings.map(\.standing) == [.known, .allowed, .new])
        #expect(plan.findings.map(\.isRace) == [true, true, false])
        #expect(plan.findings.map(\.rate.hits) == [2, 0, 1])
        let bare = PlanReport(Samples.judgement, hasControls: false)
        #expect(!bare.findings.contains { $0.isRace })
    }
}

/// The picture around a fault.
struct TimelineTests {
    private func lines(_ side: Point.Side, operation: Int?, time: Nanoseconds, around count: Int = 2) -> [String] {
        var record = Samples.record
        record.header.plan.faults[0].point.side = side
        record.header.deliveries[0].operation = operation
        record.header.deliveries[0].time = time
        return Timeline.lines(of: record, around: count).map { $0.isFault ? "fault" : "\($0.time / 500_000)" }
    }

    @Test func aFaultBeforeAnOperationStandsBeforeIt() {
        #expect(lines(.before, operation: 5, time: 2_600_000) == ["3", "4", "fault", "5", "6"])
    }

    @Test func aFaultAfterAnOperationStandsBehindIt() {
        #expect(lines(.after, operation: 5, time: 2_600_000) == ["4", "5", "fault", "6", "7"])
    }

    @Test func aFaultAtAStepStandsAtItsTime() {
        #expect(lines(.before, operation: nil, time: 1_100_000) == ["1", "2", "fault", "3", "4"])
        #expect(lines(.before, operation: nil, time: 0) == ["fault", "0", "1"])
        #expect(lines(.after, operation: nil, time: 9_000_000) == ["8", "9", "fault"])
    }

    @Test func withoutAFaultThereIsNoPicture() {
        var record = Samples.record
        record.header.deliveries = []
        #expect(Timeline.lines(of: record).isEmpty)
    }

    @Test func aSecondFaultInTheWindowIsShownToo() {
        var record = Samples.record
        var second = Samples.delivery
        second.operation = 6
        second.time = 3_200_000
        record.header.deliveries.append(second)
        let marks = Timeline.lines(of: record, around: 2).map(\.isFault)
        #expect(marks == [false, false, true, false, true, false])
    }
}

/// Lines to read and to paste.
struct TraceTextTests {
    @Test func pointsSayWhatTellsThemFromTheirLike() {
        var text = TraceText()
        let points = Samples.record.operations.map { text.point($0) }
        #expect(
            points[5]
                == "- { before: { netns.name: demo, by: ip, source: /proc/self/ns/net, in: host }, during: add }")
        var raw = Samples.record.operations.first { _ in true }
        raw?.phrase.word = "process.exit"
        #expect(raw.map { text.point($0) } == "# no point: process.exit /usr/sbin/ip by ip, during add")
        #expect(points[7].hasSuffix(", nth: 2, during: add }"))
    }

    @Test func linesAreInTheWordsOfTheFormat() throws {
        var text = TraceText()
        let lines = Samples.record.operations.map { text.line($0) }
        #expect(lines[2].hasPrefix("   3      1.000 ms  ip            netns.stat demo "))
        #expect(lines[2].hasSuffix("  ENOENT"))
    }

    @Test(arguments: [
        ("a.yaml", "a.yaml"), ("", "''"), ("it's", "'it'\\''s'"), ("a b", "'a b'"), ("x=$(y)", "'x=$(y)'"),
    ])
    func wordsAreQuotedForAShell(word: String, quoted: String) { #expect(Replay.quoted(word) == quoted) }

    @Test func commandsAreReplayedWithTheirFaults() {
        let command = Replay.command(
            words: ["ip", "netns", "add", "x"], faults: ["before exec: kill all"], namespaces: ["p"])
        #expect(command == "tocsin run --netns p --fault 'before exec: kill all' -- ip netns add x")
    }
}
