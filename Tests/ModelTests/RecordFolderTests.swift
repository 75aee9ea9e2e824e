import FoundationEssentials
import Testing

@testable import Model

/// Runs `body` with the path of a folder that is gone afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path())
}

@Suite struct SealTests {
    @Test func aHeaderThatWasChangedIsNotRead() throws {
        try withFolder { path in
            let folder = RecordFolder(path)
            try folder.create()
            let writer = try OperationLogWriter(path: folder.operationsPath)
            try writer.finish()
            var header = RecordHeader(plan: plan([]), role: .fault)
            header.startSnapshot = try folder.write(Snapshot(facts: []))
            try folder.write(header)
            #expect(try folder.read().header == header)
            let text = try String(contentsOfFile: folder.headerPath, encoding: .utf8)
            try text.replacing("\"disturbed\":[", with: "\"disturbed\": [").write(
                toFile: folder.headerPath, atomically: true, encoding: .utf8)
            #expect(throws: RecordError.unreadable(folder.headerPath, "it was changed after it was written")) {
                try folder.read()
            }
            try text.write(toFile: folder.headerPath, atomically: true, encoding: .utf8)
            _ = try folder.read()
            try FileManager.default.removeItem(atPath: folder.sealPath)
            #expect(throws: RecordError.self) { try folder.read() }
        }
    }
}

@Suite struct OperationLogTests {
    var operations: [Model.Operation] {
        var first = operation(0, Phrase("route.add", "10.0.0.0/8", ["via": "10.0.0.1", "dev": "e\"th\\0"], in: "pod'"))
        first.callerNamespace = "host"
        first.result = .failed(ErrorNumber(16))
        first.duration = 12
        var second = operation(1, step: "del.2", Phrase("exec", "/bin/\u{1}\n\tü"), ordinal: 3)
        second.result = .unknown
        second.started = .max
        return [first, second, operation(2, Phrase("link.list", ""))]
    }

    func write(_ operations: [Model.Operation], to path: String) throws {
        let writer = try OperationLogWriter(path: path)
        try operations.forEach(writer.append)
        try writer.finish()
        #expect(writer.count == operations.count)
    }

    @Test func whatIsWrittenIsRead() throws {
        try withFolder { folder in
            let path = "\(folder)/operations.jsonl"
            try write(operations, to: path)
            let log = try OperationLog(contentsOf: path)
            #expect(log.count == 3)
            #expect(Array(log) == operations)
            // It can be walked more than once.
            #expect(Array(log).count == 3)
        }
    }

    @Test func noneIsALogToo() throws {
        try withFolder { folder in
            try write([], to: "\(folder)/log")
            let log = try OperationLog(contentsOf: "\(folder)/log")
            #expect(log.count == 0 && Array(log).isEmpty)
        }
    }

    @Test(arguments: [[3, 0, 700], [0, 700, 3], [700, 3, 0], []])
    func whatTakesLongComesToItsPlace(_ late: [Int]) throws {
        try withFolder { folder in
            let many = (0..<2000).map { operation($0, Phrase("link.set", "eth\($0)")) }
            let writer = try OperationLogWriter(path: "\(folder)/log")
            for one in many {
                if [0, 3, 700].contains(one.index) {
                    try writer.keepPlace(of: one.index)
                } else {
                    try writer.append(one)
                }
            }
            for index in late { try writer.append(many[index]) }
            try writer.finish()
            // What never came is left out.
            let left = late.isEmpty ? many.filter { ![0, 3, 700].contains($0.index) } : many
            #expect(Array(try OperationLog(contentsOf: "\(folder)/log")) == left)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["log.gz"])
        }
    }

    @Test func manyAreWrittenInPieces() throws {
        try withFolder { folder in
            let many = (0..<2000).map { operation($0, Phrase("link.set", "eth\($0)")) }
            try write(many, to: "\(folder)/log")
            #expect(Array(try OperationLog(contentsOf: "\(folder)/log")) == many)
        }
    }

    @Test func truncationIsSeen() throws {
        try withFolder { folder in
            let path = "\(folder)/log"
            try write(operations, to: path)
            let whole = try Data(contentsOf: URL(filePath: path))
            let lines = whole.split(separator: UInt8(ascii: "\n")).map { Data($0) + Data("\n".utf8) }
            let broken = [
                Data(), whole.dropLast(), lines[0] + lines[1] + lines[2], lines[0] + lines[2] + lines[3],
                whole + lines[0], whole.dropLast(lines[3].count) + Data("{\"operations\":3}\n".utf8),
            ]
            for data in broken {
                try Data(data).write(to: URL(filePath: path))
                #expect(throws: RecordError.truncated(path)) { try OperationLog(contentsOf: path) }
            }
        }
    }

    @Test func aLogIsNeverWrittenOver() throws {
        try withFolder { folder in
            try write([], to: "\(folder)/log")
            #expect(throws: RecordError.self) { try OperationLogWriter(path: "\(folder)/log") }
        }
    }

