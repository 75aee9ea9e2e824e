import FoundationEssentials
import Glibc
import Model
import Testing

@testable import Worker

/// The one writer of a record: what it was told is there, however the run ends.
@Suite struct RecorderTests {
    private let store = MemoryStore()
    private let recorder: Recorder

    init() { recorder = Recorder(RecordHeader(plan: plan(), role: .fault), in: store) }

    private func end(_ failure: RunFailure? = nil) throws -> RecordHeader {
        try recorder.end(failure, undelivered: ["u"], namespacesMade: ["pod": "key"], duration: 7)
        return try #require(store.header)
    }

    private func delivery(_ fault: String) -> Delivery {
        Delivery(fault: fault, key: "k", operation: nil, step: "add", action: .delay(1), time: 0)
    }

    @Test func whatIsToldIsInTheRecord() throws {
        let state = Snapshot(facts: [Fact("link", "v0")])
        try recorder.start(state)
        try recorder.operation(operation(Phrase("file.open", "/run/x"), result: .ok))
        recorder.outcome(StepOutcome(step: "add", snapshot: try recorder.state(Snapshot(facts: []))))
        recorder.delivery(delivery("cut"))
        recorder.note("n")
        recorder.disturbed("d")
        #expect(recorder.steps == ["add"])
        #expect(recorder.hasFired("cut") && !recorder.hasFired("other"))
        let header = try end()
        #expect(header.startSnapshot == state.digest)
        #expect(store.states.count == 2 && store.log.count == 1 && store.isFinished)
        #expect(header.outcomes.map(\.snapshot) == [Snapshot(facts: []).digest])
        #expect(header.notes == ["n"] && header.disturbed == ["d"] && header.undelivered == ["u"])
        #expect(header.operations == 1 && header.duration == 7 && header.namespacesMade == ["pod": "key"])
        #expect(header.error == nil && header.notLookedAt == nil)
    }

    @Test func whatNoStateComparesIsCounted() throws {
        try recorder.operation(operation(Phrase("socket.destroy", "10.0.0.1:80"), result: .ok))
        try recorder.operation(operation(Phrase("raw.request", "77", ["protocol": "audit"]), result: .ok))
        let header = try end()
        #expect(header.notLookedAt?.notCompared == ["socket.destroy": 1])
        #expect(header.notLookedAt?.notDecoded == ["raw.request 77 protocol audit": 1])
    }

    @Test func namesThatAgentsGaveAreKept() throws {
        let made = [
            Phrase("link.create", "v0", ["peer": "v1"]), Phrase("link.set", "v0", ["name": "eth0"]),
            Phrase("link.set", "v0", ["up": "true"]), Phrase("file.create", "/run/a"),
            Phrase("file.rename", "/run/a", ["to": "/run/b"]), Phrase("file.delete", "/run/b"),
        ]
        for phrase in made { try recorder.operation(operation(phrase, result: .ok)) }
        // Whether an answer is seen may be chance: names are counted without it, so each run has as many.
        try recorder.operation(operation(Phrase("file.create", "/run/unread"), result: .unknown))
        #expect(recorder.namesMade == ["v0", "v1", "eth0", "/run/a", "/run/b", "/run/unread"])
    }

    @Test func whatNamesAreLeftOutIsSaidOnce() throws {
        for number in 0..<RecordHeader.namesLimit + 3 {
            try recorder.operation(operation(Phrase("file.create", "/run/\(number)"), result: .ok))
        }
        let header = try end()
        #expect(header.namesMade.count == RecordHeader.namesLimit)
        #expect(header.notes == [RecordHeader.namesLeftOut])
    }

    @Test func aFailureIsTheErrorOfTheRecord() throws {
        recorder.outcome(StepOutcome(step: "add"))
        let header = try end(.hostEnded(signal: 9))
        #expect(header.error == "pid 1 of the host ended by signal 9")
        #expect(header.outcomes.count == 1)
    }

    @Test(arguments: ["log", "states"]) func aDeadDiskIsThrown(part: String) throws {
        store.dead = [part]
        let lost = RunFailure.recordNotWritten("No space left on device")
        switch part {
        case "log": #expect(throws: lost) { try recorder.operation(operation(Phrase("exec", "/bin/true"))) }
        default: #expect(throws: lost) { _ = try recorder.state(Snapshot(facts: [])) }
        }
    }

    /// The log is short, but whoever reads the header sees that, and why.
    @Test func aLogThatCannotBeEndedIsSaidInTheHeader() throws {
        store.dead = ["log"]
        #expect(throws: RunFailure.recordNotWritten("No space left on device")) {
            try recorder.end(nil, undelivered: [], namespacesMade: [:], duration: 0)
        }
        #expect(store.header?.error == "the record could not be written: No space left on device")
    }

    @Test func theFirstFailureStays() throws {
        store.dead = ["log"]
        #expect(throws: RunFailure.self) {
            try recorder.end(.immortal("a command"), undelivered: [], namespacesMade: [:], duration: 0)
        }
        #expect(store.header?.error == "a command does not die of SIGKILL")
    }

    @Test func aHeaderThatCannotBeWrittenIsThrown() {
        store.dead = ["header"]
        #expect(throws: RunFailure.recordNotWritten("No space left on device")) { _ = try end() }
    }

    @Test func onTheDiskItIsARecordThatCanBeRead() throws {
        let folder = "/tmp/tocsin-recorder-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let recorder = Recorder(
            RecordHeader(plan: plan(), role: .fault),
            in: try DiskStore(folder, Redactor(Plan(scenario: "x.yaml", title: "x"))))
        try recorder.start(Snapshot(facts: []))
        try recorder.operation(operation(Phrase("file.create", "/run/x"), result: .ok))
        try recorder.end(.cannotTrace("why"), undelivered: [], namespacesMade: [:], duration: 1)
        let record = try RecordFolder(folder).read()
        #expect(record.header.error == "why" && record.operations.count == 1 && record.start?.facts == [])
    }

    @Test func aFolderThatIsGoneIsADeadDisk() throws {
        let folder = "/tmp/tocsin-recorder-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let recorder = Recorder(
            RecordHeader(plan: plan(), role: .fault),
            in: try DiskStore(folder, Redactor(Plan(scenario: "x.yaml", title: "x"))))
        try FileManager.default.removeItem(atPath: folder)
        #expect(throws: RunFailure.self) { _ = try recorder.state(Snapshot(facts: [])) }
        #expect(throws: RunFailure.self) {
            try recorder.end(nil, undelivered: [], namespacesMade: [:], duration: 1)
        }
    }
}
