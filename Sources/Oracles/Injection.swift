import Model

/// A value that must stay text was executed, or became a line of its own.
struct Injection: Oracle {
    static let name = OracleName.injection
    static let isAboutText = true
    static let judgesHostile = true
    static let severity = Severity.high
    static let cwe = "CWE-78"
    static let meaning = "a value that must stay text was executed, or became a line of its own"
    static let blindSpots = "what it does elsewhere than in the host"
    static let pairs = ["address-becomes-a-rule", "gateway-splits-a-batch", "name-run-by-a-shell"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        let hostile = evidence.plan.planted?.filter { $0.kind == .hostile } ?? []
        return hostile.compactMap { value in
            guard let trace = executed(evidence) ?? made(evidence) else { return nil }
            return Finding(
                oracle: Injection.name, subject: value.variable, step: trace.step,
                message: "\(value.variable) is more than text: \(trace.what)",
                evidence: trace.lines + ["`\(value.variable)` was \(Phrase.shown(value.text))"],
                severity: Injection.severity, cwe: trace.cwe)
        }
    }

    /// Where the value came out, and as what.
    private struct Trace {
        var step: String
        var what: String
        var lines: [String]
        var cwe: String
    }

    private func executed(_ evidence: Evidence) -> Trace? {
        for operation in evidence.record.operations where operation.phrase.word == "exec" {
            guard operation.phrase.argument.split(separator: "/").last.map(String.init) == HostileValue.mark else {
                continue
            }
            return Trace(
                step: operation.step, what: "\(operation.lineage) runs a command of it",
                lines: ["begun: \(operation.phrase.lineText)", "at \(operation.key)"], cwe: Injection.cwe)
        }
        return nil
    }

    private func made(_ evidence: Evidence) -> Trace? {
        let there = Set(evidence.start.facts.map(\.identity))
        for step in evidence.steps {
            guard
                let fact = step.after.facts.first(where: {
                    $0.isMadeOfHostileValue && !there.contains($0.identity)
                })
            else { continue }
            return Trace(
                step: step.id, what: "\(step.id) makes \(fact.identity)",
                lines: ["there: \(Lines.text(fact))"] + [evidence.makerLine(of: fact.identity)].compactMap(\.self),
                cwe: "CWE-74")
        }
        return nil
    }
}

extension Fact {
    /// Whether it bears the name that a hostile value gives, and nothing but that.
    fileprivate var isMadeOfHostileValue: Bool {
        switch identity.noun {
        case "link": identity.name == HostileValue.mark
        case "nft":
            ["table ", "chain "].contains { identity.name.hasPrefix($0) }
                && identity.name.hasSuffix(" \(HostileValue.mark)")
        default: false
        }
    }
}

extension Phrase {
    /// A text on one line, in quotes.
    fileprivate static func shown(_ text: String) -> String {
        "`" + text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n") + "`"
    }
}
