import Model

/// A run as SARIF 2.1.0, for code scanning: a rule is an oracle, a result a finding of a plan.
public enum SARIFReport {
    /// The document, ending with a line feed.
    public static func text(_ run: RunReport) -> String {
        JSONValue.record([
            "$schema": .string(
                "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"),
            "version": .string("2.1.0"), "runs": .array([document(run)]),
        ]).text + "\n"
    }

    private static func document(_ run: RunReport) -> JSONValue {
        let findings = run.plans.flatMap(\.findings).map(\.finding)
        let oracles = Set(findings.map(\.oracle.rawValue)).sorted()
        let weaknesses = Set(findings.map(\.cwe)).sorted()
        let rules = oracles.compactMap { name in findings.first { $0.oracle.rawValue == name } }.map {
            rule($0, run.meanings[$0.oracle])
        }
        let results = run.plans.flatMap { plan in plan.findings.map { result($0, of: plan, oracles) } }
        var invocation: [String: JSONValue] = [
            "executionSuccessful": .bool(run.count(of: "error") == 0),
            "toolExecutionNotifications": .array(run.plans.flatMap(notifications)),
        ]
        if let status = run.status { invocation["exitCode"] = .integer(Int64(status)) }
        if let began = run.began { invocation["startTimeUtc"] = .string(Moments.utc(began)) }
        if let began = run.began, let duration = run.duration {
            invocation["endTimeUtc"] = .string(Moments.utc(began + Double(duration) / 1e9))
        }
        var document: [String: JSONValue] = [
            "tool": .record([
                "driver": .record([
                    "name": .string("tocsin"), "version": run.versions["tocsin"].map { .string($0) },
                    "rules": .array(rules),
                    "supportedTaxonomies": .array([.record(["name": .string("CWE"), "index": .integer(0)])]),
                ])
            ]),
            "invocations": .array([.object(invocation)]), "results": .array(results),
            "columnKind": .string("unicodeCodePoints"),
            "originalUriBaseIds": .record([
                "SRCROOT": .record(["description": message("The folder in which tocsin was called")])
            ]),
            "taxonomies": .array([
                .record([
                    "name": .string("CWE"), "organization": .string("MITRE"),
                    "informationUri": .string("https://cwe.mitre.org/"), "isComprehensive": .bool(false),
                    "shortDescription": message("Common Weakness Enumeration"),
                    "taxa": .array(weaknesses.map { .record(["id": .string(number($0))]) }),
                ])
            ]),
        ]
        if let id = run.run { document["automationDetails"] = .record(["id": .string("tocsin/\(id)")]) }
        return .object(document)
    }

    private static func rule(_ finding: Finding, _ meaning: String?) -> JSONValue {
        let name = finding.oracle.rawValue.split(separator: "-").joined(separator: " ")
        let text = meaning.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." } ?? name
        return .record([
            "id": .string(finding.oracle.rawValue), "name": .string(camel(finding.oracle.rawValue)),
            // Code scanning of GitHub takes no rule without all three.
            "shortDescription": message(name), "fullDescription": message(text),
            "help": message("\(text) The oracle is `\(finding.oracle.rawValue)` of tocsin, \(finding.cwe)."),
            "defaultConfiguration": .record(["level": .string(level(finding.severity))]),
            "relationships": .array([
                .record([
                    "target": .record([
                        "id": .string(number(finding.cwe)), "toolComponent": .record(["name": .string("CWE")]),
                    ]), "kinds": .strings(["superset"]),
                ])
            ]),
            "properties": .record(["tags": .strings(["external/cwe/\(finding.cwe.lowercased())"])]),
        ])
    }

