import Model

/// Why it came to what a finding says, as far as the operations tell: the first answer that was another than without faults, what
/// then never came, who made an object and what should have taken it away, and the window in which the world changed.
struct Explanation {
    /// An answer that was another than without faults.
    private struct Other {
        var text: String
        var time: UInt64
    }

    private let evidence: Evidence
    private let trail: Reference.Trail
    private let changes: MakerIndex<Reference.Trail.Change>
    /// What the operations that change something without faults were answered here, by their key stems.
    private var answers: [String: [OperationResult]] = [:]
    /// The first other answer of each step.
    private var others: [String: Other] = [:]
    /// The look before the first change of the world, and what relied on it.
    private var window: String?

    /// - Returns: nil where it is not known what comes without faults.
    init?(_ evidence: Evidence) {
        guard let trail = evidence.reference?.trail, let reference = evidence.reference else { return nil }
        self.evidence = evidence
        self.trail = trail
        changes = MakerIndex(trail.changes, phrase: \.phrase)
        let terms = reference.terms(namesMade: evidence.record.header.namesMade)
        let wanted = Set(trail.changes.map(\.stem))
        var counts: [String: Int] = [:]
        var attempts: [String: Int] = [:]
        var faults = Faulted(evidence)
        for operation in evidence.record.operations {
            let stem = terms.stem(operation)
            if wanted.contains(stem) { answers[stem, default: []].append(operation.result) }
            window = faults.window(at: operation) ?? window
            guard others[operation.step] == nil else { continue }
            let attempt = evidence.attempt(of: operation)
            if attempts.updateValue(attempt, forKey: operation.step) != attempt {
                // Each run of a command is held against the one that there is without faults.
                counts = counts.filter { !$0.key.hasPrefix("\(operation.step) / ") }
            }
            let place = counts[stem, default: 0]
            counts[stem] = place + 1
            if let text = other(operation, stem, place, attempt, isOfFault: faults.isAnswered(operation)) {
                others[operation.step] = Other(text: text, time: operation.started)
            }
        }
    }

    private func other(
        _ operation: Operation, _ stem: String, _ place: Int, _ attempt: Int, isOfFault: Bool
    ) -> String? {
        guard operation.result != .unknown else { return nil }
        let what = "\(operation.program): \(operation.phrase.lineText)"
        let count = evidence.steps.first { $0.id == operation.step }?.attempts.count ?? 1
        let run = count > 1 ? ", run \(attempt + 1)" : ""
        let by = isOfFault ? " (of the fault)" : ""
        guard let usual = trail.answers[stem], place < usual.count else {
            guard case .failed = operation.result, isOfFault || evidence.reference?.unstableOperations[stem] == nil
            else { return nil }
            return "the first other answer, in \(operation.step)\(run): \(what): \(operation.result)\(by); "
                + "without faults that does not come"
        }
        guard usual[place] != .unknown, usual[place] != operation.result else { return nil }
        return "the first other answer, in \(operation.step)\(run): \(what): \(operation.result)\(by), and "
            + "\(usual[place]) without faults"
    }

