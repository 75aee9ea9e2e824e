import Model
import Testing

@testable import Worker

/// What is kept of an output, and what is known of the rest.
@Suite struct OutputTests {
    private func add(_ text: String, to capture: OutputCapture) {
        Array(text.utf8).withUnsafeBytes { bytes in
            // As a pipe gives it.
            var rest = bytes[...]
            while !rest.isEmpty {
                capture.add(UnsafeRawBufferPointer(rebasing: rest.prefix(65536)))
                rest = rest.dropFirst(65536)
            }
        }
    }

    private let ready = LogPattern.text("READY")
    private let number = LogPattern.expression("^port [0-9]+$")
    private let line = String(repeating: "x", count: 9999) + "\n"

    private func full() throws -> OutputCapture {
        let capture = try OutputCapture(patterns: [ready, number])
        let lines = String(repeating: line, count: OutputCapture.limit / line.utf8.count + 10)
        add(lines, to: capture)
        return capture
    }

    @Test func whatComesBehindThatIsKeptIsSeen() throws {
        let capture = try full()
        #expect(try !capture.says(ready, after: 0) && !capture.says(number, after: 0))
        add("port 7", to: capture)
        #expect(try capture.says(number, after: 0), "a line that has not ended")
        add("\nREADY\n" + line, to: capture)
        #expect(try capture.says(ready, after: 0) && capture.says(number, after: 0))
        #expect(try !capture.says(ready, after: capture.written))
        let mark = capture.written
        add("port 8\n\(line)", to: capture)
        #expect(try capture.says(number, after: mark) && !capture.says(ready, after: mark))
    }

    @Test func aLineAcrossTheLimitIsOne() throws {
        let capture = try OutputCapture(patterns: [ready])
        add(String(repeating: "x\n", count: OutputCapture.limit / 2 - 1), to: capture)
        add("READY\n\(line)", to: capture)
        #expect(capture.bytes.count == OutputCapture.limit)
        #expect(try capture.says(ready, after: 0))
    }

    @Test func aLineThatNeverEndsIsLookedAt() throws {
        let capture = try full()
        add(String(repeating: "y", count: 200_000) + "READY" + String(repeating: "y", count: 200_000), to: capture)
        #expect(try capture.says(ready, after: 0))
    }

    /// A line is said when its end is read, whenever its first letter was.
    @Test func linesHaveTheMomentOfTheirEnd() throws {
        var time: Nanoseconds = 10
        let capture = try OutputCapture(now: { time })
        add("one\ntw", to: capture)
        time = 20
        add("o\n", to: capture)
        time = 30
        add("three\nfour\nfive", to: capture)
        #expect(capture.lines(in: 0...100, most: 9).map(\.text) == ["one", "two", "three", "four"])
        #expect(capture.lines(in: 0...100, most: 9).map(\.time) == [10, 20, 30, 30])
        #expect(capture.lines(in: 15...30, most: 2).map(\.text) == ["two", "three"])
    }

    @Test func aRecordSaysWhatItLeavesOut() throws {
        let capture = try OutputCapture()
        add("a", to: capture)
        #expect(capture.text() == "a" && !capture.isCut)
        add(String(repeating: "b", count: OutputCapture.shown), to: capture)
        #expect(capture.text().hasSuffix("\n[1 more bytes]") && capture.isCut)
        #expect(capture.text(after: 1) == String(repeating: "b", count: OutputCapture.shown))
    }
}
