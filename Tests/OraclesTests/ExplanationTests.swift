import Model
import Testing

@testable import Oracles

/// Why it came to a finding: what the operations tell.
@Suite struct ExplanationTests {
    private let none = ErrorNumber(19)
    private let look = Phrase("link.get", "veth0")
    private let make = Phrase("route.add", "10.22.0.0/16", ["dev": "veth0"])
    private let take = Phrase("file.delete", "/var/lib/cni/10.22.0.2")

    private func learned(_ operations: [Model.Operation], _ story: Story) -> Reference {
        var reference = story.reference
        var answers: [String: [OperationResult]] = [:]
        for operation in operations { answers[operation.keyStem, default: []].append(operation.result) }
        reference.trail = Reference.Trail(
            answers: answers,
            changes: operations.filter(\.changesSomething).map {
                Reference.Trail.Change(step: $0.step, stem: $0.keyStem, phrase: $0.phrase)
            })
        return reference
    }

    private func why(_ story: Story, _ usual: [Model.Operation]) throws -> [String] {
        let reference = learned(usual, story)
        let findings = try Judge(plan: story.plan, reference: reference).findings(in: story.record)
        return findings.first?.why ?? []
    }

    @Test func theFirstOtherAnswerComesBeforeWhatNeverCame() throws {
        var story = Story([step("add")])
        story.expected = [[veth0, route]]
        story.states = [[veth0]]
        story.fault(.change(.deleteRoute(object: Phrase("route", "10.0.0.0/8"))), at: Point(.before, look), in: "add")
        story.operations = [operation(0, step: "add", look)]
        let usual = [
            operation(0, step: "add", look, result: .failed(none)), operation(1, step: "add", make),
        ]
        #expect(
            try why(story, usual) == [
                "the first other answer, in add: bridge: link.get veth0: ok, and ENODEV without faults",
                "`route.add 10.22.0.0/16 dev veth0` in add would have made route 10.22.0.0/16 dev veth0 in host: it never came",
            ])
    }

    @Test func eachRunOfACommandIsHeldAgainstTheOneWithoutFaults() throws {
        var story = Story([step("add", retry: 1)])
        story.expected = [[veth0, route]]
        story.states = [[veth0]]
        story.fault(.kill(victims: .process), at: Point(.before, make), in: "add")
        story.attempts(
            Attempt(end: .signalled(9), began: 0), Attempt(end: .exited(0), began: 5), in: "add")
        var second = operation(9, step: "add", look)
        second.started = 9
        story.operations = [operation(0, step: "add", look, result: .failed(none)), second]
        let usual = [
            operation(0, step: "add", look, result: .failed(none)), operation(1, step: "add", make),
        ]
        #expect(
            try why(story, usual).first
                == "the first other answer, in add, run 2: bridge: link.get veth0: ok, and ENODEV without faults")
    }

    @Test func whatShouldHaveTakenALeftoverAwayIsNamed() throws {
        var story = Story([step("add"), step("del", undoes: "add")])
        story.expected = [[lease], []]
        story.states = [[lease], [lease]]
        story.fault(.kill(victims: .process), at: Point(.before, take), in: "del")
        story.attempts(Attempt(end: .signalled(9)), in: "del")
        story.operations = []
        let usual = [operation(0, step: "del", take)]
        let text = "`file.delete /var/lib/cni/10.22.0.2` in del would have taken file /var/lib/cni/10.22.0.2 away"
        #expect(try why(story, usual).contains("\(text): it never came"))
        story.operations = [operation(0, step: "del", take, result: .failed(ErrorNumber(16)))]
        #expect(try why(story, usual).contains("\(text): it was refused with EBUSY"))
    }

    @Test func theWindowLiesBetweenTheLookAndWhatReliedOnIt() throws {
        var story = Story([step("add")])
        story.expected = [[veth0, route]]
        story.states = [[]]
        let enter = Phrase("netns.enter", "pod")
        story.fault(netnsDelete, in: "add", removed: ["pod"])
        var first = operation(0, step: "add", Phrase("netns.open", "pod"))
        first.duration = 1000
        var second = operation(1, step: "add", enter)
        second.started = 9000
        story.operations = [first, second]
        story.deliveries[0].operation = 1
        story.deliveries[0].time = 9000
        #expect(
            try why(story, []).last
                == "the window: from `netns.open pod` to `netns.enter pod` by bridge, 8 us without Tocsin")
    }
}
