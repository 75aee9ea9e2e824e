import FoundationEssentials
import GRDB
import Model
import ResultStore
import Testing

/// What is kept comes back, and nothing is kept twice or by half.
final class ResultStoreTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func store() throws -> ResultStore { try ResultStore(path: "\(folder)/tocsin.sqlite") }

    private func run(_ id: String) -> StoredRun {
        StoredRun(id: id, began: 1_795_228_792.5, arguments: ["run", "a b.yaml"], versions: ["tocsin": "0.1.0"])
    }

    private func plan(_ number: Int = 1) -> StoredPlan {
        var plan = Plan(scenario: "Scenarios/demo.yaml", title: "demo")
        plan.bindings = ["fail": "EPERM"]
        plan.known = [Expectation(oracle: .deadName, subject: .object(Phrase("netns", "demo")), because: "LP#1")]
        var judgement = Judgement(plan: plan, verdict: .flaky(hits: 1, runs: 2))
        var finding = Finding(
            oracle: .residue, subject: "file /x", object: Fact("file", "/x", ["digest": "1"]), step: "add.1",
            message: "left", evidence: ["a", "b"], severity: .medium, cwe: "CWE-459", fingerprint: "00ff")
        judgement.findings = [finding]
        finding.oracle = .deadName
        finding.fingerprint = "00fe"
        finding.alsoInControl = true
        finding.expected = plan.known[0]
        judgement.findings.append(finding)
        var run = JudgedRun(folder: "results/runs/1/plan-0001-demo/fault-1")
        run.deliveries = [
            Delivery(
                fault: "fault-1", key: "k", operation: 3, step: "add.1", action: .kill(victims: .process), time: 5,
                held: .max)
        ]
        run.fingerprints = ["00ff"]
        judgement.runs = [run, JudgedRun(folder: "x", error: "it died")]
        judgement.notes = ["a note"]
        return StoredPlan(
            number: number, digest: "digest \(number)", judgement: judgement, folder: "runs/1/plan-0001-demo",
            records: [StoredRecord(path: "runs/1/plan-0001-demo/fault-1", role: "fault", digest: "abc")],
            replay: "tocsin run Scenarios/demo.yaml --only fail=EPERM")
    }

    @Test func whatIsRemovedIsGoneWithAllThatBelongsToIt() throws {
        for id in ["1", "2"] {
            try store().begin(run(id))
            try store().append(plan(), to: id)
        }
        try store().remove(run: "1")
        try store().compact()
        #expect(try store().runs().map(\.id) == ["2"])
        #expect(try store().plans(of: "1").isEmpty)
        #expect(try store().plans(of: "2") == [plan()])
        try store().remove(run: "1")
        let database = try DatabaseQueue(path: "\(folder)/tocsin.sqlite")
        for table in ["plan", "record"] {
            let left = try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM \(table)") }
            #expect(left == 1, "\(table)")
        }
    }

    @Test func whatIsKeptComesBack() throws {
        try store().begin(run("1"))
        try store().append(plan(2), to: "1")
        try store().append(plan(1), to: "1")
        try store().end(run: "1", status: 143, duration: 7)
        var expected = run("1")
        expected.status = 143
        expected.duration = 7
        let again = try store()
        #expect(try again.run("1") == expected)
        #expect(try again.plans(of: "1") == [plan(1), plan(2)])
    }

    @Test func aRunThatNeverEndedHasNoStatus() throws {
        let store = try store()
        try store.begin(run("1"))
        #expect(try store.run("1") == run("1"))
        #expect(try store.plans(of: "1").isEmpty)
    }

    @Test func theLatestRunIsTheOneThatWasStoredLast() throws {
        let store = try store()
        #expect(try store.run("latest") == nil)
        for id in ["20261121-020850-002", "20261121-020850-010", "20261121-020850-001"] { try store.begin(run(id)) }
        #expect(try store.run("latest")?.id == "20261121-020850-001", "a clock may have been set back")
        #expect(try store.runs(limit: 2).map(\.id) == ["20261121-020850-001", "20261121-020850-010"])
        #expect(try store.run("20261121-020850-01")?.id == "20261121-020850-010")
        #expect(try store.run("20261121-020850-0") == nil, "it means three")
        #expect(try store.run("20261122") == nil)
    }

    @Test func idsAndNumbersAreTakenOnce() throws {
        let store = try store()
        try store.begin(run("1"))
        #expect(throws: (any Error).self) { try store.begin(self.run("1")) }
        try store.append(plan(), to: "1")
        #expect(throws: (any Error).self) { try store.append(self.plan(), to: "1") }
        #expect(try store.plans(of: "1").count == 1)
        // The digest is what a plan is known by; its place may be that of another one, of another shard.
        var other = plan()
        other.digest = "another"
        try store.append(other, to: "1")
        #expect(try Set(store.plans(of: "1").map(\.digest)) == ["digest 1", "another"])
    }

    @Test func aPlanOfNoRunIsRefused() throws {
        let store = try store()
        #expect(throws: (any Error).self) { try store.append(self.plan(), to: "1") }
    }

    @Test func aFileThatIsNoDatabaseIsRefused() throws {
        let path = "\(folder)/text"
        try String(repeating: "no database ", count: 100).write(toFile: path, atomically: true, encoding: .utf8)
        let error = #expect(throws: StoreError.self) { try ResultStore(path: path) }
        #expect(error?.description == "\(path): file is not a database")
        #expect(throws: StoreError.self) { try ResultStore(path: path, reading: true) }
    }

    @Test func aStoreOfANewerVersionIsRefused() throws {
        let path = "\(folder)/tocsin.sqlite"
        try store().begin(run("1"))
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9: not of this version')") }
        try queue.close()
        let error = #expect(throws: StoreError.self) { try self.store() }
        #expect(error?.reason == "a newer version of tocsin has written it")
    }

    @Test func whatCannotBeReadIsNamed() throws {
        let path = "\(folder)/tocsin.sqlite"
        try store().begin(run("1"))
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "UPDATE run SET arguments = '{'") }
        try queue.close()
        let error = #expect(throws: StoreError.self) { try ResultStore(path: path, reading: true).runs() }
        #expect(error?.description == "\(path): no JSON, or only a part of it")
    }

    @Test func severalMayBeginAtOnce() async throws {
        for round in 1...30 {
            let path = "\(folder)/\(round).sqlite"
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...4 {
                    let run = run("\(number)")
                    group.addTask { try ResultStore(path: path).begin(run) }
                }
                try await group.waitForAll()
            }
            #expect(try ResultStore(path: path, reading: true).runs().count == 4)
        }
    }

    @Test func severalProcessesMayWrite() throws {
        let first = try store()
        let second = try store()
        try first.begin(run("1"))
        try second.append(plan(1), to: "1")
        try first.append(plan(2), to: "1")
        #expect(try second.plans(of: "1").count == 2)
    }
}
