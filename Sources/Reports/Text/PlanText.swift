import Model

extension TextReport {
    /// So many objects and lines of evidence are shown of a finding, unless nothing is folded.
    private static let most = 6

    /// One plan, ending with a line feed: the cause first, then how it came to it.
    public func text(_ plan: PlanReport) -> String {
        var lines = [TextLine(plan.verdict, .word(plan.verdictWord)).add("  \(plan.name)", .strong)]
        guard plan.verdict != "pass" || isVerbose else { return line(plan) + limits(plan) }
        if !plan.title.isEmpty { lines.append(TextLine("  \(plan.title)")) }
        lines += plan.furtherReasons.map { TextLine("  - \($0)", hanging: 4) }
        let wrong = plan.wrong
        for (place, report) in wrong.enumerated() where isVerbose || place < 3 {
            lines += isVerbose || place == 0 ? text(report) : [head(report)]
        }
        if wrong.count > 3, !isVerbose { lines.append(TextLine("  and \(wrong.count - 3) more findings (-v)", .quiet)) }
        lines += deliveries(plan)
        lines += plan.shown.beliefs.map { TextLine("  \($0)", hanging: 4) }
        lines += picture(Timeline.merged(plan.shown.timeline, plan.shown.said))
        lines += attempts(plan)
        let allowed = plan.findings.filter { $0.standing == .allowed }
            .map { "\($0.finding.oracle.rawValue) \($0.finding.subject)" }
        lines += list("allowed", allowed)
        lines += masks(plan) + notLookedAt(plan)
        lines += plan.notes.map { TextLine("  note: \($0)", hanging: 8) }
        if !plan.folder.isEmpty { lines.append(TextLine("  records: \(plan.folder)", .quiet, hanging: 4)) }
        if !plan.replay.isEmpty, plan.verdict != "skipped" {
            lines.append(TextLine("  again: \(plan.replay)", hanging: 4))
        }
        return written(lines) + "\n"
    }

    /// A finding on one line: what names it, and how bad it is.
    private func head(_ report: FindingReport) -> TextLine {
        let finding = report.finding
        var about = [finding.severity.rawValue, finding.cwe]
        if let timing = report.timing { about.append(timing) }
        if report.rate.runs > 1 { about.append("\(report.rate)") }
        return TextLine("  ", hanging: 4).add(report.standing.rawValue, .word(report.standing.rawValue))
            .add("  \(finding.oracle.rawValue): \(finding.subject)").add(" (\(about.joined(separator: ", ")))", .quiet)
    }

    private func text(_ report: FindingReport) -> [TextLine] {
        let finding = report.finding
        var lines = [head(report), TextLine("    \(finding.message)", .strong, hanging: 6)]
        let objects =
            isVerbose ? finding.differences.map { ObjectText.line($0) } : ObjectText.lines(finding.differences)
        lines += folded(objects).map { TextLine("      \($0)", hanging: 17) }
        lines += (finding.why ?? []).map { TextLine("      \($0)", hanging: 8) }
        lines += folded(report.furtherEvidence).map { TextLine("      \($0)", hanging: 8) }
        lines += folded(report.consequenceLines).map { TextLine("      \($0)", hanging: 8) }
        if let expected = finding.expected {
            let place = expected.location.isEmpty ? "" : " (\(expected.location))"
            lines.append(TextLine("    because: \(expected.because)\(place)", .quiet, hanging: 6))
        }
        return lines
    }

    private func folded(_ lines: [String]) -> [String] {
        guard !isVerbose, lines.count > TextReport.most else { return lines }
        return lines.prefix(TextReport.most - 1) + ["and \(lines.count - TextReport.most + 1) more (-v)"]
    }

    /// What the faults did; of several runs that agree, the first speaks for all.
    private func deliveries(_ plan: PlanReport) -> [TextLine] {
        guard let first = plan.runs.first(where: { !$0.deliveries.isEmpty }) else { return [] }
        var lines = first.deliveries.flatMap { delivery in
            var text = "  \(delivery.fault): \(delivery.action.lineText) at \(delivery.key)"
            if delivery.held > 0 { text += ", held \(Columns.span(delivery.held))" }
            if let failure = delivery.failure {
                text += ": not delivered: \(failure)"
            } else if delivery.effect != .nothing {
                text += ": \(delivery.effect)"
            }
            return [TextLine(text, hanging: 4)] + source(delivery)
        }
        if plan.runs.count > 1 {
            let same = plan.runs.filter {
                $0.points == first.points && $0.deliveries.allSatisfy { $0.failure == nil }
            }
            lines.append(TextLine("  delivered there in \(same.count) of \(plan.runs.count) runs"))
        }
        return lines
    }

    /// Where in its source the agent stood; the whole stack where all is to be said.
    private func source(_ delivery: Delivery) -> [TextLine] {
        guard let own = delivery.stack?.own else { return [] }
        let callers = isVerbose ? (delivery.stack ?? []).map { TextLine("        \($0)", .quiet, hanging: 10) } : []
        return [TextLine("    source: \(own)", hanging: 6)] + callers
    }

