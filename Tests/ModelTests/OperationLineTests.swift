import FoundationEssentials
import Testing

@testable import Model

/// The line of an operation is JSON that reads as the operation, whatever its texts hold.
@Suite struct OperationLineTests {
    private func operation(_ text: String) -> Operation {
        Operation(
            index: 12_345_678_901, step: text, agent: "agent", lineage: "ip/\(text)", program: "ip", thread: .max,
            call: "sendmsg",
            phrase: Phrase("exec", text, ["argv": text, "b": "", "a": "x"], in: text), callerNamespace: text,
            started: .max, duration: 0, ordinal: 9)
    }

    private func line(_ operation: Operation) -> [UInt8] {
        var bytes: [UInt8] = Array("before".utf8)
        OperationLine.append(operation, to: &bytes)
        return Array(bytes.dropFirst(6))
    }

    @Test(arguments: [
        "", "plain", "fifteen bytes..", "sixteen bytes ...", "a \"quoted\" word", "C:\\", "tab\tand\nline\r",
        "\u{0}\u{1f}",
        "ümläut 漢字 \u{1F980}", String(repeating: "long ", count: 1000) + "\"",
    ])
    func isReadAsItWas(text: String) throws {
        let written = operation(text)
        let bytes = line(written)
        #expect(try OperationLine.read(Data(bytes)) == written)
        // One line, whatever it holds.
        #expect(bytes.firstIndex(of: UInt8(ascii: "\n")) == bytes.count - 1)
    }

    @Test func qualifiersAreInTheOrderOfTheirKeys() throws {
        let text = String(decoding: line(operation("t")), as: UTF8.self)
        #expect(text.contains(#""qualifiers":{"a":"x","argv":"t","b":""}"#))
    }

    @Test(arguments: [0, 1, 9, 10, 18_446_744_073_709_551_615] as [UInt64]) func numbersAreWhole(value: UInt64) throws {
        var written = operation("n")
        written.started = value
        #expect(String(decoding: line(written), as: UTF8.self).contains(#""started":\#(value),"#))
    }

    @Test(arguments: [1, 524, 4103] as [Int32])
    func anErrorThatErrnoDoesNotNameIsReadAgain(number: Int32) {
        let result = OperationResult.failed(ErrorNumber(number))
        #expect(OperationResult(result.description) == result)
    }

    @Test func whatIsNoResultIsNone() {
        #expect(OperationResult("errno x") == nil && OperationResult("errno") == nil && OperationResult("done") == nil)
    }
}
