import Model
import Testing

@testable import Exploration

struct PlaceTests {
    @Test func aPointMeansItsOperationAlone() throws {
        let operations = [
            operation(Phrase("link.set", "d0", in: "host")),
            operation(Phrase("link.set", "d0", ["up": "true"], in: "host")),
            operation(Phrase("link.set", "d0", ["up": "true"], in: "host"), step: "del"),
        ]
        let records = (0..<3).map { _ in record(addAndDelete, operations) }
        let places = try Place.all(in: records, steps: ["add", "del"])
        #expect(
            places.map(\.point.lineText) == [
                "before link.set d0 by ip in host during add.1",
                "before link.set d0 by ip up true in host during add.1",
                "before link.set d0 by ip up true in host during del.1",
            ])
        // What the first says is also said by the second, which is therefore counted.
        let wide = [operations[1], operations[0]]
        let others = try Place.all(in: (0..<3).map { _ in record(addAndDelete, wide) }, steps: ["add"])
        #expect(others[1].point.nth == .these([2]))
    }

    @Test func aRandomNameIsAWildcard() throws {
        let records = ["veth1a2b3c4d", "veth99aa00bb", "veth5e6f7a8b"].map { name in
            record(
                addAndDelete,
                [
                    operation(Phrase("link.create", name, ["peer": "eth0"], in: "host")),
                    operation(Phrase("link.set", "eth0", ["peer": name], in: "host")),
                ],
                [[Fact("link", name, in: "host")], []], names: [name, "eth0"])
        }
        let places = try Place.all(in: records, steps: ["add"])
        #expect(places[0].point.operation.argument == "veth*")
        #expect(places[1].point.operation.qualifiers["peer"] == "veth*")
        #expect(places.map(\.isStable) == [true, true])
    }

    /// The kernel chooses it anew in each run, and an agent that says it again means the same device.
    @Test func aHardwareAddressThatIsAnotherInEachRunIsNotSaid() throws {
        let records = ["02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03"].map { mac in
            record(
                addAndDelete,
                [
                    operation(Phrase("link.set", "cni0", ["mac": mac], in: "host")),
                    operation(Phrase("neighbour.add", "10.0.0.2", ["dev": "cni0", "lladdr": mac], in: "host")),
                    operation(Phrase("link.set", "eth0", ["mac": "52:54:00:00:00:01"], in: "host")),
                ])
        }
        let places = try Place.all(in: records, steps: ["add"])
        #expect(places.map(\.isStable) == [true, true, true])
        #expect(places[0].point.operation.qualifiers["mac"] == nil)
        #expect(places[1].point.operation.qualifiers["lladdr"] == nil)
        #expect(places[1].point.operation.qualifiers["dev"] == "cni0")
        #expect(places[2].point.operation.qualifiers["mac"] == "52:54:00:00:00:01")
    }

    @Test func whatOnlySomeRunsDoIsNotStable() throws {
        let usual = operation(Phrase("file.open", "/a", in: "host"))
        let seldom = operation(Phrase("file.open", "/b", in: "host"))
        let places = try Place.all(
            in: [[usual, seldom], [usual], [usual, seldom]].map { record(addAndDelete, $0) }, steps: ["add"])
        #expect(places.map(\.seen) == [3, 2])
        #expect(places.map(\.isStable) == [true, false])
    }

    @Test func onlyTheStepsThatAreMeantCount() throws {
        #expect(try Place.all(in: deviceStory(), steps: ["del"]).map(\.step) == ["del.1"])
        let twice = story([run("add", 1, of: 2), run("del", undoes: "add"), run("add", 2, of: 2)])
        #expect(Exploration.usualSteps(of: twice) == ["add.1", "del"])
    }
}