    @Test func footer() throws {
        #expect(OperationLogFooter(endOf: Data("{\"operations\":12,\"end\":true}\n".utf8))?.count == 12)
        #expect(OperationLogFooter(endOf: Data("{\"operations\":12,\"end\":true}".utf8)) == nil)
        #expect(OperationLogFooter(endOf: Data("x{\"operations\":12,\"end\":true}\n".utf8)) == nil)
        #expect(OperationLogFooter(endOf: Data("{\"operations\":012,\"end\":true}\n".utf8)) == nil)
    }
}

@Suite struct RecordFolderTests {
    /// A record with everything in it.
    func write(to folder: RecordFolder) throws -> RecordHeader {
        try folder.create()
        var plan = plan([run("add"), run("del")])
        plan.faults = [
            Fault(
                name: "swap", point: Point(.before, Phrase("netns.enter", "pod"), nth: .last, during: "add"),
                actions: [.netnsReplace(name: "pod")])
        ]
        plan.known = [Expectation(oracle: .check, subject: .step("add"), because: "x", location: "a.yaml:1:2")]
        var header = RecordHeader(plan: plan, role: .fault, run: 2)
        let state = Snapshot(facts: [Fact("link", "eth0", in: "pod", ["up": "true"])])
        header.startSnapshot = try folder.write(state)
        let attempt = Attempt(
            end: .signalled(9), timedOut: true, output: "o", errorOutput: "e",
            deaths: [ProcessDeath(lineage: "ip", signal: 9, byTocsin: true)], stuck: ["ip: read"])
        header.outcomes = [
            StepOutcome(step: "add", attempts: [attempt], snapshot: try folder.write(Snapshot(facts: []))),
            StepOutcome(step: "del", failure: "f", snapshot: try folder.write(state), unsettled: "u"),
        ]
        header.deliveries = [
            Delivery(
                fault: "swap", key: "k", operation: 1, step: "add", action: .netnsReplace(name: "pod"),
                removed: ["pod"], time: 5)
        ]
        header.namespacesMade = ["pod'": "key"]
        header.namesMade = ["veth1"]
        header.operations = 1
        let writer = try OperationLogWriter(path: folder.operationsPath)
        try writer.append(operation(0, Phrase("netns.enter", "pod")))
        try writer.finish()
        try folder.write(header)
        return header
    }

    @Test func whatIsWrittenIsRead() throws {
        try withFolder { path in
            let folder = RecordFolder("\(path)/record")
            let header = try write(to: folder)
            let record = try folder.read()
            #expect(record.header == header)
            #expect(record.operations.count == 1)
            #expect(record.start == record.end)
            #expect(record.state(after: "add")?.facts.isEmpty == true)
            #expect(record.state(before: "add") == record.start)
            #expect(record.state(before: "del")?.facts.isEmpty == true)
            #expect(record.snapshots.count == 2)
        }
    }

    @Test func whatIsMissingIsAnError() throws {
        try withFolder { path in
            let folder = RecordFolder("\(path)/record")
            var header = try write(to: folder)
            try FileManager.default.removeItem(atPath: "\(folder.path)/snapshots/\(header.startSnapshot).json")
            #expect(throws: RecordError.self) { try folder.read() }
            _ = try folder.write(Snapshot(facts: [Fact("link", "eth0", in: "pod", ["up": "true"])]))
            _ = try folder.read()
            header.operations = 2
            try folder.write(header)
            #expect(throws: RecordError.truncated(folder.operationsPath)) { try folder.read() }
            header.operations = 1
            header.format = 99
            try folder.write(header)
            #expect(throws: RecordError.self) { try folder.read() }
            try FileManager.default.removeItem(atPath: folder.headerPath)
            #expect(throws: RecordError.self) { try folder.read() }
        }
    }

    @Test func recordsOfOnePlanKeepEqualStatesOnce() throws {
        try withFolder { path in
            let folders = ["fault-1", "fault-2"].map { RecordFolder("\(path)/\($0)", states: "\(path)/snapshots") }
            let headers = try folders.map { try write(to: $0) }
            #expect(headers[0].states == headers[1].states)
            let kept = try FileManager.default.contentsOfDirectory(atPath: "\(path)/snapshots").sorted()
            #expect(kept == Set(headers[0].states).filter { !$0.isEmpty }.map { "\($0).json" }.sorted())
            let known = KnownStates()
            // Whoever reads a record need not know where its states are.
            #expect(try RecordFolder("\(path)/fault-1").read(known).snapshots.count == kept.count)
            try FileManager.default.removeItem(atPath: "\(path)/snapshots")
            #expect(try RecordFolder("\(path)/fault-2").read(known).snapshots.count == kept.count)
            #expect(throws: RecordError.self) { try folders[1].read() }
        }
    }

    /// A snapshot is named by its digest: another content under that name is a damaged record.
    @Test func aChangedSnapshotIsAnError() throws {
        try withFolder { path in
            let folder = RecordFolder("\(path)/record")
            let header = try write(to: folder)
            let file = URL(filePath: "\(folder.path)/snapshots/\(header.startSnapshot).json")
            try JSONEncoder().encode(Snapshot(facts: [])).write(to: file)
            #expect(throws: RecordError.self) { try folder.read() }
        }
    }
}
