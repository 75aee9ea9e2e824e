import Model

extension Plan {
    /// The line that expects a finding: `allow` wins, since what is not wrong cannot be a known defect.
    func expectation(of finding: Finding) -> Expectation? {
        (allow + known).first { $0.isAbout(finding, in: self) }
    }
}

extension Expectation {
    /// Whether a finding is one that this line speaks of.
    func isAbout(_ finding: Finding, in plan: Plan) -> Bool {
        guard oracle == finding.oracle, kind == nil || finding.differences.contains(where: { $0.kind == kind }) else {
            return false
        }
        switch subject {
        case .step(let text): return plan.allSteps.contains { $0.id == finding.subject && $0.isMeant(by: text) }
        case .object(let phrase): return finding.object.map(phrase.matches) ?? false
        case .text(let text):
            let pattern = Pattern(text)
            // `NAME` means it in any place.
            return pattern.matches(finding.subject) || finding.subject.hasPrefix("\(text) in ")
        }
    }
}

extension Record {
    /// Why the record is no evidence of its plan; nil where it is.
    ///
    /// What an agent does is what oracles look at, with faults and without; that a program cannot be started is the
    /// scenario's mistake.
    func problem(in plan: Plan) -> String? {
        if let error = header.error { return error }
        if let reason = header.undelivered.first { return "not delivered: \(reason)" }
        for delivery in header.deliveries where !wasCutOff(delivery) {
            if let failure = delivery.failure {
                return "\(delivery.fault) was not delivered whole at \(delivery.key): \(failure)"
            }
        }
        for fault in plan.faults where !header.deliveries.contains(where: { $0.fault == fault.name }) {
            return "\(fault.name) was not delivered, and the record does not say why"
        }
        let ran = header.outcomes.map(\.step)
        guard ran == plan.allSteps.map(\.id) || endsAtDefect(in: plan) else {
            return "the record ends after \(ran.last ?? "no step"): \(ran.count) of \(plan.allSteps.count) steps ran"
        }
        for (step, outcome) in zip(plan.allSteps, header.outcomes) {
            if let reason = outcome.unsettled { return "the world did not settle after \(step.id): \(reason)" }
            // Who refuses a hostile value has not made what the world is to act on.
            if plan.isHostile, outcome.failure != nil { continue }
            if let failure = problem(of: step, outcome, isFaulted: plan.isDisturbed) {
                return "\(step.id): \(failure)"
            }
        }
        return nil
    }

    /// Whether the end of a command's time came between a delivery and its end, after the same fault was delivered whole: who asks
    /// again and again is killed at any moment, also before it has read the last answer.
    private func wasCutOff(_ delivery: Delivery) -> Bool {
        delivery.failure == Delivery.unread
            && header.outcomes.contains { $0.step == delivery.step && $0.attempts.contains(where: \.timedOut) }
            && header.deliveries.contains { $0.fault == delivery.fault && $0.failure == nil }
    }

    private func problem(of step: Step, _ outcome: StepOutcome, isFaulted: Bool) -> String? {
        if case .run = step.body {
            if case .notStarted(let reason)? = outcome.attempts.last?.end, !isFaulted { return reason }
            guard !outcome.attempts.isEmpty else { return outcome.failure ?? "it was not run" }
            return nil
        }
        return step.failureIsJudged ? nil : outcome.failure
    }
}

extension Record {
    /// That a fault found nothing at its moment that it could act on; nil where none did, or where the run failed otherwise.
    var nothingToActOn: String? {
        guard header.error == nil, let none = header.deliveries.first(where: { $0.hadNothingToActOn == true }),
            !header.deliveries.contains(where: { $0.failure != nil && $0.hadNothingToActOn != true })
        else { return nil }
        return "\(none.fault): \(none.failure ?? "")"
    }
}

extension Judgement {
    /// Says of runs whose order could not be kept whole, as the scenario says that it may be: of a pass it is the reason.
    mutating func tell(blocked: [String]) {
        guard let first = blocked.first else { return }
        let rate = runs.count > 1 ? " (in \(blocked.count) of \(runs.count) runs)" : ""
        if verdict == .pass { reasons.append(first + rate) } else { notes.append(first + rate) }
    }

