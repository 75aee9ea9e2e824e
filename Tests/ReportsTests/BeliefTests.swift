import Model
import Testing

@testable import Reports

/// What an agent knew when the world changed.
struct BeliefTests {
    private func line(_ operations: [(Phrase, OperationResult)], _ change: (inout Delivery) -> Void = { _ in })
        -> String?
    {
        var delivery = Samples.delivery
        delivery.action = .netnsDelete(name: "pod", settle: .done)
        delivery.effect = .changed("namespace pod lost its name")
        delivery.operation = operations.count
        delivery.time = 5_000_000
        change(&delivery)
        let all = operations.enumerated().map { index, operation in
            Operation(
                index: index, step: "add", agent: "cni", lineage: "bridge", program: "bridge", thread: 1,
                call: "openat",
                phrase: operation.0, result: operation.1, started: UInt64(index) * 1_000_000)
        }
        let record = Record(header: Samples.record.header, snapshots: [:], operations: OperationLog(all))
        return Belief(at: delivery, in: record)?.line
    }

    @Test func itIsTheLastAnswerAboutTheObject() {
        let operations: [(Phrase, OperationResult)] = [
            (Phrase("netns.stat", "pod"), .failed(ErrorNumber(2))), (Phrase("netns.open", "pod"), .ok),
            (Phrase("netns.open", "other"), .ok), (Phrase("netns.open", "pod"), .unknown),
        ]
        #expect(
            line(operations)
                == "believed: netns pod is there, by bridge netns.open pod ok, 4.0 ms before; true from then on: "
                + "namespace pod lost its name")
        #expect(line(Array(operations.prefix(1)))?.contains("is not there, by bridge netns.stat pod ENOENT") == true)
        let removed = line([(Phrase("netns.open", "pod"), .ok), (Phrase("netns.unmount", "pod"), .ok)])
        #expect(removed?.contains("is not there, by bridge netns.unmount pod ok") == true)
    }

    @Test func whatComesBehindTheFaultIsNoBelief() {
        #expect(line([(Phrase("netns.open", "pod"), .ok)]) { $0.operation = 0 } == nil)
        #expect(line([]) == nil)
    }

    @Test func aPatternMeansWhatItMatches() {
        let operations: [(Phrase, OperationResult)] = [
            (Phrase("link.get", "fpr-1a2b"), .failed(ErrorNumber(19))), (Phrase("link.get", "eth0"), .ok),
        ]
        let text = line(operations) { $0.action = .change(.deleteLink(object: Phrase("link", "fpr-*"))) }
        #expect(text?.hasPrefix("believed: link fpr-1a2b is not there, by bridge link.get fpr-1a2b ENODEV") == true)
        #expect(line(operations) == nil)
    }

    @Test func aFaultThatChangesNoObjectHasNone() {
        #expect(line([(Phrase("netns.open", "pod"), .ok)]) { $0.action = .kill(victims: .process) } == nil)
        #expect(line([(Phrase("netns.open", "pod"), .ok)]) { $0.failure = "not there" } == nil)
    }

    /// Words stand where they were said, and what was said before or behind the picture is in none of it.
    @Test func whatIsSaidStandsAmongTheOperations() {
        let lines = [1, 2, 4].map { index in
            TimelineLine(
                Operation(
                    index: index, step: "add", agent: "cni", lineage: "bridge", program: "bridge", thread: 1,
                    call: "openat", phrase: Phrase("netns.open", "pod"), result: .ok, started: UInt64(index) * 10,
                    duration: 5))
        }
        let said = [5, 15, 30, 44, 60].map { SaidLine(time: $0, agent: "cni", text: "at \($0)") }
        let merged = Timeline.merged(lines, said)
        #expect(merged.map(\.time) == [10, 15, 20, 30, 40, 44])
        #expect(merged.filter(\.isSaid).map(\.what) == ["| at 15", "| at 30", "| at 44"])
        #expect(Timeline.merged(lines, said, most: 1).count == 4)
        #expect(Timeline.merged([], said).isEmpty)
    }
}
