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

    /// Runs that begin at these seconds and give a device a text a tenth of a second later.
    private func device(_ begun: [Double], _ name: String = "d0", alias: String) throws -> Int? {
        try Reference.learn(
            begun.map { second in
                var operation = operation(0, Phrase("link.set", name))
                operation.started = 100_000_000
                let link = Fact("link", name, in: "host", ["alias": alias])
                var run = record(cycle, [[link], []], operations: [operation])
                run.header.began = second
                return run
            }
        ).sameSecond
    }

    @Test func elsewhereTheTimeItselfIsLookedFor() throws {
        // 1970-01-01 01:01:05 at Greenwich.
        let same = [3665.2, 3665.3, 3665.4]
        #expect(try device(same, alias: "since 3665") == 3665)
        #expect(try device(same, alias: "made at 01:01:05Z") == 3665)
        #expect(try device(same, "t010105", alias: "") == 3665)
        #expect(try device(same, alias: "a bridge") == nil)
        #expect(try device([3665.2, 3666.3, 3667.4], alias: "since 3665") == nil)
    }

    @Test func suchAReferenceIsUnsure() throws {
        let reference = try reference([100.2, 100.3, 100.4])
        #expect(reference.isUnsure && reference.forWorkers.sameSecond == nil)
    }
}
