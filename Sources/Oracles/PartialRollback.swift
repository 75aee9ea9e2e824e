import Model

/// A command that failed left some of its work, and nothing takes it back.
struct PartialRollback: Oracle {
    static let name = OracleName(rawValue: "partial-rollback")
    static let severity = Severity.medium
    static let cwe = "CWE-459"
    static let meaning =
        "a command that says it failed leaves a state that is neither that before it nor the reference's "
        + "after it"
    static let blindSpots = "work that was taken back and whose record was not"
    static let pairs = ["rollback-leaves-chain", "sysctl-not-put-back"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            let left = evidence.halfDone(step)
            guard !left.isEmpty else { return nil }
            let count = left.count == 1 ? "1 thing is" : "\(left.count) things are"
            return finding(
                about: step,
                "\(step.id) said that it failed, but \(count) neither as before it nor as after it without faults",
                Lines.list(left.map { "left: \(Lines.text($0))" } + evidence.makerLines(of: left, after: step))
                    + [Lines.end(step)] + Lines.deliveries(evidence.deliveries(during: step.id)),
                differences: left)
        }
    }
}

extension Evidence {
    /// What a command that failed in a faulted step changed and did not take back, where the story has nothing that would.
    ///
    /// Nothing where the whole state is the reference's after all. A command that undoes may be half done: it is run again.
    fileprivate func halfDone(_ step: StepEvidence) -> [Difference] {
        guard let command = step.command, command.undoes == nil, step.saysFailure, !isDisturbedAfter(step.id),
            reference != nil, !deliveries(during: step.id).isEmpty,
            !steps.dropFirst(step.span.upperBound).contains(where: { $0.repairs(command) })
        else { return [] }
        let removal = Removal(
            names: removedNames(through: step), states: [step.expected, step.before].compactMap(\.self))
        let world = worldChanges(through: step)
        // All of its work is there.
        if step.touchedDifferences.allSatisfy({ removal.explains($0) || world.explains($0) }) { return [] }
        return step.before.differences(to: step.after).filter { difference in
            !step.isOfOthers(difference) && !removal.explains(difference) && !world.explains(difference)
                && !isByDesign(difference) && !isHarmless(difference)
        }
    }

    /// A folder, and an empty file such as a lock, are made once by design.
    private func isHarmless(_ difference: Difference) -> Bool {
        guard case .extra(let fact) = difference, fact.identity.noun == "file" else { return false }
        return fact.attributes["type"] == "directory" || fact.attributes["size"] == "0"
    }

    /// Whether the scenario says that the object may stay.
    func isByDesign(_ difference: Difference) -> Bool {
        let fact = difference.fact
        if fact.isMadeOnce { return true }
        return plan.allow.contains { line in
            guard line.oracle == .residue, case .object(let phrase) = line.subject else { return false }
            return phrase.matches(fact)
        }
    }

    fileprivate func makerLines(of left: [Difference], after step: StepEvidence) -> [String] {
        left.compactMap { makerLine(of: $0.identity, seenAfter: step) }.reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
    }
}

extension Fact {
    /// Whether a tool makes it the first time that it is used, for good.
    ///
    /// ip(8) makes the shared mount for names of namespaces, iptables(8) its tables and their built-in chains. What is in them
    /// is somebody's.
    var isMadeOnce: Bool {
        switch identity.noun {
        case "mount": return identity.name == "/run/netns"
        case "file": return identity.name == "/run/netns" && attributes["type"] == "directory"
        case "nft":
            guard ["ip", "ip6"].contains(attributes["family"]),
                let hooks = Fact.chainsOfIptables[attributes["table"] ?? ""]
            else { return false }
            if identity.name.hasPrefix("table ") { return true }
            guard identity.name.hasPrefix("chain "), attributes["policy"] == "accept" else { return false }
            return hooks.contains(attributes["chain"] ?? "")
        default: return false
        }
    }

    private static let chainsOfIptables: [String: Set<String>] = [
        "filter": ["INPUT", "FORWARD", "OUTPUT"], "nat": ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
        "mangle": ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"], "raw": ["PREROUTING", "OUTPUT"],
        "security": ["INPUT", "FORWARD", "OUTPUT"],
    ]
}

extension StepEvidence {
    /// Whether what changed while it ran is the work of others at the same time: an object of theirs, or one that is as this
    /// step finds it where it runs after them.
    fileprivate func isOfOthers(_ difference: Difference) -> Bool {
        if others.contains(difference.identity) { return true }
        guard let share, share.objects.contains(difference.identity) else { return false }
        return after[difference.identity] == share.found[difference.identity]
    }

    /// Whether it runs a command again, or takes it back.
    fileprivate func repairs(_ other: Command) -> Bool {
        command.map { $0.agent == other.agent && ($0.name == other.name || $0.undoes == other.name) } ?? false
    }
}
