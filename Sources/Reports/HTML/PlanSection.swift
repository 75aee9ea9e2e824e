import Model

extension Page {
    /// Each cause, with the plan that shows it.
    var causeSections: Markup { .list(causes.map(section)) }

    private func section(_ cause: CauseReport) -> Markup {
        let first = cause.plans.first
        let others = cause.plans.dropFirst()
        var content: [Markup] = [
            element(
                "h2", [:], element("a", ["class": "mark", "href": "#cause-\(cause.number)"], text: "\(cause.number)"),
                .text(cause.message)),
            element(
                "p", ["class": "chips"], Page.badge(cause.standing.rawValue),
                Page.chip(cause.severity.rawValue, "s-\(cause.severity.rawValue)"), Page.chip(cause.cwe),
                .list(cause.oracles.map { Page.chip($0.rawValue) }), Page.chip("step \(cause.step)"),
                Page.chip(Sentences.plans(cause.plans.count)), rate(cause.example.rate)),
            element("p", ["class": "quiet"], text: window(cause)),
        ]
        if let first {
            if shownWith[first] == cause.number {
                content.append(element("h3", ["id": Page.anchor(first)], text: run.plans[first].name))
                content.append(view(run.plans[first], of: cause))
            } else {
                content.append(
                    element(
                        "p", [:], .text("Shown with "),
                        element("a", ["href": "#\(Page.anchor(first))"], text: run.plans[first].name), .text(".")))
                content.append(.list(run.plans[first].wrong.filter { cause.covers($0) }.map { finding($0) }))
            }
        }
        if !others.isEmpty {
            content.append(
                Page.folded(
                    "\(others.count) more \(others.count == 1 ? "plan" : "plans")", open: others.count <= 6,
                    element(
                        "ul", ["class": "plans"],
                        each: others.map { place in
                            element(
                                "li", [:],
                                element("a", ["href": "#\(Page.anchor(place))"], text: run.plans[place].name),
                                element(
                                    "span", ["class": "quiet"], text: run.plans[place].point.map { " at \($0)" } ?? ""))
                        })))
        }
        return element("section", ["class": "cause stop", "id": "cause-\(cause.number)"], each: content)
    }

    /// The plans that no cause shows: what went wrong first, those that passed as a list.
    var planSections: Markup {
        let rest = run.plans.indices.filter { shownWith[$0] == nil }
        let details = rest.filter { run.plans[$0].verdictWord != "pass" }
        let passed = rest.filter { run.plans[$0].verdictWord == "pass" }
        var content: [Markup] = []
        if !details.isEmpty { content.append(element("h2", text: "Other plans")) }
        content += details.map(folded)
        if !passed.isEmpty {
            content.append(
                Page.folded(
                    "\(Sentences.plans(passed.count)) passed",
                    Page.table(
                        ["plan", "took", "allowed", "again"],
                        passed.map { place in
                            let plan = run.plans[place]
                            let allowed = plan.findings.count { $0.standing == .allowed }
                            return element(
                                "tr", ["id": Page.anchor(place)],
                                element(
                                    "td", [:], .text(plan.name),
                                    .list(plan.notLookedAt.map { element("div", ["class": "quiet"], text: $0) })),
                                element("td", ["class": "number"], text: Columns.span(plan.duration)),
                                element("td", ["class": "number"], text: "\(allowed)"),
                                element("td", [:], element("code", text: plan.replay)))
                        })))
        }
        return content.isEmpty ? .nothing : element("section", ["id": "plans"], each: content)
    }

    private func folded(_ place: Int) -> Markup {
        let plan = run.plans[place]
        let numbers = causesOfPlan[place] ?? []
        let links = numbers.map { element("a", ["href": "#cause-\($0)"], text: "cause \($0)") }
        return element(
            "details", ["class": "plan stop"],
            element(
                "summary", [:], Page.badge(plan.verdictWord, as: plan.verdict), .text(" \(plan.name)"),
                element("span", ["class": "quiet"], text: plan.point.map { " at \($0)" } ?? "")),
            element("div", ["id": Page.anchor(place), "class": "inner"], .list(links), view(plan)))
    }