    /// The lines for a finding.
    func lines(_ finding: Finding) -> [String] {
        let objects = finding.differences.isEmpty ? finding.object.map { [.extra($0)] } ?? [] : finding.differences
        let first = objects.related.prefix(3).map(\.first)
        var lines: [String] = []
        var steps = finding.object == nil ? [finding.step] : []
        let seen = evidence.steps.first { $0.id == finding.step }
        for difference in first {
            switch difference {
            case .missing(let fact), .changed(let fact, _):
                if let (line, step) = maker(of: fact, finding) {
                    lines.append(line)
                    steps.append(step)
                }
            case .extra(let fact):
                let isTold = finding.evidence.contains { $0.hasPrefix("created by: ") }
                if !isTold, let line = evidence.makerLine(of: fact.identity, seenAfter: seen) {
                    lines.append(first.count > 1 ? "\(fact.identity): \(line)" : line)
                }
                if let (line, step) = remover(of: fact) {
                    lines.append(line)
                    steps.append(step)
                }
            }
        }
        let told = steps.compactMap { others[$0] }.sorted { $0.time < $1.time }.first
        let all = [told?.text].compactMap(\.self) + lines + [window].compactMap(\.self)
        return all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// What makes an object without faults, and what came of that here.
    private func maker(of fact: Fact, _ finding: Finding) -> (String, step: String)? {
        let makers = changes.makers(of: fact).filter { $0.phrase.isMaking && Evidence.makes($0.phrase, fact) }
        guard let maker = makers.last(where: { $0.step == finding.step }) ?? makers.last else { return nil }
        return fate(of: maker, "made \(fact.identity)").map { ($0, maker.step) }
    }

    /// What takes an object away without faults, and what came of that here.
    private func remover(of fact: Fact) -> (String, step: String)? {
        let removers = changes.removers(of: fact).filter { Evidence.removes($0.phrase, fact) }
        guard let remover = removers.last else { return nil }
        return fate(of: remover, "taken \(fact.identity) away").map { ($0, remover.step) }
    }

    private func fate(of change: Reference.Trail.Change, _ deed: String) -> String? {
        let what = "`\(change.phrase.lineText)` in \(change.step) would have \(deed)"
        guard let last = answers[change.stem]?.last else { return "\(what): it never came" }
        if case .failed(let number) = last { return "\(what): it was refused with \(number.name)" }
        return nil
    }
}

/// The operations at which the faults of a run fired.
private struct Faulted {
    private let answered: Set<Int>
    private let delivery: Delivery?
    private let side: Point.Side
    private let names: Set<String>
    private let facts: [Fact]
    private var look: Operation?
    private var isOver = false

    init(_ evidence: Evidence) {
        let deliveries = evidence.record.header.deliveries.filter { $0.failure == nil }
        answered = Set(deliveries.filter(\.action.reachesByAnAnswer).compactMap(\.operation))
        let first = deliveries.first { $0.action.isOfWorld && $0.operation != nil }
        delivery = first
        side = evidence.plan.faults.first { $0.name == first?.fault }?.point.side ?? .before
        names = Set(first?.removed.map(NamespaceRole.name) ?? [])
        let around = first?.states.flatMap { around -> [Difference]? in
            guard let before = evidence.record.snapshots[around.before],
                let after = evidence.record.snapshots[around.after]
            else { return nil }
            return before.differences(to: after)
        }
        facts = around?.prefix(50).map(\.fact) ?? []
    }

    /// Whether a fault gave the answer.
    func isAnswered(_ operation: Operation) -> Bool { answered.contains(operation.index) }

    /// From the agent's last look at what the world then changed to what relied on it, once that has come.
    mutating func window(at operation: Operation) -> String? {
        guard !isOver, let delivery, let place = delivery.operation, operation.step == delivery.step else { return nil }
        let isAtPoint = operation.index == place
        guard isAtPoint || isAbout(operation) else { return nil }
        if side == .before ? operation.index < place : operation.index <= place {
            look = operation
            return nil
        }
        guard side == .after || isAtPoint, let look else { return nil }
        isOver = true
        let seen = look.started + look.duration
        let held = side == .after ? delivery.held : 0
        let used = max(seen, (side == .before ? delivery.time : operation.started) - min(held, operation.started))
        return "the window: from `\(look.phrase.lineText)` to `\(operation.phrase.lineText)` by \(operation.program), "
            + "\((used - seen) / 1000) us without Tocsin"
    }

    private func isAbout(_ operation: Operation) -> Bool {
        !operation.phrase.namespacesNamed.isDisjoint(with: names) || facts.contains { operation.phrase.isAbout($0) }
    }
}

extension Evidence {
    /// Which run of its step's command did an operation, from 0.
    fileprivate func attempt(of operation: Operation) -> Int {
        guard let step = steps.first(where: { $0.id == operation.step }), step.outcome.attempts.count > 1 else {
            return 0
        }
        let began = step.outcome.attempts.map { $0.began ?? 0 }
        return max(0, (began.lastIndex { $0 <= operation.started }) ?? 0)
    }
}
