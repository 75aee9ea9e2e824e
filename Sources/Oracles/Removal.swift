import Model

/// What the world itself took away, which no agent can be blamed for.
struct Removal {
    /// The names of the namespaces that faults removed.
    private let names: Set<String>
    /// Devices elsewhere that went with a namespace, since their peer was in it.
    private let devices: Set<Fact.Identity>

    /// - Parameters:
    ///   - names: The names of removed namespaces that count.
    ///   - states: The states in which the lost devices stand.
    init(names: Set<String>, states: [Snapshot]) {
        self.names = names
        devices =
            names.isEmpty ? [] : Set(states.flatMap(\.facts).filter { Removal.peerIsLost($0, names) }.map(\.identity))
    }

    /// Whether the difference comes of the removal alone.
    func explains(_ difference: Difference) -> Bool {
        guard !names.isEmpty else { return false }
        let identity = difference.identity
        if names.contains(NamespaceRole.name(identity.namespace)) { return true }
        if identity.noun == "netns", names.contains(NamespaceRole.name(identity.name)) { return true }
        if identity.noun == "file", identity.name.contains("/run/netns/"),
            let name = identity.name.split(separator: "/").last
        {
            return names.contains(String(name))
        }
        switch difference {
        case .extra: return false
        case .missing(let fact), .changed(let fact, _): return isOnLostDevice(fact)
        }
    }

    private func isOnLostDevice(_ fact: Fact) -> Bool {
        devices.contains(fact.identity) || fact.device.map(devices.contains) ?? false
    }

    /// `peer: eth0 in pod` of a device whose other end was in a namespace that is gone.
    private static func peerIsLost(_ fact: Fact, _ names: Set<String>) -> Bool {
        guard fact.identity.noun == "link", let peer = fact.attributes["peer"],
            let separator = peer.firstRange(of: " in ")
        else { return false }
        return names.contains(NamespaceRole.name(String(peer[separator.upperBound...])))
    }
}

extension Evidence {
    /// The names of the namespaces that faults removed up to the end of a step, or at all.
    func removedNames(through step: StepEvidence? = nil) -> Set<String> {
        let ran = step.map { Set(steps.prefix($0.span.upperBound).map(\.id)) }
        let deliveries = record.header.deliveries.filter { ran?.contains($0.step) ?? true }
        return Set(deliveries.flatMap(\.removed).map(NamespaceRole.name))
    }

    /// Whether a difference after a step is no fault of the agent, which could do all of its work since.
    ///
    /// A namespace that an agent made is the agent's to make again. Where the name leads to a namespace again, the agent
    /// can do its work in it, and only what the world had put in the old one is excused.
    func excuse(after step: StepEvidence) -> (Difference) -> Bool {
        let made = Set(record.header.namespacesMade.keys.map(NamespaceRole.name)).subtracting(plan.host.namespaces)
        let removed = removedNames(through: step).subtracting(made)
        let back = removed.filter { name in
            step.after.facts.contains {
                $0.identity.noun == "netns" && $0.identity.name == name && $0.attributes["state"] == "mounted"
            }
        }
        let gone = Removal(names: removed.subtracting(back), states: [step.expected, step.before].compactMap(\.self))
        let emptied = Removal(names: back, states: [start])
        let atStart = Set((beginning.facts + (reference?.start.facts ?? [])).map(\.identity))
        let world = worldChanges(through: step)
        return { difference in
            if gone.explains(difference) { return true }
            if world.explains(difference) {
                // What the agent had made is the agent's to make again; what the world added is not its to take away.
                if case .missing = difference { return atStart.contains(difference.identity) }
                return true
            }
            return atStart.contains(difference.identity) && emptied.explains(difference)
        }
    }
}