    /// Everything about a plan, the findings of a cause first.
    private func view(_ plan: PlanReport, of cause: CauseReport? = nil) -> Markup {
        let open = cause != nil
        func isOwn(_ report: FindingReport) -> Bool { cause?.covers(report) ?? true }
        var content: [Markup] = []
        if !plan.title.isEmpty { content.append(element("p", ["class": "about"], text: plan.title)) }
        let reasons = plan.furtherReasons
        if !reasons.isEmpty { content.append(element("ul", [:], each: reasons.map { element("li", text: $0) })) }
        content += deliveries(plan)
        content.append(drawing(plan.shown))
        content += findings(plan.wrong.filter(isOwn) + plan.wrong.filter { !isOwn($0) })
        content += plan.shown.beliefs.map { element("p", text: $0) }
        content.append(attempts(plan.shown.steps, open: open))
        content += plan.shown.changes.map { change($0, open: open) }
        let allowed = plan.findings.filter { $0.standing == .allowed }
        if !allowed.isEmpty {
            let lines = allowed.map { report in
                "\(report.finding.oracle.rawValue): \(report.finding.subject)"
                    + (report.finding.expected.map { "  (\($0.because))" } ?? "")
            }
            content.append(Page.folded("\(allowed.count) allowed", Page.block(lines)))
        }
        if !plan.masked.isEmpty {
            content.append(
                Page.folded(
                    "\(plan.masked.count) ignored, for they differ between runs without faults too",
                    Page.block(plan.masked)))
        }
        if !plan.dropped.isEmpty {
            content.append(
                Page.folded("\(plan.dropped.count) differences dropped because of that", Page.block(plan.dropped)))
        }
        content += plan.notLookedAt.map { element("p", ["class": "note"], text: $0) }
        content += plan.notes.map { element("p", ["class": "note"], text: "Note: \($0)") }
        if !plan.replay.isEmpty {
            content.append(element("h4", text: "Again"))
            content.append(Page.command(plan.replay))
        }
        if !plan.folder.isEmpty { content.append(element("p", ["class": "quiet"], text: "records: \(plan.folder)")) }
        return .list(content)
    }

    private func deliveries(_ plan: PlanReport) -> [Markup] {
        guard let run = plan.runs.first(where: { !$0.deliveries.isEmpty }) else { return [] }
        let items = run.deliveries.map { delivery in
            element(
                "li", [:], element("strong", text: delivery.action.lineText), .text(" at "),
                element("code", text: delivery.key),
                .text(delivery.held > 0 ? ", the agent waited \(Columns.span(delivery.held))" : ""),
                .text(
                    delivery.failure.map { ": not delivered: \($0)" }
                        ?? (delivery.effect == .nothing ? "" : ": \(delivery.effect)")),
                delivery.stack.map { stack in
                    Page.folded("in \(stack.own?.description ?? "")", Page.block(stack.map(\.description)))
                } ?? .text(""))
        }
        return [element("h4", text: items.count == 1 ? "The fault" : "The faults"), element("ul", [:], each: items)]
    }

    /// Findings, those folded that are about objects of an earlier one.
    private func findings(_ wrong: [FindingReport]) -> [Markup] {
        var shown: [Markup] = []
        var folded: [Markup] = []
        var seen: Set<Fact.Identity> = []
        for report in wrong {
            let objects = Set(report.finding.differences.map(\.identity))
            if !objects.isEmpty, objects.isSubset(of: seen) {
                folded.append(finding(report))
            } else {
                shown.append(finding(report))
            }
            seen.formUnion(objects)
        }
        guard !folded.isEmpty else { return shown }
        let count = folded.count == 1 ? "1 more finding" : "\(folded.count) more findings"
        return shown + [Page.folded("\(count) about the same objects", .list(folded))]
    }

    private func finding(_ report: FindingReport) -> Markup {
        let finding = report.finding
        var content: [Markup] = [
            element("p", ["class": "message"], text: finding.message),
            element(
                "p", ["class": "chips"], Page.badge(report.standing.rawValue), Page.chip(finding.oracle.rawValue),
                Page.chip(finding.severity.rawValue, "s-\(finding.severity.rawValue)"), Page.chip(finding.cwe),
                report.timing.map { Page.chip($0) } ?? .nothing, rate(report.rate),
                element("span", ["class": "quiet"], text: finding.fingerprint)),
        ]
        if !finding.differences.isEmpty { content.append(diff(finding.differences)) }
        if let why = finding.why { content.append(Page.block(why, "evidence")) }
        let evidence = report.furtherEvidence + report.consequenceLines
        if !evidence.isEmpty { content.append(Page.block(evidence, "evidence")) }
        if let expected = finding.expected {
            let place = expected.location.isEmpty ? "" : " (\(expected.location))"
            content.append(element("p", ["class": "quiet"], text: "because: \(expected.because)\(place)"))
        }
        return element("div", ["class": "finding"], each: content)
    }

    /// Objects against the reference, below a line for each namespace.
    private func diff(_ differences: [Difference]) -> Markup {
        var lines: [Markup] = []
        var namespace: String?
        func line(_ mark: String, _ fact: Fact) {
            let kind = mark == "-" ? "missing" : "extra"
            lines.append(element("span", ["class": kind], text: "\(mark) \(ObjectText.line(fact))\n"))
        }
        for difference in differences.sorted(by: { $0.identity < $1.identity }) {
            if difference.identity.namespace != namespace {
                namespace = difference.identity.namespace
                lines.append(
                    element("span", ["class": "place"], text: "@@ \(Page.place(difference.identity.namespace))\n"))
            }
            switch difference {
            case .missing(let fact): line("-", fact)
            case .extra(let fact): line("+", fact)
            case .changed(let expected, let there):
                line("-", expected)
                line("+", there)
            }
        }
        return element("pre", ["class": "diff"], each: lines)
    }