    private func picture(_ all: [TimelineLine]) -> [TextLine] {
        guard let fault = all.firstIndex(where: \.isFault) else { return [] }
        let lines = isVerbose ? all[...] : all[max(0, fault - 3)..<min(all.count, fault + 4)]
        let times = lines.map { Columns.milliseconds($0.time) }
        let time = times.map(\.count).max() ?? 0
        let who = min(lines.map(\.who.count).max() ?? 0, 16)
        let indent = 2 + 2 + 1 + time + 5 + who + 2
        // One long line must not push the results of all others away, nor out of the window.
        let short = lines.map(\.result.count).filter { $0 <= 14 }.max() ?? 0
        let room = width.map { max(24, $0 - indent - 2 - short) }
        let what = min(lines.map(\.what.count).filter { $0 <= 60 }.max() ?? 0, room ?? 60)
        var drawn = [TextLine("")]
        for (line, text) in zip(lines, times) {
            let ink = line.isFault ? TextLine.Ink.strong : .plain
            let words = room.map { Columns.cut(line.what, to: $0) } ?? line.what
            let isShort = line.result.count <= 14
            let row = TextLine(
                "  \(line.isFault ? "=>" : "  ") \(Columns.right(text, time)) ms  "
                    + Columns.left(Columns.cut(line.who, to: who), who) + "  ", ink)
            if isShort || width == nil {
                drawn.append(
                    row.add("\(Columns.left(words, what))  ", ink).add(line.result, line.failed ? .refused : ink))
            } else {
                drawn.append(row.add(words, ink))
                drawn.append(TextLine(String(repeating: " ", count: indent) + line.result, ink, hanging: indent))
            }
        }
        return drawn + [TextLine("")]
    }

    /// What a plan that passes says nothing about.
    func limits(_ plan: PlanReport) -> String {
        let blind = plan.notes.filter { $0.hasPrefix(Judgement.blindSpot) }
        return written(masks(plan) + notLookedAt(plan) + blind.map { TextLine("  note: \($0)", .quiet, hanging: 8) })
    }

    /// What agents did that no state compares, or asked that has no word.
    func notLookedAt(_ plan: PlanReport) -> [TextLine] {
        plan.notLookedAt.map { TextLine("  \($0)", .quiet, hanging: 4) }
    }

    /// What no finding can be about, and what was dropped because of it.
    func masks(_ plan: PlanReport) -> [TextLine] {
        list("ignored, for it differs between runs without faults too", plan.masked)
            + plan.dropped.prefix(isVerbose ? plan.dropped.count : 3).map {
                TextLine("  dropped because of that: \($0)", hanging: 4)
            }
            + list("also dropped", isVerbose ? [] : Array(plan.dropped.dropFirst(3)))
    }

    /// How the steps ended, on one line: `steps: add exit 1 (exit 0 without faults), del exit 0`.
    private func exits(_ steps: [StepLine]) -> [TextLine] {
        let ran = steps.filter { !$0.attempts.isEmpty }
        guard ran.count > 1 else { return [] }
        let texts = ran.map { step in
            let ends = step.attempts.map(\.end).joined(separator: ", then ")
            let isUsual = step.usual.map { usual in step.attempts.allSatisfy { $0.end == usual } } ?? true
            return "\(step.step) \(ends)" + (isUsual ? "" : " (\(step.usual ?? "") without faults)")
        }
        return [TextLine("  steps: \(texts.joined(separator: "; "))", hanging: 9)]
    }

    /// All that a run of a command wrote that did not end as it should; without its beginning where that is much.
    private func words(_ attempt: AttemptLine) -> [TextLine] {
        let all = attempt.words
        let most = TextReport.most * 2
        let left = isVerbose || all.count <= most ? 0 : all.count - most
        return (left > 0 ? [TextLine("      \(left) lines before (-v)", .quiet)] : [])
            + all.dropFirst(left).map { TextLine("      \($0)", hanging: 11) }
    }

    /// How the commands ended: those that did not exit with 0 or were run again, or all.
    private func attempts(_ plan: PlanReport) -> [TextLine] {
        let fired = Set(plan.runs.first { !$0.deliveries.isEmpty }?.deliveries.map(\.step) ?? [])
        return exits(plan.shown.steps)
            + plan.shown.steps.flatMap { step -> [TextLine] in
                let isPlain = step.attempts.allSatisfy(\.isSuccess) && step.attempts.count < 2
                guard isVerbose || !isPlain || fired.contains(step.step) else { return [] }
                var lines = step.attempts.enumerated().flatMap { number, attempt -> [TextLine] in
                    let argument = step.attempts.count > 1 ? ", run \(number + 1)" : ""
                    let words = attempt.words
                    // One line stands behind the end; of several none is more than another.
                    let isShort = attempt.isSuccess || words.count < 2
                    let last = attempt.errorOutput.split(separator: "\n").last
                    let said = isShort ? last ?? (attempt.isSuccess ? nil : words.last?.dropFirst(5)) : nil
                    let deaths = attempt.notes.isEmpty ? "" : "; \(attempt.notes.joined(separator: "; "))"
                    let end = TextLine("  \(step.step)\(argument): ", hanging: 6)
                        .add(attempt.end, attempt.isSuccess ? .plain : .refused)
                        .add(" after \(Columns.span(attempt.duration))\(said.map { ": \($0)" } ?? "")\(deaths)")
                    return [end] + (isShort && !isVerbose ? [] : self.words(attempt))
                }
                // What a check or a service said stands in the reasons and findings; here only what they do not say.
                if isVerbose { lines += step.ended.map { TextLine("  \(step.step): \($0)", hanging: 6) } }
                return lines
            }
    }

    private func list(_ name: String, _ items: [String]) -> [TextLine] {
        guard !items.isEmpty else { return [] }
        let said = isVerbose || items.count < 3 ? items.joined(separator: "; ") : "\(items.count) (-v)"
        return [TextLine("  \(name): \(said)", .quiet, hanging: 4)]
    }
}