    /// Keeps what was dropped because it is masked; each once, and no more than a reader looks at.
    mutating func drop(_ lines: [String]) {
        let new = lines.filter { !(dropped ?? []).contains($0) }
        guard !new.isEmpty else { return }
        dropped = Array(((dropped ?? []) + new).prefix(100))
    }

    /// Sets the verdict, its reasons and the unseen lines.
    ///
    /// - Parameters:
    ///   - seen: The findings of each run that is evidence.
    ///   - isWhole: Whether all that the plan asks for was tried; else a line of `known` may be unseen.
    mutating func conclude(_ seen: [[Finding]], isWhole: Bool = true) {
        for (index, run) in runs.enumerated() {
            guard let error = run.error else { continue }
            let reason = runs.count > 1 ? "run \(index + 1): \(error)" : error
            verdict = .worst(verdict, .error(reason))
            reasons.append(reason)
        }
        if runs.isEmpty {
            verdict = .error("the plan was not run")
            reasons.append("the plan was not run")
        }
        let idle = runs.compactMap(\.notApplicable)
        if let reason = idle.first, idle.count == runs.count {
            verdict = .worst(verdict, .skipped("not applicable: \(reason)"))
            reasons.append("not applicable: \(reason)")
        } else if let reason = idle.first {
            notes.append("in \(idle.count) of \(runs.count) runs a fault had nothing to act on: \(reason)")
        }
        guard !seen.isEmpty else { return }
        if !known.isEmpty { verdict = .worst(verdict, .known) }
        concludeUnexpected(seen)
        if isWhole { concludeUnseen(seen) }
    }

    private mutating func concludeUnexpected(_ seen: [[Finding]]) {
        let sets = seen.map { Set($0.filter { $0.expected == nil }.map(\.fingerprint)) }
        let hits = sets.filter { !$0.isEmpty }.count
        guard hits > 0 else { return }
        // No run was right: that it is not the same finding in each does not make it any better.
        verdict = .worst(verdict, hits == seen.count ? .fail : .flaky(hits: hits, runs: seen.count))
        for finding in unexpected where finding.partOf == nil {
            let rate = rate(of: finding)
            reasons.append(
                finding.message + (rate.runs > 1 ? ", in \(rate)" : "")
                    + (finding.alsoInControl ? "; the same change before or after the step shows it too: no race" : ""))
        }
    }

    private mutating func concludeUnseen(_ seen: [[Finding]]) {
        for expectation in plan.known where expectation.seen == .always {
            // Two lines may speak of one finding, which bears only the first; both were seen.
            let hits = seen.filter { run in
                run.contains { finding in
                    finding.expected.map(plan.known.contains) == true && expectation.isAbout(finding, in: plan)
                }
            }.count
            guard hits < seen.count else { continue }
            unseen.append(expectation)
            verdict = .worst(verdict, .fail)
            let line = "line \(expectation.location)"
            reasons.append(
                hits == 0
                    ? "\(expectation.description): not seen: remove the \(line)"
                    : "\(expectation.description): seen in \(hits) of \(seen.count) runs only: "
                        + "say `seen: sometimes` in \(line)")
        }
    }
}

extension Judgement {
    /// How many findings a judgement holds, lest an agent decides how large a report is.
    static let mostFindings = 500

    /// Leaves findings out, those first that nobody needs to look at; how many is a note.
    ///
    /// The verdict is of all.
    mutating func leaveOut(beyond limit: Int) {
        guard findings.count > limit else { return }
        func rank(_ finding: Finding) -> Int { (finding.expected == nil ? 0 : 2) + (finding.partOf == nil ? 0 : 1) }
        let ranked = findings.indices.sorted { (rank(findings[$0]), $0) < (rank(findings[$1]), $1) }
        notes.append("\(findings.count - limit) more findings are left out: a report has at most \(limit) of a plan")
        findings = ranked.prefix(limit).sorted().map { findings[$0] }
        let kept = Set(findings.map(\.fingerprint))
        for place in runs.indices { runs[place].fingerprints.formIntersection(kept) }
    }
}