    /// Where an object stands, in words.
    static func place(_ namespace: String) -> String {
        namespace.isEmpty ? "the machine" : "namespace \(namespace)"
    }

    private func attempts(_ steps: [StepLine], open: Bool) -> Markup {
        var rows: [Markup] = []
        for step in steps {
            for (number, attempt) in step.attempts.enumerated() {
                let argument = step.attempts.count > 1 ? ", run \(number + 1)" : ""
                let said = [("stderr", attempt.errorOutput), ("stdout", attempt.output)].filter { !$0.1.isEmpty }
                rows.append(
                    element(
                        "tr", [:], element("th", ["scope": "row"], text: step.step + argument),
                        element("td", ["class": attempt.isSuccess ? "good" : "bad"], text: attempt.end),
                        element("td", ["class": "number"], text: Columns.span(attempt.duration)),
                        element(
                            "td", ["class": "wide"], .list(attempt.notes.map { element("div", text: $0) }),
                            .list(
                                said.map { name, text in
                                    let lines = text.split(separator: "\n").count
                                    return lines <= 3
                                        ? Page.block(["\(name): \(text)"])
                                        : Page.folded("\(name), \(lines) lines", Page.block([text]))
                                }))))
            }
            let words = (step.failure.map { [$0] } ?? []) + step.ended
            if !words.isEmpty {
                rows.append(
                    element(
                        "tr", [:], element("th", ["scope": "row"], text: step.step), element("td", ["class": "bad"]),
                        element("td"), element("td", ["class": "wide"], Page.block(words))))
            }
        }
        guard !rows.isEmpty else { return .nothing }
        return Page.folded(
            "What each command came to", open: open, Page.table(["step", "end", "took", "said"], rows, "attempts"))
    }

    private func change(_ change: StateChange, open: Bool) -> Markup {
        guard !change.rows.isEmpty else { return .nothing }
        var rows: [Markup] = []
        var namespace: String?
        for row in change.rows.sorted(by: {
            ($0.namespace, $0.mark == .same ? 1 : 0) < ($1.namespace, $1.mark == .same ? 1 : 0)
        }) {
            if row.namespace != namespace {
                namespace = row.namespace
                rows.append(
                    element("tr", ["class": "group"], element("th", ["colspan": "4"], text: Page.place(row.namespace))))
            }
            func there(_ text: String?) -> Markup { element("td", ["class": "tick"], text: text == nil ? "" : "●") }
            let lines =
                row.mark == .changed
                ? [("-", change.hasReference ? row.reference : row.before), ("+", row.after)]
                : [(row.mark.rawValue, row.after ?? row.reference ?? row.before)]
            let kind = ["-": "missing", "+": "extra", "~": "changed", " ": "same"]
            rows.append(
                element(
                    "tr", [:], there(row.before), change.hasReference ? there(row.reference) : .nothing,
                    there(row.after),
                    element(
                        "td", ["class": "wide code"],
                        each: lines.map { mark, text in
                            element("div", ["class": kind[mark] ?? "same"], text: "\(mark) \(text ?? "")")
                        })))
        }
        let note = change.omitted > 0 ? element("p", ["class": "quiet"], text: "and \(change.omitted) more") : .nothing
        let title =
            change.hasReference
            ? "State before \(change.step), after it without faults, and after it here"
            : "State before \(change.step) and after it"
        return Page.folded(
            title, open: open,
            Page.table(["before"] + (change.hasReference ? ["reference"] : []) + ["here", ""], rows, "states"), note)
    }

    /// How often something was seen, with its interval as a bar.
    private func rate(_ rate: Rate) -> Markup {
        guard rate.runs > 0 else { return .nothing }
        let low = rate.interval.lowerBound * 100
        let high = rate.interval.upperBound * 100
        let hit = Double(rate.hits) / Double(rate.runs) * 100
        func x(_ value: Double) -> String { Drawing.number(value) }
        return element(
            "span", ["class": "rate"], .text("\(rate)"),
            element(
                "svg", ["viewBox": "0 0 100 10", "width": "60", "height": "6", "aria-hidden": "true"],
                element("rect", ["class": "track", "x": "0", "y": "4", "width": "100", "height": "2"]),
                element("rect", ["class": "interval", "x": x(low), "y": "2", "width": x(high - low), "height": "6"]),
                element("rect", ["class": "hit", "x": x(min(hit, 97)), "y": "0", "width": "3", "height": "10"])))
    }
}

extension CauseReport {
    /// Whether a finding of one of its plans is one of its own.
    func covers(_ report: FindingReport) -> Bool {
        oracles.contains(report.finding.oracle) && fingerprints.contains(report.finding.fingerprint)
    }
}
