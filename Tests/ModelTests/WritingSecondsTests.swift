import Testing

@testable import Model

/// A time in a file is the same in runs of one second: then more runs tell.
@Suite struct WritingSecondsTests {
    private let state = "/var/lib/agent/state"
    private let cycle = plan([run("add"), run("del")])

    /// Runs that begin at these seconds and write a file a tenth of a second later, with these contents.
    private func reference(
        _ begun: [Double], _ digests: [String] = ["a", "a", "a"], writing word: String = "file.write", gone: Bool = true
    ) throws -> Reference {
        try Reference.learn(
            zip(begun, digests).map { second, digest in
                let file = [Fact("file", state, ["type": "file", "digest": digest, "size": "9"])]
                var operation = operation(0, Phrase(word, state))
                operation.started = 100_000_000
                var run = record(cycle, [file, gone ? [] : file], operations: [operation])
                run.header.began = second
                return run
            })
    }

    @Test func oneSecondOfWritingIsToldFromSeveral() throws {
        #expect(try reference([100.2, 100.3, 100.4]).sameSecond == 100)
        #expect(try reference([100.2, 100.3, 100.95]).sameSecond == nil, "the third wrote at 101.05")
        #expect(try reference([100.2, 102, 104]).sameSecond == nil)
        #expect(try reference([100.2, 100.3, 100.4], gone: false).sameSecond == 100)
    }

    @Test func whatDiffersAnywayOrIsNotWrittenNeedsNoOtherSecond() throws {
        let same = [100.2, 100.3, 100.4]
        #expect(try reference(same, ["a", "b", "c"]).sameSecond == nil)
        #expect(try reference(same, writing: "file.read").sameSecond == nil)
        #expect(try reference(same, writing: "link.set").sameSecond == nil)
    }

    @Test func suchAReferenceIsUnsure() throws {
        let reference = try reference([100.2, 100.3, 100.4])
        #expect(reference.isUnsure && reference.forWorkers.sameSecond == nil)
    }
}
