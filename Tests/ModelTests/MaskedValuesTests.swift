import Testing

@testable import Model

/// What is said of a state where not all runs without faults agree.
struct MaskedValuesTests {
    private let link = Fact.Identity(noun: "link", name: "eth0", namespace: "host")
    private func reference(_ values: [String?], attribute: String? = "up") -> Reference {
        var reference = Reference(states: [:], start: Snapshot(facts: []))
        let masked = Reference.Masked(identity: link, attribute: attribute)
        reference.valuesSeen = ["add": [masked: Reference.Seen(values: values)]]
        return reference
    }

    private func dropped(_ values: [String?], _ facts: [Fact], attribute: String? = "up") -> [String] {
        reference(values, attribute: attribute).dropped(of: Snapshot(facts: facts), after: "add")
    }

    @Test func whatMostRunsShowIsHeldAgainstWhatIsThere() {
        let down = Fact("link", "eth0", in: "host", ["up": "false"])
        #expect(
            dropped(["true", "true", nil], [down])
                == ["up of link eth0 in host after add: false, and true in 2 of 3 runs without faults"])
        #expect(dropped(["false", "true", "false"], [down]).isEmpty)
        #expect(
            dropped(["", "", nil], [], attribute: nil)
                == ["link eth0 in host after add: not there, and there in 2 of 3 runs without faults"])
    }

    @Test func whatIsAnotherEachTimeSaysNothing() {
        let random = reference(["a", "b", "c"])
        #expect(!random.isUnsure)
        #expect(dropped(["a", "b", "c"], [Fact("link", "eth0", in: "host", ["up": "d"])]).isEmpty)
        #expect(reference(["a", "a", "b"]).isUnsure && reference(["", nil, ""]).isUnsure)
        #expect(!reference(["a", "a", "a"]).isUnsure)
        #expect(random.forWorkers.valuesSeen == nil)
    }

    @Test func aLogIsNeverLookedAt() {
        var reference = reference(["a", "a", "b"])
        reference.logs = [link]
        #expect(!reference.isUnsure)
        #expect(reference.dropped(of: Snapshot(facts: []), after: "add").isEmpty)
    }
}
