import Model

extension Page {
    /// The counts, the agents, and findings by severity and weakness.
    var overview: Markup {
        let counts = Sentences.counts(run)
        let bar = counts.map { word, count in
            element(
                "span", ["class": "v-\(word)", "style": "flex-grow: \(count)", "title": "\(count) \(word)"],
                text: "\(count) \(word)")
        }
        return element(
            "section", ["id": "overview"], element("div", ["class": "bar"], each: bar),
            element("div", ["class": "tables"], severities, agents), denominator)
    }

    /// What an exploration counted and left out.
    private var denominator: Markup {
        guard let lines = run.explored?.denominator, let last = lines.last else { return .nothing }
        return element("div", ["class": "denominator"], Page.folded("Tried: \(last)", Page.block(lines)))
    }

    private var severities: Markup {
        var counts: [String: [Severity: (new: Int, known: Int)]] = [:]
        for report in run.plans.flatMap(\.wrong) {
            var count = counts[report.finding.cwe]?[report.finding.severity] ?? (0, 0)
            if report.standing == .new { count.new += 1 } else { count.known += 1 }
            counts[report.finding.cwe, default: [:]][report.finding.severity] = count
        }
        guard !counts.isEmpty else { return .nothing }
        let head = ["findings"] + Severity.allCases.map(\.rawValue)
        let rows = counts.sorted { $0.key < $1.key }.map { cwe, bySeverity in
            element(
                "tr", [:],
                each: [element("th", ["scope": "row"], text: cwe)]
                    + Severity.allCases.map { severity in
                        guard let count = bySeverity[severity] else {
                            return element("td", ["class": "none"], text: "0")
                        }
                        let parts = [(count.new, "new"), (count.known, "known")].filter { $0.0 > 0 }
                        return element("td", text: parts.map { "\($0.0) \($0.1)" }.joined(separator: ", "))
                    })
        }
        return Page.table(head, rows)
    }

    private var agents: Markup {
        var plans: [String: [PlanReport]] = [:]
        for plan in run.plans {
            for (name, version) in plan.agents {
                plans[version.isEmpty ? name : "\(name) \(version)", default: []].append(plan)
            }
        }
        guard !plans.isEmpty else { return .nothing }
        let rows = plans.sorted { $0.key < $1.key }.map { name, plans in
            element(
                "tr", [:], element("th", ["scope": "row"], text: name), element("td", text: "\(plans.count)"),
                element("td", text: "\(plans.count { ["fail", "flaky"].contains($0.verdictWord) })"),
                element("td", text: "\(plans.count { $0.verdictWord == "known" })"))
        }
        return Page.table(["agent", "plans", "fail", "known"], rows)
    }

    /// A table with a head.
    static func table(_ head: [String], _ rows: [Markup], _ kind: String = "") -> Markup {
        element(
            "table", ["class": kind],
            element("thead", [:], element("tr", [:], each: head.map { element("th", ["scope": "col"], text: $0) })),
            element("tbody", [:], each: rows))
    }

    /// The causes, a row each.
    var causeTable: Markup {
        guard !causes.isEmpty else { return .nothing }
        let rows = causes.map { cause in
            element(
                "tr", [:],
                element("td", [:], element("a", ["href": "#cause-\(cause.number)"], text: "\(cause.number)")),
                element("td", [:], Page.badge(cause.standing.rawValue)),
                element("td", ["class": "s-\(cause.severity.rawValue)"], text: cause.severity.rawValue),
                element(
                    "td", ["class": "wide"],
                    element("a", ["href": "#cause-\(cause.number)"], text: cause.message),
                    element("div", ["class": "quiet"], text: window(cause))),
                element("td", ["class": "number"], text: "\(cause.plans.count) of \(plans(of: cause.scenario))"))
        }
        return element(
            "section", ["id": "causes"], element("h2", text: causes.count == 1 ? "1 cause" : "\(causes.count) causes"),
            Page.table(["", "", "severity", "what is wrong", "plans"], rows, "causes"))
    }

    /// Between which operations the faults of a cause fired.
    func window(_ cause: CauseReport) -> String {
        let window = Sentences.window(cause)
        return cause.scenario + (window.isEmpty ? "" : ": \(window)")
    }

    private func plans(of scenario: String) -> Int { run.plans.count { $0.scenario == scenario } }

    /// Outcome against point: for each scenario of several plans a strip, a cell a plan.
    var strips: Markup {
        var scenarios: [String] = []
        var places: [String: [Int]] = [:]
        for (place, plan) in run.plans.enumerated() where !plan.values.isEmpty {
            if places[plan.scenario] == nil { scenarios.append(plan.scenario) }
            places[plan.scenario, default: []].append(place)
        }
        let several = scenarios.filter { (places[$0]?.count ?? 0) > 1 }
        guard !several.isEmpty else { return .nothing }
        return element(
            "section", ["id": "strips"], element("h2", text: "Outcome against matrix"),
            .list(several.map { strip($0, places[$0] ?? []) }), legend)
    }

    private var legend: Markup {
        let words = ["pass", "known", "fail", "flaky", "error", "skipped"]
        return element(
            "p", ["class": "legend"],
            each: words.flatMap {
                [element("span", ["class": "cell v-\($0)"], text: Page.letter($0)), .text(" \($0)  ")]
            })
    }

    private func strip(_ scenario: String, _ places: [Int]) -> Markup {
        // The longest list of values goes along the strip, the others tell the rows apart.
        let names = Set(places.flatMap { run.plans[$0].values.keys }).sorted()
        let along = names.max { left, right in distinct(left, places) < distinct(right, places) } ?? ""
        var order: [String] = []
        var rows: [String: [Int]] = [:]
        for place in places {
            let others = run.plans[place].values.filter { $0.key != along }.sorted { $0.key < $1.key }
            let label = others.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
            if rows[label] == nil { order.append(label) }
            rows[label, default: []].append(place)
        }
        let drawn = order.map { label in
            element(
                "div", ["class": "strip"], element("span", ["class": "label"], text: label.isEmpty ? along : label),
                element("span", ["class": "cells"], each: (rows[label] ?? []).map { cell($0, along) }))
        }
        return element("div", ["class": "strips"], element("h3", text: scenario), .list(drawn))
    }

    private func distinct(_ name: String, _ places: [Int]) -> Int {
        Set(places.map { run.plans[$0].values[name] ?? "" }).count
    }

    private func cell(_ place: Int, _ along: String) -> Markup {
        let plan = run.plans[place]
        let value = plan.values[along].map { "\(along)=\($0)" } ?? plan.name
        let title = [value, plan.verdict, plan.point.map { "at \($0)" } ?? ""].filter { !$0.isEmpty }
        return element(
            "a",
            [
                "class": "cell \(Page.verdictClass(plan.verdictWord))", "href": "#\(Page.anchor(place))",
                "title": title.joined(separator: "\n"),
            ], text: Page.letter(plan.verdictWord))
    }

    /// One letter for a verdict, so that colour is not all that tells them apart.
    static func letter(_ verdict: String) -> String {
        ["pass": "·", "known": "k", "fail": "#", "flaky": "~", "error": "!", "skipped": "-"][verdict] ?? "?"
    }
}
