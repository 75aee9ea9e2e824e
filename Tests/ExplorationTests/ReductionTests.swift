import Model
import Testing

@testable import Exploration

struct ReductionTests {
    private func point(_ step: String) -> Point { Point(.before, Phrase("link.create", "d0"), during: step) }

    /// `add`, `del`, `add`, `del`, with a fault in the second `add`.
    private func plan(_ faults: [String] = ["add.2"]) -> Plan {
        var plan = story([
            run("add", 1, of: 2), run("del", 1, of: 2), run("add", 2, of: 2), run("del", 2, of: 2),
        ])
        plan.agents["other"] = AgentSpecification()
        plan.faults = faults.enumerated().map {
            Fault(name: "f\($0)", point: point($1), actions: [.kill(victims: .process)])
        }
        return plan
    }

    @Test func whatIsNotNeededGoes() throws {
        let wanted = finding(.residue, "add.2", step: "add.2")
        var reduction = Reduction(plan(), keeping: wanted)
        while reduction.next() != nil { reduction.take([[finding(.residue, "add", step: "add")]]) }
        #expect(reduction.plan.steps.map(\.id) == ["add"])
        #expect(reduction.plan.faults.map(\.point.during) == ["add.1"])
        #expect(reduction.plan.agents.keys.sorted() == ["ip"])
        #expect(reduction.removed.steps == 3)
        #expect(reduction.removed.agents == 1)
    }

    @Test func whatIsNeededStays() throws {
        let wanted = finding(.residue, "add.2", step: "add.2")
        var reduction = Reduction(plan(), keeping: wanted)
        // It is shown only where something is deleted before.
        while let smaller = reduction.next() {
            let names = smaller.steps.map(\.name)
            let shows = names.firstIndex(of: "del").map { $0 < (names.lastIndex(of: "add") ?? 0) } ?? false
            reduction.take(shows ? [[wanted], [wanted]] : [[], [wanted]])
        }
        #expect(reduction.plan.steps.map(\.name) == ["del", "add"])
        #expect(reduction.plan.faults.map(\.point.during) == ["add.1"])
    }

    @Test func anotherFindingIsNotTheSame() throws {
        let link = Difference.missing(Fact("link", "d0", in: "host"))
        let wanted = finding(.residue, differences: [link])
        var reduction = Reduction(plan(), keeping: wanted)
        while reduction.next() != nil { reduction.take([[finding(.residue)], []]) }
        #expect(reduction.plan == plan())
        // What could not be run shows nothing.
        reduction = Reduction(plan(), keeping: wanted)
        while reduction.next() != nil { reduction.take([]) }
        #expect(reduction.removed == Reduction.Removed())
    }

    @Test func oneOfTwoFaultsMayDo() throws {
        let wanted = finding(.residue, "add.2", step: "add.2")
        var reduction = Reduction(plan(["add.1", "add.2"]), keeping: wanted)
        while let smaller = reduction.next() {
            reduction.take(smaller.faults.contains { $0.name == "f1" } ? [[wanted]] : [])
        }
        #expect(reduction.plan.faults.map(\.name) == ["f1"])
        #expect(reduction.plan.faults.map(\.point.during) == ["add.1"])
    }
}
