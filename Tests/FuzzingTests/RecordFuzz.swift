import FoundationEssentials
import Glibc
import Model
import ResultStore
import Testing

/// Records, plans, logs of operations and the store: what is damaged is an error with the name of the file.
@Suite final class RecordFuzz {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()

    init() throws { try Files.makeFolder(folder) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A record with some operations and a state.
    ///
    /// - Parameter isLarge: Whether its header and its operations are so many that they are packed.
    private func record(at path: String, isLarge: Bool = false) throws -> RecordFolder {
        let record = RecordFolder(path)
        try record.create()
        let writer = try OperationLogWriter(path: record.operationsPath)
        for line in try Seeds.files(below: "Tests/Snapshots/Operations", ending: ".jsonl")[0].bytes.split(separator: 10)
            .prefix(20)
        {
            // Lines of other kinds are no operations.
            if let operation = try? JSONDecoder().decode(Model.Operation.self, from: Data(line)) {
                for _ in 0..<(isLarge ? 100 : 1) { try writer.append(operation) }
            }
        }
        try writer.finish()
        var plan = Plan(scenario: "x.yaml", title: "x")
        plan.steps = [Step(name: "b", body: .run(Command(agent: "a", name: "b", argv: ["c"], timeout: 5)))]
        var header = RecordHeader(plan: plan, role: .fault)
        header.operations = writer.count
        if isLarge { header.notes = (0..<4000).map { "note \($0) of the run" } }
        header.startSnapshot = try record.write(Snapshot(facts: [Fact(object: "link", "lo", ["mtu": "65536"])]))
        try record.write(header)
        return record
    }

    @Test(arguments: [false, true]) func records(isLarge: Bool) throws {
        let good = try record(at: "\(folder)/good", isLarge: isLarge)
        let files = try FileManager.default.subpathsOfDirectory(atPath: good.path).filter { $0.contains(".") }.sorted()
        let seeds = try files.map { ($0, Array(try Files.read("\(good.path)/\($0)"))) }
        _ = try good.read()
        let pool = Array(Set(seeds.flatMap { Fuzz.words(of: String(decoding: $0.1, as: UTF8.self)) })).sorted()
        try Fuzz.run("record") { fuzz in
            let (name, bytes) = fuzz.one(of: seeds)
            let text = String(decoding: bytes, as: UTF8.self)
            let changed = fuzz.number(below: 3) == 0 ? fuzz.damaged(bytes) : Array(fuzz.reworded(text, pool).utf8)
            try Files.write(Data(changed), to: "\(good.path)/\(name)")
            defer { try? Files.write(Data(bytes), to: "\(good.path)/\(name)") }
            do {
                // The seal is taken off: what is behind it is read.
                try Files.write(
                    Data(seeds.first { $0.0 == "record.digest" }?.1 ?? []), to: "\(good.path)/record.digest")
                let record = try good.read()
                // Operations are read from the file one by one.
                for _ in record.operations {}
                return "read"
            } catch is RecordError { return "refused" } catch is FileError { return "refused" }
        }
    }

    /// What the seal of a record keeps from being read is read here: plans, headers, states, operations.
    @Test func values() throws {
        let good = try record(at: "\(folder)/good")
        let header = Array(try Files.read(good.headerPath))
        let states = try FileManager.default.contentsOfDirectory(atPath: "\(good.path)/snapshots")
        let state = Array(try Files.read("\(good.path)/snapshots/\(states[0])"))
        let plan = Array(try JSONEncoder().encode(try good.read().header.plan))
        let lines = try Seeds.files(below: "Tests/Snapshots/Operations", ending: ".jsonl")[0].bytes.split(separator: 10)
            .prefix(200)
        let seeds = [header, state, plan] + lines.map { Array($0) }
        let pool = Array(Set(seeds.flatMap { Fuzz.words(of: String(decoding: $0, as: UTF8.self)) })).sorted()
        Fuzz.run("values") { fuzz in
            let place = fuzz.number(below: 6)
            let index = place < 3 ? place : 3 + fuzz.number(below: seeds.count - 3)
            let text = String(decoding: seeds[index], as: UTF8.self)
            let data = Data(
                fuzz.number(below: 4) == 0 ? fuzz.damaged(seeds[index]) : Array(fuzz.reworded(text, pool).utf8))
            do {
                switch index {
                case 0: _ = try JSONDecoder().decode(RecordHeader.self, from: data)
                case 1: _ = try JSONDecoder().decode(Snapshot.self, from: data).digest
                case 2: _ = try JSONDecoder().decode(Plan.self, from: data).digest(from: "/")
                default: _ = try JSONDecoder().decode(Model.Operation.self, from: data)
                }
                return "read"
            } catch {
                #expect(!explained(error).isEmpty)
                return "refused"
            }
        }
    }

    @Test func store() throws {
        let path = "\(folder)/tocsin.sqlite"
        do {
            let store = try ResultStore(path: path)
            for number in 1...20 {
                try store.begin(StoredRun(id: "2026-\(number)", began: 1, arguments: ["tocsin"], versions: [:]))
            }
        }
        let bytes = Array(try Files.read(path))
        try Fuzz.run("store") { fuzz in
            var changed = bytes
            // Most of the file is empty: damage is put where something stands, page by page.
            for _ in 0...fuzz.number(below: 6) {
                let page = fuzz.number(below: bytes.count / 4096) * 4096
                let place =
                    page + (fuzz.number(below: 2) == 0 ? fuzz.number(below: 120) : 4095 - fuzz.number(below: 900))
                changed[place] = UInt8(fuzz.number(below: 256))
            }
            if fuzz.number(below: 8) == 0 { changed.removeLast(fuzz.number(below: changed.count)) }
            for file in [path, "\(path)-wal", "\(path)-journal", "\(path)-shm"] { unlink(file) }
            try Files.write(Data(changed), to: path)
            do {
                let store = try ResultStore(path: path, reading: fuzz.number(below: 2) == 0)
                for run in try store.runs(limit: 50) { _ = try store.plans(of: run.id) }
                return "read"
            } catch is StoreError { return "refused" }
        }
    }
}
