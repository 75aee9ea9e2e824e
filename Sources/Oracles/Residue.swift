import Model

/// An object is left at the end that was not there at the beginning.
struct Residue: Oracle {
    static let name = OracleName.residue
    static let isAboutObject = true
    static let severity = Severity.medium
    static let cwe = "CWE-459"
    static let meaning = "an object is left at the end that was not there at the beginning"
    static let blindSpots =
        "in a plan with faults, a leak that the reference has too; what was left behind and removed again before "
        + "the end; a table of iptables(8) that an agent made by nft(8) and left empty"
    static let pairs = ["child-of-killed-service", "nat-jump-left", "set-element-left"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        let facts = evidence.residue()
        // What stands in a namespace that is left goes with it: one finding, not fifty.
        let namespaces = Set(facts.filter { $0.identity.noun == "netns" }.map(\.identity.name))
        let contents = Dictionary(grouping: facts.filter { namespaces.contains($0.identity.namespace) }) {
            $0.identity.namespace
        }
        let last = evidence.steps.last?.id ?? ""
        return facts.filter { !namespaces.contains($0.identity.namespace) }.map { fact in
            let inside = fact.identity.noun == "netns" ? contents[fact.identity.name] ?? [] : []
            return finding(
                about: fact, after: last, "\(Lines.name(fact)) is left at the end and was not there at the beginning",
                ["there: \(Lines.text(fact))"] + [evidence.makerLine(of: fact.identity)].compactMap(\.self)
                    + Lines.list(inside.map { "contains: \(Lines.text($0))" }),
                differences: [.extra(fact)])
        }
    }
}

extension Evidence {
    /// What the last state has beyond the first and beyond the reference's last.
    ///
    /// Namespaces without a name that leads to them, and what is in them, have oracles of their own.
    func residue() -> [Fact] {
        // What a command makes that nothing takes back is its work, not a leftover of it.
        guard plan.isDisturbed || plan.takesBack, !isCutShort else { return [] }
        let expected = !plan.isDisturbed ? [:] : expectedEnd?.byIdentity ?? [:]
        let honest = HonestFailure(self)
        let world = worldChanges()
        let removal = Removal(names: removedNames(), states: [expectedEnd, start].compactMap(\.self))
        let processes = leftProcesses()
        return start.differences(to: end).compactMap { difference in
            guard case .extra(let fact) = difference, !fact.isMadeOnce, !isInLostNamespace(fact),
                !isOfCarrier(fact), !isAnsweredAsDone(difference, record.header.deliveries),
                !honest.explains(fact.identity), !(reference == nil && fact.identity.isBelowLogs),
                !world.explains(difference), world.maker(of: fact) == nil,
                plan.isDisturbed || isOfWhatIsTakenBack(where: { $0.after[fact.identity] != nil }),
                !fact.isHeld || reference != nil && plan.isDisturbed && !fact.isHeld(byAnyOf: processes)
            else { return nil }
            guard let usual = expected[fact.identity] else { return fact }
            let isAsUsual =
                Evidence.essence(usual) == Evidence.essence(fact) || world.explains(.changed(usual, fact))
                || removal.explains(.changed(usual, fact))
            return isAsUsual ? nil : fact
        }
    }

    /// Whether it is the address that the kernel gives a device of the host when its carrier comes (RFC 4862).
    private func isOfCarrier(_ fact: Fact) -> Bool {
        guard fact.identity.noun == "address", fact.identity.name.hasPrefix("LL("), let device = fact.device else {
            return false
        }
        return beginning[device] != nil
    }

    /// Whether the first step after which something is so has a later one that takes it back.
    func isOfWhatIsTakenBack(where isSo: (StepEvidence) -> Bool) -> Bool {
        guard let first = steps.first(where: isSo) else { return true }
        let later = steps.dropFirst(first.index + 1).map(\.step.body)
        return steps[first.span].contains { maker in
            switch maker.step.body {
            case .run(let command):
                command.undoes != nil
                    || later.contains {
                        guard case .run(let other) = $0 else { return false }
                        return other.agent == command.agent && other.undoes == command.name
                    }
            case .start(let agent):
                later.contains {
                    guard case .stop(let other, _) = $0 else { return false }
                    return other == agent
                }
            default: true
            }
        }
    }

    /// The programs of processes that are left: with them stays what they hold.
    private func leftProcesses() -> Set<String> {
        let there = start.byIdentity
        let expected = expectedEnd?.byIdentity ?? [:]
        return Set(
            end.facts.filter { fact in
                fact.identity.noun == "process" && there[fact.identity] != fact && expected[fact.identity] != fact
            }.map(\.identity.name))
    }

    /// Whether the fact is a namespace without a usable name at the end, or stands in one.
    func isInLostNamespace(_ fact: Fact) -> Bool {
        if fact.identity.noun == "netns" { return fact.attributes["state"].map { $0 != "mounted" } ?? false }
        return lostNamespaces.contains(fact.identity.namespace)
    }

    /// The attributes that tell a leftover from another: what is written in a file is none.
    private static func essence(_ fact: Fact) -> [String: String] {
        fact.attributes.filter { $0.key != "digest" && $0.key != "size" }
    }
}

extension Fact {
    /// Whether one of these programs holds it.
    fileprivate func isHeld(byAnyOf programs: Set<String>) -> Bool {
        (attributes["holder"] ?? "").split(separator: ",").contains { holder in
            programs.contains(String(holder.drop { $0 == " " }))
        }
    }
}

extension Plan {
    /// Whether a step undoes what another did.
    var takesBack: Bool {
        allSteps.contains { step in
            switch step.body {
            case .run(let command): command.undoes != nil
            case .stop: true
            default: false
            }
        }
    }
}
