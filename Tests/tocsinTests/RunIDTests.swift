import FoundationEssentials
import Kernel
import Model
import ResultStore
import Testing

@testable import tocsin

/// Ids of runs, and results of two machines in one folder.
struct RunIDTests {
    @Test func anIdIsATimeAndANumber() {
        #expect(RunID.make(at: 1_795_228_130_007, random: 0) == "20261121-022850-007-0000000000000")
        #expect(RunID.make(at: 1_795_228_130_999, random: .max) == "20261121-022850-999-fzzzzzzzzzzzz")
        #expect(RunID.make(at: 0, random: 33) == "19700101-000000-000-0000000000011")
    }

    @Test func idsSortByTimeAndAreNeverEqual() {
        let times: [Int64] = [0, 999, 1000, 59_999, 60_000, 1_795_228_130_007, 1_795_228_130_010]
        let ids = times.map { RunID.make(at: $0, random: .random(in: 0 ... .max)) }
        #expect(ids == ids.sorted())
        #expect(Set((0..<10_000).map { _ in RunID.new() }).count == 10_000)
    }

    /// Two machines run shards of the same scenarios in the same millisecond; their results are put together by copying the
    /// folders and adding up the stores, and each plan is found again in its run.
    @Test func resultsOfTwoMachinesArePutTogether() throws {
        let top = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: top) }
        let machines = try ["first", "second"].map { try Shard("\(top)/\($0)", fault: "\($0)") }
        #expect(machines[0].run != machines[1].run)
        #expect(machines[0].digest != machines[1].digest)

        let merged = try ResultsFolder("\(top)/merged")
        let store = try ResultStore(path: merged.store)
        for machine in machines {
            for folder in try FileManager.default.contentsOfDirectory(atPath: "\(machine.results.path)/runs") {
                try FileManager.default.copyItem(
                    atPath: machine.results.folder(of: folder), toPath: merged.folder(of: folder))
            }
            let shard = try ResultStore(path: machine.results.store)
            for run in try shard.runs(limit: 100) {
                try store.begin(run)
                for plan in try shard.plans(of: run.id) { try store.append(plan, to: run.id) }
            }
        }
        #expect(try Set(store.runs(limit: 100).map(\.id)) == Set(machines.map(\.run)))
        for machine in machines {
            let plans = try store.plans(of: machine.run)
            #expect(plans.map(\.digest) == [machine.digest])
            let text = try String(contentsOfFile: "\(merged.path)/\(plans[0].folder)/plan.json", encoding: .utf8)
            #expect(text == machine.text)
        }
        // Runs of one shard in another place come to the same plan: that is how they are recognised.
        let again = try Shard("\(top)/again", fault: "first")
        #expect(again.digest == machines[0].digest && again.run != machines[0].run)
    }
}

/// One call of `run` on a machine of its own: the first plan of a campaign.
private struct Shard {
    let results: ResultsFolder
    let run: String
    let digest: String
    let text: String

    init(_ folder: String, fault: String) throws {
        results = try ResultsFolder(folder)
        run = try results.newRun(RunID.make(at: 1_795_228_130_007, random: .random(in: 0 ... .max)))
        var plan = Plan(scenario: "Scenarios/demo.yaml", title: "demo")
        plan.bindings = ["fault": fault]
        digest = try plan.digest()
        text = fault
        let place = "\(results.folder(of: run))/plan-0001-demo"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        try text.write(toFile: "\(place)/plan.json", atomically: true, encoding: .utf8)
        let store = try ResultStore(path: results.store)
        try store.begin(StoredRun(id: run, began: 1_795_228_130, arguments: [], versions: [:]))
        try store.append(
            StoredPlan(
                number: 1, digest: digest, judgement: Judgement(plan: plan, verdict: .pass),
                folder: results.relative(place)), to: run)
    }
}
