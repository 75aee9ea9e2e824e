import Scenario
import Testing

@Suite struct SlipTests {
    private func warnings(_ faults: String, host: String = "namespaces: [pod]") throws -> [String] {
        let text = """
            tocsin: 1
            title: x
            host: { \(host) }
            agents:
              ip: { commands: { add: { run: [ip, netns, add, demo] } } }
            steps: [{ run: add }]
            faults:
              - \(faults)

            """
        return try Files(texts: ["x.yaml": text]).load("x.yaml").warnings.map(\.description)
    }

    @Test func aNameThatIsAlmostGivenIsASlip() throws {
        #expect(
            try warnings("{ before: { netns.enter: pdo }, do: { kill: main } }") == [
                "x.yaml:8:17: warning: nothing in this scenario is called `pdo`; did you mean `pod`?"
            ])
        #expect(
            try warnings("{ before: { netns.name: dem }, do: { netns.delete: demo } }") == [
                "x.yaml:8:17: warning: nothing in this scenario is called `dem`; did you mean `demo`?"
            ])
        for right in ["pod", "demo", "p*", "other"] {
            #expect(try warnings("{ before: { netns.enter: \(right) }, do: { kill: main } }") == [])
        }
        let links = "links: [{ name: eth0, type: dummy }]"
        #expect(try warnings("{ before: { link.get: eth1 }, do: { kill: main } }", host: links) == [])
        #expect(
            try warnings("{ before: { link.get: veth0 }, do: { kill: main } }", host: links) == [
                "x.yaml:8:17: warning: nothing in this scenario is called `veth0`; did you mean `eth0`?"
            ])
    }

    @Test func aKeyThatChangesNothingIsASlip() throws {
        #expect(
            try warnings("{ before: { step: add }, during: add, nth: 1, do: { delay: 1s } }") == [
                "x.yaml:8:30: warning: `during` changes nothing: the edge of a step is in that step alone",
                "x.yaml:8:43: warning: `nth` has no effect: the edge of a step comes once",
            ])
    }

    @Test func whatCannotActTwiceIsASlip() throws {
        let twice = try warnings("{ before: { netns.stat: demo }, nth: [1, 2], do: { kill: main } }")
        #expect(
            twice == [
                "x.yaml:8:37: warning: `kill: main` acts once: afterwards no process of add is there to match"
            ])
        #expect(try warnings("{ before: { netns.stat: demo }, nth: [1, 2], do: { kill: process } }") == [])
    }

    @Test func aNameOnALineIsLookedAtToo() throws {
        #expect(
            try warnings("{ before: netns.enter pdo by ip, do: { kill: main } }") == [
                "x.yaml:8:7: warning: nothing in this scenario is called `pdo`; did you mean `pod`?"
            ])
        #expect(
            try warnings(
                "{ before: { netns.name: demo }, do: { link.set: lo, up: true }, until: { after: netns.enter pdo } }")
                == ["x.yaml:8:78: warning: nothing in this scenario is called `pdo`; did you mean `pod`?"])
    }

    @Test func anEndThatComesTooLateIsASlip() throws {
        func told(_ until: String) throws -> [String] {
            try warnings("{ before: { netns.name: demo }, do: { link.set: lo, up: true }, until: \(until) }")
        }
        #expect(try told("1s") == [])
        #expect(
            try told("1m") == ["x.yaml:8:69: warning: the plan ends before: its steps may take 10s together"])
    }
}
