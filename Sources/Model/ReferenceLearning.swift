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
        for outcome in first.header.outcomes {
            let ends = records.map { $0.outcome(of: outcome.step)?.attempts.last?.end }
            // Where any end will do, they may differ: then none of them is the one that means success.
            if Set(ends).count == 1 { reference.ends[outcome.step] = outcome.attempts.last?.end }
        }
        for outcome in records.flatMap(\.header.outcomes) {
            if outcome.traceback != nil { reference.tracebacks.insert(outcome.step) }
            reference.lateTracebacks = (reference.lateTracebacks ?? []).union(outcome.tracebacks?.map(\.agent) ?? [])
            reference.spinning[outcome.step, default: []].formUnion(outcome.spinning ?? [])
        }
        reference.learnOperations(records)
        reference.randomValues = RandomValues.learn(moments: try reference.moments(records))
        let moments = try reference.moments(records)
        var masks = moments.map { reference.learnMask($0) }
        reference.learnLogs(moments, named: Set(first.header.plan.agents.values.flatMap(\.logs)), &masks)
        reference.mask = masks.reduce(into: []) { $0.formUnion($1) }
        reference.start = reference.unmasked(moments[0], masks[0])
        reference.valuesSeen = [:]
        for (place, outcome) in first.header.outcomes.enumerated() {
            // What differs before a step may do so in the moment at which its work begins, unless that work sets it.
            let unset = masks[place].subtracting(Reference.set(from: moments[place], to: moments[place + 1]))
            let mask = unset.union(masks[place + 1])
            reference.learnSizes(of: mask, in: moments[place + 1])
            reference.masksOfSteps[outcome.step] = mask
            reference.valuesSeen?[outcome.step] = Reference.seen(of: mask, in: moments[place + 1])
            reference.states[outcome.step] = reference.unmasked(moments[place + 1], mask)
        }
        reference.learnClock(records, moments, masks)
        return reference
    }

    /// The states of all runs at the beginning, and after each step.
    private func moments(_ records: [Record]) throws -> [[Snapshot]] {
        let steps = records.first?.header.outcomes.indices ?? 0..<0
        let digests =
            [records.map(\.header.startSnapshot)]
            + steps.map { place in records.map { $0.header.outcomes[place].snapshot } }
        return try digests.map { digests in
            try zip(records, digests).enumerated().map { index, pair in
                try state(pair.0, digest: pair.1, run: index + 1)
            }
        }
    }

    private static func check(_ record: Record, run: Int, like first: Record) throws {
        let header = record.header
        if let error = header.error { throw ReferenceError.noEvidence(run: run, error) }
        guard header.plan.steps == first.header.plan.steps, !header.plan.isDisturbed,
            header.plan.scenario == first.header.plan.scenario
        else { throw ReferenceError.otherPlan(run: run) }
        for (step, outcome) in zip(header.plan.steps, header.outcomes) {
            if let reason = outcome.unsettled {
                throw ReferenceError.noEvidence(run: run, "it did not settle after \(step.id): \(reason)")
            }
            if let failure = outcome.failure { throw ReferenceError.stepFailed(run: run, step: step.id, failure) }
            if outcome.endedWrongAnyway(step) {
                throw ReferenceError.stepFailed(run: run, step: step.id, outcome.endText)
            }
            guard step.exits != nil else { continue }
            guard outcome.endedAsUsual(step), !outcome.attempts.contains(where: \.timedOut) else {
                throw ReferenceError.stepFailed(run: run, step: step.id, outcome.endText)
            }
            let place = first.outcome(of: step.id)
            if place?.attempts.last?.end != outcome.attempts.last?.end {
                throw ReferenceError.exitsDiffer(step: step.id, [place?.endText ?? "", outcome.endText])
            }
        }
        let ran = header.outcomes.map(\.step)
        guard ran == header.plan.steps.map(\.id) else { throw ReferenceError.stepsDiffer(run: run, ran) }
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
        return canonical(
            snapshot, namesMade: record.header.namesMade, automatic: record.header.automaticPriorities ?? [], mask: [])
    }

    private mutating func learnOperations(_ records: [Record]) {
        var answers: [String: [[OperationResult]]] = [:]
        var changes: [Trail.Change] = []
        for (index, record) in records.enumerated() {
            let names = CanonicalNames(forms: randomNames, made: record.header.namesMade, fixed: fixedNames)
            for operation in record.operations {
                let stem = names.renameOverRun(operation.keyStem)
                answers[stem, default: Array(repeating: [], count: records.count)][index].append(operation.result)
                guard index == 0, operation.changesSomething else { continue }
                if case .failed = operation.result { continue }
                changes.append(
                    Trail.Change(
                        step: operation.step, stem: stem, phrase: Reference.canonical(operation.phrase, names)))
            }
        }
        var trail = Trail(answers: [:], changes: changes)
        for (stem, answers) in answers {
            let counts = answers.map(\.count)
            guard let first = answers.first, counts.allSatisfy({ $0 == first.count }) else {
                unstableOperations[stem] = counts
                continue
            }
            operations[stem] = first.count
            trail.answers[stem] = first.indices.map { place in
                answers.allSatisfy { $0[place] == first[place] } ? first[place] : .unknown
            }
        }
        self.trail = trail
    }

    /// What is not the same in all of these states.
    private mutating func learnMask(_ states: [Snapshot]) -> Set<Masked> {
        var mask: Set<Masked> = []
        let maps = states.map(\.byIdentity)
        for identity in Set(maps.flatMap(\.keys)) {
            let facts = maps.compactMap { $0[identity] }
            guard facts.count == maps.count else {
                mask.insert(Masked(identity: identity))
                continue
            }
            for name in Set(facts.flatMap(\.attributes.keys)) where Set(facts.map { $0.attributes[name] }).count > 1 {
                if name == "text", learnWords(of: identity, name, facts) { continue }
                mask.insert(Masked(identity: identity, attribute: name))
                if name == "digest", identity.noun == "file", learnSize(of: identity, facts) {
                    mask.insert(Masked(identity: identity, attribute: "size"))
                }
            }
        }
        return mask
    }

    /// Learns which words of an attribute differ, where others do not.
    private mutating func learnWords(of identity: Fact.Identity, _ name: String, _ facts: [Fact]) -> Bool {
        let texts = facts.compactMap { $0.attributes[name] }.map(RandomValue.words)
        guard texts.count == facts.count, let words = RandomValues.common(texts), words.contains(where: { $0 != nil })
        else { return false }
        let form = RandomWords(identity: identity, attribute: name, words: words)
        if !randomWords.contains(form) { randomWords.append(form) }
        return true
    }

    /// What is written by chance may be a little longer or shorter another time.
    private mutating func learnSize(of identity: Fact.Identity, _ facts: [Fact]) -> Bool {
        let sizes = facts.compactMap { $0.attributes["size"].flatMap { Int($0) } }
        guard let least = sizes.min(), let most = sizes.max() else { return false }
        let former = randomSizes[identity] ?? least...most
        randomSizes[identity] = min(least, former.lowerBound)...max(most, former.upperBound)
        return true
    }

    /// What was made the same in all runs between two moments: each run had something else before.
    private static func set(from before: [Snapshot], to after: [Snapshot]) -> Set<Masked> {
        let former = before.map(\.byIdentity)
        let latter = after.map(\.byIdentity)
        guard let first = latter.first else { return [] }
        return first.values.reduce(into: []) { set, fact in
            let (old, new) = (former.compactMap { $0[fact.identity] }, latter.compactMap { $0[fact.identity] })
            guard old.count == former.count, new.count == latter.count else { return }
            for (name, value) in fact.attributes
            where new.allSatisfy({ $0.attributes[name] == value }) && old.allSatisfy({ $0.attributes[name] != value }) {
                set.insert(Masked(identity: fact.identity, attribute: name))
            }
        }
    }

    /// A size that is masked at a moment is usual there.
    private mutating func learnSizes(of mask: Set<Masked>, in states: [Snapshot]) {
        for masked in mask where masked.attribute == "size" {
            _ = learnSize(of: masked.identity, states.compactMap { $0[masked.identity] })
        }
    }

    /// What is the same in all of these states.
    private func unmasked(_ states: [Snapshot], _ mask: Set<Masked>) -> Snapshot {
        Snapshot(
            facts: (states.first?.facts ?? []).compactMap { fact in
                guard !mask.contains(Masked(identity: fact.identity)) else { return nil }
                var fact = fact
                fact.attributes = fact.attributes.filter { name, _ in
                    !mask.contains(Masked(identity: fact.identity, attribute: name))
                }
                for form in randomWords where form.identity == fact.identity {
                    fact.attributes[form.attribute] = fact.attributes[form.attribute].map(form.canonical)
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