    private static func result(_ report: FindingReport, of plan: PlanReport, _ oracles: [String]) -> JSONValue {
        let finding = report.finding
        let objects = finding.differences.map { ObjectText.line($0) }
        let text = ([finding.message] + objects).joined(separator: "\n")
        var result: [String: JSONValue] = [
            "ruleId": .string(finding.oracle.rawValue),
            "ruleIndex": .integer(Int64(oracles.firstIndex(of: finding.oracle.rawValue) ?? 0)),
            "level": .string(level(finding.severity)), "kind": .string("fail"),
            "message": message(VisibleText.block(text)), "locations": .array([location(of: plan)]),
            "partialFingerprints": .record(["tocsin/v1": .string(finding.fingerprint)]),
            "taxa": .array([
                .record(["id": .string(number(finding.cwe)), "toolComponent": .record(["name": .string("CWE")])])
            ]),
            "properties": .record([
                "plan": .string(plan.name), "step": .string(finding.step), "verdict": .string(plan.verdictWord),
                "race": .bool(report.isRace), "rate": Shapes.rate.object(report.rate), "replay": .string(plan.replay),
            ]),
        ]
        let frames = frames(of: plan)
        if !frames.isEmpty { result["relatedLocations"] = .array(frames.enumerated().map { location(of: $1, $0 + 1) }) }
        if !plan.shown.timeline.isEmpty { result["codeFlows"] = .array([flow(of: plan)]) }
        // What the scenario expects stays in the list, closed.
        if let expected = finding.expected {
            result["suppressions"] = .array([
                .record(["kind": .string("inSource"), "justification": .string(VisibleText.line(expected.because))])
            ])
        } else {
            result["suppressions"] = .array([])
        }
        return .object(result)
    }

    private static func flow(of plan: PlanReport) -> JSONValue {
        let place = physical(plan)
        let steps = plan.shown.timeline.map { line -> JSONValue in
            let text = VisibleText.line("\(line.who): \(line.what): \(line.result)")
            return .record([
                "location": .record(["physicalLocation": place, "message": message(text)]),
                "importance": .string(line.isFault ? "essential" : "important"),
            ])
        }
        return .record(["threadFlows": .array([.record(["locations": .array(steps)])])])
    }

    private static func notifications(_ plan: PlanReport) -> [JSONValue] {
        let errors = plan.verdictWord == "error" ? plan.reasons.map { ("error", $0) } : []
        return (errors + plan.notLookedAt.map { ("note", $0) }).map { level, text in
            .record([
                "level": .string(level), "message": message(VisibleText.block("\(plan.name): \(text)")),
                "locations": .array([location(of: plan)]),
            ])
        }
    }

    /// Where in its own source the agent stood when the faults of a plan fired, as far as that was read.
    private static func frames(of plan: PlanReport) -> [SourceFrame] {
        plan.runs.flatMap(\.deliveries).compactMap { $0.stack?.own }.reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
    }

    private static func location(of frame: SourceFrame, _ number: Int) -> JSONValue {
        let isAbsolute = frame.file.hasPrefix("/")
        return .record([
            "id": .integer(Int64(number)), "message": message("the agent stood here"),
            "physicalLocation": .record([
                // Go's are relative to where its modules lie, which no program knows of itself.
                "artifactLocation": .record(["uri": .string((isAbsolute ? "file://" : "") + encoded(frame.file))]),
                "region": .record(["startLine": .integer(Int64(max(1, frame.line)))]),
            ]),
            "logicalLocations": .array([.record(["fullyQualifiedName": .string(VisibleText.line(frame.function))])]),
        ])
    }

    private static func location(of plan: PlanReport) -> JSONValue {
        .record(["physicalLocation": physical(plan)])
    }

    /// The line of the scenario that says the fault; its first where there is none.
    private static func physical(_ plan: PlanReport) -> JSONValue {
        let place = plan.place
        let file = place.file
        let region: JSONValue = .record([
            "startLine": .integer(place.line ?? 1), "startColumn": place.column.map { .integer($0) },
        ])
        let isAbsolute = file.hasPrefix("/")
        return .record([
            "artifactLocation": .record([
                "uri": .string((isAbsolute ? "file://" : "") + encoded(file)),
                "uriBaseId": isAbsolute ? nil : .string("SRCROOT"),
            ]), "region": region,
        ])
    }

    /// A path as a reference of RFC 3986.
    private static func encoded(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = path.utf8.flatMap { byte -> [UInt8] in
            let isPlain =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._~/".utf8.contains(byte)
            return isPlain ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func message(_ text: String) -> JSONValue { .record(["text": .string(text)]) }

    private static func level(_ severity: Severity) -> String {
        switch severity {
        case .high: "error"
        case .medium: "warning"
        case .low: "note"
        }
    }

    /// `459` of `CWE-459`.
    private static func number(_ cwe: String) -> String { cwe.hasPrefix("CWE-") ? String(cwe.dropFirst(4)) : cwe }

    /// `FalseSuccess` of `false-success`.
    private static func camel(_ name: String) -> String {
        name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
