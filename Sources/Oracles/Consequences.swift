import Model

/// Says of the findings of one run which are consequences of another: one cause is one finding.
///
/// A consequence keeps its oracle, its fingerprint and the line that expects it; it is only told with the other. So it is one
/// only where the scenario stands to both alike: a new finding is never part of a known one.
struct Consequences {
    private var findings: [Finding]
    private let places: [String: Int]
    private let allowed: Set<Expectation>
    /// The finding of which each is a part; itself where it is none.
    private var parents: [Int]

    static func marked(_ findings: [Finding], in evidence: Evidence) -> [Finding] {
        guard findings.count > 1 else { return findings }
        var consequences = Consequences(findings, evidence)
        consequences.joinObjects()
        consequences.joinDeadNames(evidence)
        consequences.joinSteps()
        consequences.joinObjectsToSteps()
        return consequences.result
    }

    private init(_ findings: [Finding], _ evidence: Evidence) {
        self.findings = findings
        places = Dictionary(
            evidence.steps.map { ($0.id, $0.index) }, uniquingKeysWith: { first, _ in first })
        allowed = Set(evidence.plan.allow)
        parents = Array(findings.indices)
    }

    private var result: [Finding] {
        findings.indices.map { index in
            var finding = findings[index]
            let root = root(index)
            finding.partOf = root == index ? nil : findings[root].fingerprint
            return finding
        }
    }

    private func root(_ index: Int) -> Int {
        var index = index
        while parents[index] != index { index = parents[index] }
        return index
    }

    /// Makes one, and all that is part of it, a part of another.
    private mutating func join(_ part: Int, to whole: Int) {
        let (part, whole) = (root(part), root(whole))
        guard part != whole, standing(part) == standing(whole) else { return }
        parents[part] = whole
    }

    /// How the scenario stands to it: what is allowed is part of nothing.
    private func standing(_ index: Int) -> Int {
        guard let expected = findings[index].expected else { return 0 }
        return allowed.contains(expected) ? 2 + index : 1
    }

    private func step(_ index: Int) -> Int { places[findings[index].step] ?? 0 }

    /// The object of a finding about one, as a difference.
    private func difference(_ index: Int) -> Difference? {
        let finding = findings[index]
        return finding.object.map { finding.differences.first ?? .extra($0) }
    }

    /// What stands with another object that is not as it should be either.
    private mutating func joinObjects() {
        let objects = findings.indices.compactMap { index in difference(index).map { (index, $0) } }
        var own: [Difference: Int] = [:]
        for (index, difference) in objects {
            // An invariant says more of what another oracle names too.
            if let first = own[difference] { join(index, to: first) } else { own[difference] = index }
        }
        for group in objects.map(\.1).related {
            let members = ([group.first] + group.others).compactMap { own[$0] }
            // What is wrong by itself says more than that something is left.
            guard let first = members.first(where: { findings[$0].severity == .high }) ?? members.first else {
                continue
            }
            for other in members where other != first { join(other, to: first) }
        }
    }

    /// Whoever meets a dead name from then on fails because of it, or cannot repair it.
    private mutating func joinDeadNames(_ evidence: Evidence) {
        for (index, finding) in findings.enumerated() where finding.oracle == .deadName {
            guard let name = finding.object?.identity.name else { continue }
            for other in findings.indices where other != index && step(other) >= step(index) {
                let met = findings[other]
                let isAbout = met.differences.contains {
                    $0.identity.noun == "netns" && $0.identity.name == name || $0.identity.namespace == name
                }
                let says =
                    met.object == nil && met.differences.isEmpty
                    && evidence.steps.first { $0.id == met.step }.map { $0.says("/run/netns/\(name)") } ?? false
                if isAbout || says { join(other, to: index) }
            }
        }
    }

    /// What a later step, or another oracle of the same one, says of the same objects alone.
    private mutating func joinSteps() {
        let steps = findings.indices.filter { findings[$0].object == nil && !findings[$0].differences.isEmpty }
            .sorted { (step($0), $0) < (step($1), $1) }
        let objects = steps.map { Set(findings[$0].differences.map(\.identity)) }
        for (place, index) in steps.enumerated() {
            // The one that says most of it first.
            let earlier = steps.indices.prefix(place).first { objects[place].isSubset(of: objects[$0]) }
            let sameStep = steps.indices.prefix(place).first {
                findings[steps[$0]].step == findings[index].step && !objects[$0].isDisjoint(with: objects[place])
            }
            if let whole = earlier ?? sameStep { join(index, to: steps[whole]) }
        }
    }

    /// What is wrong at the end as a step had left it.
    private mutating func joinObjectsToSteps() {
        let steps = findings.indices.filter { findings[$0].object == nil && !findings[$0].differences.isEmpty }
            .sorted { (step($0), $0) < (step($1), $1) }
        for index in findings.indices where findings[index].oracle != .deadName {
            guard let difference = difference(index) else { continue }
            let whole = steps.first { place in
                findings[place].differences.contains { difference.isLeft(by: $0) }
            }
            if let whole { join(index, to: whole) }
        }
    }
}

extension Difference {
    /// Whether it is what a step left: missing, extra or changed like there, or there in the form that the step gave it.
    fileprivate func isLeft(by step: Difference) -> Bool {
        guard identity == step.identity else { return false }
        if case .changed(_, let there) = step, case .extra(let fact) = self { return there == fact }
        return kind == step.kind
    }
}

extension StepEvidence {
    /// Whether a run of its command said something.
    fileprivate func says(_ text: String) -> Bool {
        outcome.attempts.contains { attempt in
            attempt.errorOutput.firstRange(of: text) != nil || attempt.output.firstRange(of: text) != nil
        }
    }
}
