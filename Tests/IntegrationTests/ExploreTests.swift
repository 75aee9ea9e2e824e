import FoundationEssentials
import Kernel
import Model
import ResultStore
import Testing

@testable import tocsin

/// An exploration from a bare command, on the real kernel.
@Suite(.needsHost, .serialized) final class ExploreTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()

    init() throws { try Files.makeFolder(folder) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Runs a shell with the program as `$tocsin`; what it says on both outputs.
    private func shell(_ script: String) throws -> (end: WaitStatus, output: String) {
        let setup = "exec >'\(folder)/output' 2>&1; tocsin='\(try builtProgram())'; cd '\(folder)';"
        let end = try Spawn.execute(["sh", "-c", setup + script])
        return (end, try readFile("\(folder)/output"))
    }

    private static let add = "--undo 'ip netns del x' --during ip-netns-add --then again -- ip netns add x"
    private static let link = "--undo 'ip link del d0' --then again -- ip link add d0 type veth peer name d1"

    /// What each plan of the only run came to, by its name.
    private func verdicts(_ results: String) throws -> [String: String] {
        let store = try ResultStore(path: "\(folder)/\(results)/tocsin.sqlite", reading: true)
        let runs = try store.runs()
        #expect(runs.count == 1)
        let plans = try store.plans(of: runs.first?.id ?? "")
        return Dictionary(plans.map { ($0.judgement.plan.name, $0.judgement.verdict.name) }) { first, _ in first }
    }

    @Test func theDeadNameIsFoundFromABareCommand() throws {
        let found = try shell("\"$tocsin\" explore --complete --results r --write found \(Self.add)")
        #expect(found.end == .exited(1), "\(found.output)")
        #expect(found.output.contains(" pruned\n"))
        #expect(found.output.contains("the name x leads to no namespace"), "\(found.output)")
        #expect(found.output.contains("10/10 (72-100 %), deterministic"), "\(found.output)")
        #expect(!found.output.contains("DEFECTS OF TOCSIN"), "\(found.output)")
        let shown = try shell("\"$tocsin\" show 1 --results r")
        #expect(shown.end == .exited(0), "\(shown.output)")
        #expect(shown.output.contains("again: tocsin run "), "\(shown.output)")
        // What is written is found again by itself.
        let again = try shell(
            "for f in found/cause-*; do \"$tocsin\" run --results s \"$f\"; test $? = 1 || exit 9; done")
        #expect(again.end == .exited(0), "\(again.output)")
        let finished = try shell("\"$tocsin\" explore --complete --results r \(Self.add)")
        #expect(finished.output.contains("was explored to its end"), "\(finished.output)")
        #expect(finished.output.contains("\n0 plans in "), "\(finished.output)")
    }

    @Test func whatIsInterruptedGoesOnToTheSameEnd() throws {
        let whole = try shell("\"$tocsin\" explore --complete --audit 0 --jobs 1 --results whole \(Self.link)")
        #expect(whole.output.contains(" pruned\n"), "\(whole.output)")
        let script = """
            "$tocsin" explore --complete --audit 0 --jobs 1 --results parts -v \(Self.link) &
            while ! grep -q '  pass  ' output; do sleep 0.02; done; kill -KILL $!; wait $!
            "$tocsin" explore --complete --audit 0 --jobs 1 --results parts \(Self.link)
            """
        let parts = try shell(script)
        #expect(parts.end == whole.end, "\(parts.output)")
        #expect(parts.output.contains("going on with run"), "\(parts.output)")
        #expect(try verdicts("parts") == verdicts("whole"))
    }

    /// How long the first call might take is no other exploration.
    @Test func whatABudgetEndedIsGoneOnWithToTheEnd() throws {
        let call = "\"$tocsin\" explore --audit 0 --jobs 1 --results budget"
        let first = try shell("\(call) --budget '3 plans' \(Self.link)")
        #expect(first.output.contains("the same command goes on"), "\(first.output)")
        let rest = try shell("\(call) --complete \(Self.link)")
        #expect(rest.output.contains("going on with run"), "\(rest.output)")
        #expect(rest.output.contains("\n3 plans have been run, "), "\(rest.output)")
    }

    @Test func aSecondFaultIsPutWhereTheFirstLeads() throws {
        let command = "\"$tocsin\" explore --depth 2 --complete --audit 4 --then again --results r"
        let story = "-- ip tuntap add t0 mode tap"
        let first = try shell("\(command) \(story)")
        #expect(first.end == .exited(0), "\(first.output)")
        #expect(first.output.contains("\nsecond faults: "), "\(first.output)")
        #expect(first.output.contains("\npairs of faults: "), "\(first.output)")
        #expect(!first.output.contains(" error"), "\(first.output)")
        let run = try #require(try ResultStore(path: "\(folder)/r/tocsin.sqlite", reading: true).runs().first)
        let file = try #require(try ExplorationFile.read(in: "\(folder)/r/runs/\(run.id)"))
        let second = try #require(file.exploration.second)
        let pairs = try ResultStore(path: "\(folder)/r/tocsin.sqlite", reading: true).plans(of: run.id)
            .filter { $0.judgement.plan.faults.count == 2 }
        #expect(Set(pairs.map(\.number)).isSuperset(of: second.kept))
        // Both faults came, the second where only a run with the first goes.
        #expect(pairs.allSatisfy { $0.judgement.runs.first?.deliveries.count == 2 })
        let shown = try shell("\"$tocsin\" show --results r")
        #expect(shown.output.contains("\npairs of faults: "), "\(shown.output)")
        let further = try shell("\(command) \(story)")
        #expect(further.output.contains("was explored to its end"), "\(further.output)")
        #expect(further.output.contains("\n0 plans in "), "\(further.output)")
    }

    @Test func whatARepairMendsIsWrongUntilAResync() throws {
        // It notes what it will make, and makes nothing where there is a note; its repair makes what was noted.
        let make = "ip link add d0 type veth peer name d1"
        let agent = "test ! -e /run/noted || exit 0; touch /run/noted; \(make)"
        let options = "--complete --audit 0 --at link.create --faults kill"
        for (repair, lasting) in [
            ("test ! -e /run/noted || ip link show d0 || \(make)", "until a resync"), ("true", "for ever"),
        ] {
            let found = try shell(
                "\"$tocsin\" explore \(options) --results \"$(mktemp -d r-XXXXXX)\" --resync \"sh -c '\(repair)'\" -- sh -c '\(agent)'"
            )
            #expect(found.end == .exited(1), "\(found.output)")
            #expect(found.output.contains("then nothing, again, resync: "), "\(found.output)")
            #expect(found.output.contains("; \(lasting); 10/10"), "\(found.output)")
        }
    }

    @Test func aRandomAdversaryActsBesideTheAgent() throws {
        // The agent is sure of the namespace for a while, and says success whatever has become of it.
        let agent =
            "ip netns exec pod true || exit 1; sleep 0.3; ip link add v0 type veth peer name v1; ip link set v1 netns pod; exit 0"
        let result = try shell(
            "\"$tocsin\" explore --random --runs 24 --netns pod --keep --results r -- sh -c '\(agent)'")
        #expect(result.end == .exited(1), "\(result.output)")
        #expect(result.output.contains("wrong in "), "\(result.output)")
        #expect(!result.output.contains("deterministic"), "\(result.output)")
        let store = try ResultStore(path: "\(folder)/r/tocsin.sqlite", reading: true)
        let plans = try store.plans(of: try #require(try store.runs().first).id)
        #expect(plans.count == 24)
        let run = try #require(
            plans.first { $0.judgement.plan.bindings["fault"]?.contains("netns.delete pod") == true })
        let delivery = try #require(run.judgement.runs.first?.deliveries.first)
        let wanted = try #require(run.judgement.plan.faults.first?.besideAfter)
        // It came when it was drawn, and nobody was held for it.
        #expect(delivery.time > wanted)
        let record = try RecordFolder("\(folder)/r/\(run.folder)/fault-1").read()
        #expect(record.header.cpus == "all")
        #expect(record.header.outcomes.flatMap(\.attempts).allSatisfy { $0.held < 100_000_000 })
        #expect(record.operations.contains { $0.started < delivery.time })
    }

    /// A scenario of two agents, each a shell program, that run at the same time.
    private func writeTwo(_ first: String, _ second: String) throws {
        let text = """
            tocsin: 1
            title: two at the same time
            agents:
              one: { commands: { up: { run: [sh, -c, "\(first)"] } } }
              two: { commands: { up: { run: [sh, -c, "\(second)"] } } }
            steps: [{ together: [{ run: one.up, name: first }, { run: two.up, name: second }] }]
            """
        try Files.write(Data(text.utf8), to: "\(folder)/two.yaml")
    }

    @Test func aSchedulerWithABoundMeetsWhatIsNeverMetByItself() throws {
        // Each looks for a note and makes a device where there is none; the second comes long after the first.
        let make = "read x </run/note && exit 0; ip link add d0 type veth peer name d1 && echo x >/run/note"
        try writeTwo(make, "sleep 0.5; \(make)")
        let found = try shell("\"$tocsin\" explore two.yaml --pct 2 --faults netns --runs 24 --results r")
        #expect(found.end == .exited(1), "\(found.output)")
        #expect(found.output.contains("PCT: 2 steps at the same time: n = 2, k = "), "\(found.output)")
        #expect(
            found.output.contains("\na defect of depth 2 is met in one run with at least 1/(2 x "), "\(found.output)")
        #expect(found.output.contains("does not fail alone"), "\(found.output)")
        #expect(!found.output.contains("could not be judged"), "\(found.output)")
        // Each finding is a plan that shows it again.
        let replay = try #require(found.output.split(separator: "\n").first { $0.contains("  tocsin run ") })
        let plan = replay.split(separator: " ").last.map(String.init) ?? ""
        let again = try shell("\"$tocsin\" run --runs 3 --results s \(plan)")
        #expect(again.end == .exited(1), "\(again.output)")
        // What an agent does beyond what it does without the others is in no order, so not each run need show it.
        #expect(again.output.contains("does not fail alone"), "\(again.output)")
    }

    @Test func twoCommandsAtTheSameTimeNeedNoFile() throws {
        let told = try shell(
            """
            make='read x </run/note && exit 0; ip link add d0 type veth peer name d1 && echo x >/run/note'
            "$tocsin" explore --pct 2 --faults netns --runs 24 --beside "sh -c \\"sleep 0.5; $make\\"" \\
                --results r -- sh -c "$make"
            """)
        #expect(told.end == .exited(1), "\(told.output)")
        #expect(told.output.contains("PCT: 2 steps at the same time"), "\(told.output)")
        #expect(told.output.contains("does not fail alone"), "\(told.output)")
        let refused = try shell("\"$tocsin\" explore --pct 2 --results r -- true")
        #expect(refused.output.contains("--beside 'ip netns add y'"), "\(refused.output)")
        #expect(refused.end == .exited(2), "\(refused.output)")
    }

    @Test func whoRunsProcessesOfHisOwnHasNoBound() throws {
        let both =
            "for i in 1 2 3; do ip link set lo up; sleep 0.05; done & for i in 1 2 3; do ip link set lo up; sleep 0.05; done; wait"
        try writeTwo(both, "sleep 1; ip link set lo up")
        let told = try shell("\"$tocsin\" explore two.yaml --pct 2 --runs 2 --dry-run --results r")
        #expect(told.end == .exited(0), "\(told.output)")
        #expect(told.output.contains("\nno bound: "), "\(told.output)")
        #expect(!told.output.contains("is met in one run"), "\(told.output)")
    }

    @Test func oldRunsAreTakenAway() throws {
        let script = """
            for i in 1 2 3; do
                "$tocsin" run --results r --fault 'before netns.name a: kill process' -- ip netns add a
            done
            "$tocsin" prune --results r --keep 1 --dry-run; "$tocsin" prune --results r --keep 1
            "$tocsin" prune --results r --older-than 1d; "$tocsin" prune --results r
            """
        let result = try shell(script)
        #expect(result.end == .exited(2), "\(result.output)")
        #expect(result.output.contains("2 of 3 runs would go, 1 stay"), "\(result.output)")
        #expect(result.output.contains("2 of 3 runs are gone, 1 stay"), "\(result.output)")
        #expect(result.output.contains("0 of 1 runs are gone, 1 stay"), "\(result.output)")
        let store = try ResultStore(path: "\(folder)/r/tocsin.sqlite", reading: true)
        #expect(try store.runs().map(\.id) == FileManager.default.contentsOfDirectory(atPath: "\(folder)/r/runs"))
    }

    @Test func partsAreTheWhole() throws {
        let script = """
            for part in 1 2; do
                "$tocsin" explore --complete --audit 0 --shard $part/2 --results part-$part \(Self.link) || exit 9
            done
            "$tocsin" merge part-1 part-2 --results both && "$tocsin" explore --complete --audit 0 --results all \(Self.link)
            """
        let result = try shell(script)
        #expect(result.end == .exited(0), "\(result.output)")
        #expect(try verdicts("both") == verdicts("all"))
    }

    @Test func windowsAreMeasured() throws {
        let result = try shell("\"$tocsin\" windows -v --netns pod -- ip netns exec pod ip link set lo up")
        #expect(result.end == .exited(0), "\(result.output)")
        #expect(result.output.contains("netns pod"), "\(result.output)")
        #expect(result.output.contains("by descriptor"), "\(result.output)")
    }
}
