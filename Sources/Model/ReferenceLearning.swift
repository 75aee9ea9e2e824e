extension Reference {
    /// Learns what a plan comes to without its faults, and what of it differs from run to run.
    ///
    /// - Parameter records: At least two runs of one plan without faults.
    /// - Throws: `ReferenceError` when they are no evidence, or disagree in more than names and attributes.
    public static func learn(_ records: [Record]) throws -> Reference {
        guard let first = records.first, records.count >= 2 else { throw ReferenceError.tooFew(records.count) }
        for (index, record) in records.enumerated() { try check(record, run: index + 1, like: first) }
        let (forms, fixed) = try learnNames(records)
        var reference = Reference(
            states: [:], start: Snapshot(facts: []), randomNames: forms, fixedNames: fixed)
        reference.deaths = Set(records.flatMap(deaths))
        for outcome in first.header.outcomes { reference.ends[outcome.step] = outcome.attempts.last?.end }
        for outcome in records.flatMap(\.header.outcomes) {
            reference.spinning[outcome.step, default: []].formUnion(outcome.spinning ?? [])
            reference.ended[outcome.step, default: []].formUnion((outcome.ended ?? []).map(\.agent))
        }
        reference.learnOperations(records)
        // What differs after one step is masked after all: it is the same object and the same property.
        let starts = try records.enumerated().map {
            try reference.state($1, digest: $1.header.startSnapshot, run: $0 + 1)
        }
        reference.learnMask(starts)
        var states: [String: [Snapshot]] = [:]
        for (place, outcome) in first.header.outcomes.enumerated() {
            states[outcome.step] = try records.enumerated().map { index, record in
                try reference.state(record, digest: record.header.outcomes[place].snapshot, run: index + 1)
            }
            reference.learnMask(states[outcome.step] ?? [])
        }
        reference.start = reference.unmasked(starts)
        reference.states = states.mapValues { reference.unmasked($0) }
        return reference
    }

    private static func check(_ record: Record, run: Int, like first: Record) throws {
        let header = record.header
        if let error = header.error { throw ReferenceError.noEvidence(run: run, error) }
        guard header.plan.steps == first.header.plan.steps, !header.plan.isDisturbed,
            header.plan.scenario == first.header.plan.scenario
        else { throw ReferenceError.otherPlan(run: run) }
        let ran = header.outcomes.map(\.step)
        guard ran == header.plan.steps.map(\.id) else { throw ReferenceError.stepsDiffer(run: run, ran) }
        for (step, outcome) in zip(header.plan.steps, header.outcomes) {
            if let reason = outcome.unsettled {
                throw ReferenceError.noEvidence(run: run, "it did not settle after \(step.id): \(reason)")
            }
            if let failure = outcome.failure { throw ReferenceError.stepFailed(run: run, step: step.id, failure) }
            guard step.exits != nil else { continue }
            guard outcome.endedAsUsual(step), !outcome.attempts.contains(where: \.timedOut) else {
                throw ReferenceError.stepFailed(run: run, step: step.id, outcome.endText)
            }
            let place = first.outcome(of: step.id)
            if place?.attempts.last?.end != outcome.attempts.last?.end {
                throw ReferenceError.exitsDiffer(step: step.id, [place?.endText ?? "", outcome.endText])
            }
        }
    }

    private static func deaths(of record: Record) -> [ReferenceDeath] {
        record.header.outcomes.flatMap { outcome in
            outcome.attempts.flatMap(\.deaths).map {
                ReferenceDeath(step: outcome.step, lineage: $0.lineage, signal: $0.signal)
            }
        }
    }

    private func state(_ record: Record, digest: String, run: Int) throws -> Snapshot {
        guard let snapshot = record.snapshots[digest] else {
            throw ReferenceError.noEvidence(run: run, "the state `\(digest)` is missing")
        }
        return canonical(snapshot, namesMade: record.header.namesMade)
    }

    private mutating func learnOperations(_ records: [Record]) {
        var counts: [String: [Int]] = [:]
        for (index, record) in records.enumerated() {
            let names = CanonicalNames(forms: randomNames, made: record.header.namesMade, fixed: fixedNames)
            for operation in record.operations {
                let stem = names.renameOverRun(operation.keyStem)
                counts[stem, default: Array(repeating: 0, count: records.count)][index] += 1
            }
        }
        for (stem, counts) in counts {
            if let count = counts.first, counts.allSatisfy({ $0 == count }) {
                operations[stem] = count
            } else {
                unstableOperations[stem] = counts
            }
        }
    }

    /// Masks what is not the same in all of these states.
    private mutating func learnMask(_ states: [Snapshot]) {
        let maps = states.map(\.byIdentity)
        for identity in Set(maps.flatMap(\.keys)) {
            let facts = maps.compactMap { $0[identity] }
            guard facts.count == maps.count else {
                mask.insert(Masked(identity: identity))
                continue
            }
            for name in Set(facts.flatMap(\.attributes.keys)) where Set(facts.map { $0.attributes[name] }).count > 1 {
                mask.insert(Masked(identity: identity, attribute: name))
            }
        }
    }

    /// What is the same in all of these states, once the whole mask is known.
    private func unmasked(_ states: [Snapshot]) -> Snapshot {
        Snapshot(
            facts: (states.first?.facts ?? []).compactMap { fact in
                guard !mask.contains(Masked(identity: fact.identity)) else { return nil }
                var fact = fact
                fact.attributes = fact.attributes.filter { name, _ in
                    !mask.contains(Masked(identity: fact.identity, attribute: name))
                }
                return fact
            })
    }
}

extension StepOutcome {
    /// How its last command ended, with the last line of what it said: `exit 1: File exists`.
    public var endText: String { attempts.last?.endText ?? "not run" }
}

extension Attempt {
    /// How it ended, with the last line of what it said: `exit 1: File exists`.
    public var endText: String {
        let said = errorOutput.split(separator: "\n").last.map { ": \($0)" } ?? ""
        return (timedOut ? "its time was over" : "\(end)") + said
    }
}

/// Why nothing can be learned from runs without faults.
public enum ReferenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One run shows nothing about what differs.
    case tooFew(Int)
    /// A run has faults, or is one of another plan.
    case otherPlan(run: Int)
    /// The harness failed, a state is missing, or the world did not settle.
    case noEvidence(run: Int, String)
    /// Not all steps ran.
    case stepsDiffer(run: Int, [String])
    /// The scenario does not work without faults.
    case stepFailed(run: Int, step: String, String)
    /// A step does not end alike.
    case exitsDiffer(step: String, [String])
    /// The names of each run that the others did not make: their numbers differ, so they have no counterparts.
    case namesDiffer([[String]])

    /// One sentence.
    public var description: String {
        switch self {
        case .tooFew(let count): "\(count) runs are too few to learn from; it takes two"
        case .otherPlan(let run): "reference \(run) is a run of another plan, or one with faults"
        case .noEvidence(let run, let reason): "reference \(run) is no evidence: \(reason)"
        case .stepsDiffer(let run, let ran): "reference \(run) ran the steps \(ran.joined(separator: ", ")) only"
        case .stepFailed(let run, let step, let how): "without faults, \(step) of reference \(run) failed: \(how)"
        case .exitsDiffer(let step, let ends): "\(step) ends with \(ends.joined(separator: " and ")) without faults"
        case .namesDiffer(let names):
            "the references made different numbers of names that the others did not: "
                + names.map { $0.isEmpty ? "none" : $0.joined(separator: " ") }.joined(separator: "; ")
        }
    }
}
