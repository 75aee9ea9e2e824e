import Campaign
import FoundationEssentials
import Glibc
import Kernel
import Model
import Testing

@testable import tocsin

/// The pool against workers that do their worst.
@Suite(.serialized)
struct WorkerPoolTests {
    private let worker: FakeWorker

    init() throws { worker = try FakeWorker() }

    @Test func everyJobEndsAndNoWorkerIsLeft() throws {
        let jobs = (1...20).map { worker.job("ok", "job-\($0)") }
        let ends = try worker.run(jobs, in: worker.pool(2))
        #expect(ends.count == 20 && ends.values.allSatisfy { $0 == "ok" })
        #expect(try Set(worker.log.map { $0[0] }).count == 2)
        #expect(
            try Set(worker.log.map { $0[1...3].joined(separator: " ") }) == ["__worker --cpu 0", "__worker --cpu 1"])
        #expect(try worker.left.isEmpty)
    }

    /// Several on one CPU share the turn there; a warm driver is kept by the first alone.
    @Test func workersOnOneCPUShareIt() throws {
        var configuration = WorkerPool.Configuration(slots: [0, 1, 0], logs: worker.folder)
        configuration.executable = worker.executable
        let jobs = (1...12).map { number in
            var job = worker.job("ok", "\(number > 6 ? "warm" : "cold")-\(number)")
            var agent = AgentSpecification()
            agent.warm = number > 6
            job.plan.agents["a"] = agent
            return job
        }
        let ends = try worker.run(jobs, in: WorkerPool(configuration))
        #expect(ends.count == 12 && ends.values.allSatisfy { $0 == "ok" })
        let log = try worker.log
        let kinds = Set(log.map { $0[1..<($0.count - 1)].joined(separator: " ") })
        #expect(kinds == ["__worker --cpu 0 --sharers 2", "__worker --cpu 1"])
        let byWorker = Dictionary(grouping: log, by: { $0[0] }).mapValues { $0.compactMap(\.last) }
        #expect(byWorker.count == 3)
        #expect(byWorker.values.count { $0.contains { $0.hasPrefix("warm") } } == 2)
        #expect(try worker.left.isEmpty)
    }

    @Test func warmDriversAreAsManyAsCPUs() {
        var warm = AgentSpecification()
        warm.warm = true
        var plan = Plan(scenario: "x.yaml", title: "warm")
        #expect(WorkerPool.width([0, 1, 0, 1], for: [plan]) == 4)
        plan.agents["a"] = warm
        #expect(WorkerPool.width([0, 1, 0, 1], for: [plan]) == 2)
        #expect(WorkerPool.width([nil], for: [plan]) == 1)
    }

    /// More than a socket holds at once.
    @Test func aLargePlanComesWhole() throws {
        var job = worker.job("ok", "large")
        job.plan.agents["a"] = AgentSpecification()
        job.plan.agents["a"]?.environment = ["TEXT": String(repeating: "x", count: 250_000)]
        #expect(try worker.run([job], in: worker.pool(1)) == ["large": "ok"])
    }

    @Test func jobsThatFollowComeBeforeThoseThatWait() throws {
        let jobs = ["a", "b"].map { worker.job("ok", $0) }
        _ = try worker.run(jobs, in: worker.pool(1)) { job in
            job.folder.hasSuffix("/a") ? ["a1", "a2"].map { self.worker.job("ok", $0) } : []
        }
        #expect(try worker.log.compactMap(\.last) == ["a", "a1", "a2", "b"])
    }

    @Test(arguments: [("die", "signal 9; its last words: last words"), ("exit", "exit 7"), ("orphan", "signal 9")])
    func aDeadWorkerTakesItsJobAlone(title: String, how: String) throws {
        let jobs = [worker.job("ok", "1"), worker.job(title, "2"), worker.job("ok", "3")]
        let began = ContinuousClock.now
        let ends = try worker.run(jobs, in: worker.pool(1))
        #expect(ends["1"] == "ok" && ends["3"] == "ok")
        #expect(try #require(ends["2"]).hasPrefix("the worker died by \(how)"))
        #expect(try Set(worker.log.map { $0[0] }).count == 2)
        // A process that the worker left behind holds the socket, and must not hold up its end.
        #expect(ContinuousClock.now - began < .seconds(4))
    }

    @Test func aWorkerThatNeverAnswersIsKilled() throws {
        let ends = try worker.run([worker.job("hang", "1"), worker.job("ok", "2")], in: worker.pool(1))
        #expect(try #require(ends["1"]).contains("was killed"))
        #expect(ends["2"] == "ok")
        #expect(try worker.left.isEmpty)
    }

    @Test func nonsenseIsAFailureOfTheJob() throws {
        let ends = try worker.run([worker.job("babble", "1"), worker.job("ok", "2")], in: worker.pool(1))
        #expect(try #require(ends["1"]).contains("no report: what?"))
        #expect(ends["2"] == "ok")
    }

    @Test func whatTheWorkerSaysIsHandedOn() throws {
        #expect(try worker.run([worker.job("fail", "1")], in: worker.pool(1)) == ["1": "no host"])
    }

    @Test func workersAreReplacedAfterAWhile() throws {
        let jobs = (1...7).map { worker.job("ok", "job-\($0)") }
        let ends = try worker.run(jobs, in: worker.pool(1, recycling: 3))
        #expect(ends.values.allSatisfy { $0 == "ok" })
        #expect(try Set(worker.log.map { $0[0] }).count == 3)
        #expect(try worker.left.isEmpty)
    }

    @Test func aSignalEndsTheWorkersAndIsTold() throws {
        let jobs = (1...9).map { worker.job($0 == 4 ? "hang" : "ok", "job-\($0)") }
        var ended = 0
        let pool = worker.pool(2)
        #expect(throws: Interruption(signal: SIGTERM)) {
            try pool.run(jobs) { _, _ in
                ended += 1
                // Only this thread has it blocked, and only this thread may get it.
                if ended == 3 { pthread_kill(pthread_self(), SIGTERM) }
                return []
            }
        }
        #expect(ended >= 3 && ended < 9)
        #expect(try worker.left.isEmpty)
    }

    /// A worker that does not listen is waited for, unless somebody asks again.
    @Test(.timeLimit(.minutes(1))) func aSecondSignalEndsTheWaiting() throws {
        var configuration = WorkerPool.Configuration(slots: [0, 1], logs: worker.folder)
        configuration.executable = worker.executable
        configuration.patience = .seconds(50)
        let pool = WorkerPool(configuration)
        var ended = 0
        #expect(throws: Interruption(signal: SIGINT)) {
            try pool.run([worker.job("deaf", "1"), worker.job("ok", "2")]) { _, _ in
                ended += 1
                for signal in [SIGINT, SIGTERM] { pthread_kill(pthread_self(), signal) }
                return []
            }
        }
        #expect(ended == 1)
        #expect(try worker.left.isEmpty)
    }

    @Test func anExecutableThatIsMissingIsThrown() throws {
        var configuration = WorkerPool.Configuration(slots: [0], logs: worker.folder)
        configuration.executable = "\(worker.folder)/nothing"
        #expect(throws: (any Error).self) {
            _ = try worker.run([worker.job("ok", "1")], in: WorkerPool(configuration))
        }
    }

    @Test func jobsAreGuardedByWhatTheirStepsMayTake() {
        var job = worker.job("ok", "1")
        #expect(job.guardTime == .seconds(60).patient)
        let command = Command(agent: "a", name: "b", argv: ["c"], timeout: 5_000_000_000, retry: 2)
        job.plan.steps = [
            Step(name: "b", body: .run(command)),
            Step(name: "check", body: .check(.present(Phrase("link", "lo")), within: 1_000_000_000)),
        ]
        #expect(job.guardTime == .seconds(76).patient)
        job.plan.steps = [Step(name: "b", body: .run(Command(agent: "a", name: "b", argv: ["c"], timeout: .max)))]
        #expect(job.guardTime > .seconds(1_000_000))
    }
}
