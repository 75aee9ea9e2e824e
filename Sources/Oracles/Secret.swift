import Model

/// A canary, which stands for a secret, can be read by others than those to whom it was given.
struct Secret: Oracle {
    static let name = OracleName(rawValue: "secret")
    static let isAboutText = true
    static let judgesHostile = true
    static let severity = Severity.high
    static let cwe = "CWE-532"
    static let meaning = "a canary that stands for a secret can be read by others"
    static let blindSpots = "a secret that is sent, or kept in memory"
    static let pairs = ["secret-in-arguments", "secret-in-error", "secret-in-open-file"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        try evidence.plan.canaries.flatMap { canary in
            var found = outputs(canary, evidence) + files(canary, evidence)
            // Who is given it as an argument may hand it on as one.
            if !evidence.plan.givesAsArgument(canary.text) { found += try arguments(canary, evidence) }
            return found
        }
    }

    private func finding(
        _ canary: Planted, in place: String, step: String, _ message: String, _ evidence: [String],
        cwe: String = Secret.cwe
    ) -> Finding {
        Finding(
            oracle: Secret.name, subject: "\(canary.variable) in \(place)", step: step, message: message,
            evidence: evidence + ["`\(canary.variable)` was `\(canary.text)`"], severity: Secret.severity, cwe: cwe)
    }

    private func arguments(_ canary: Planted, _ evidence: Evidence) throws -> [Finding] {
        var seen: Set<String> = []
        return evidence.record.operations.compactMap { operation in
            guard operation.phrase.word == "exec",
                operation.phrase.qualifiers["argv"]?.contains(canary.text) ?? false
            else { return nil }
            let program = operation.phrase.argument.split(separator: "/").last.map(String.init) ?? ""
            guard seen.insert(program).inserted else { return nil }
            return finding(
                canary, in: "arguments of \(program)", step: operation.step,
                "\(operation.program) gives \(canary.variable) to \(program) as an argument, which every user can read",
                ["begun: \(operation.phrase.lineText)", "at \(operation.key)"], cwe: "CWE-214")
        }
    }

    private func outputs(_ canary: Planted, _ evidence: Evidence) -> [Finding] {
        var seen: Set<String> = []
        return evidence.steps.compactMap { step in
            let lines = step.outcome.attempts.flatMap { attempt in
                [attempt.output, attempt.errorOutput].flatMap { text in
                    text.split(separator: "\n").filter { $0.contains(canary.text) }
                }
            }
            guard let first = lines.first, seen.insert(step.id).inserted else { return nil }
            return finding(
                canary, in: "output of \(step.id)", step: step.id,
                "\(step.id) writes \(canary.variable) into what it says: \(lines.count == 1 ? "1 line" : "\(lines.count) lines")",
                ["said: \(first)"])
        }
    }

    private func files(_ canary: Planted, _ evidence: Evidence) -> [Finding] {
        var seen: Set<String> = []
        return evidence.steps.flatMap { step in
            (step.outcome.sightings ?? []).compactMap { sighting in
                guard sighting.variable == canary.variable, seen.insert(sighting.path).inserted else { return nil }
                let what = sighting.isLog ? "log" : "file"
                return finding(
                    canary, in: "\(what) \(sighting.path)", step: step.id,
                    sighting.isLog
                        ? "\(step.id) writes \(canary.variable) into the log \(sighting.path)"
                        : "\(step.id) writes \(canary.variable) into \(sighting.path), which every user can read",
                    ["its mode is \(sighting.mode)"], cwe: sighting.isLog ? Secret.cwe : "CWE-732")
            }
        }
    }
}

extension Plan {
    /// Whether the scenario itself starts something with this text among its arguments.
    fileprivate func givesAsArgument(_ text: String) -> Bool {
        let commands = allSteps.flatMap { step -> [String] in
            if case .run(let command) = step.body { command.argv } else { [] }
        }
        let others = agents.values.flatMap { agent -> [String] in
            switch agent.kind {
            case .commands: []
            case .driver(let argv): argv
            case .service(let service): service.argv
            }
        }
        return (commands + others).contains { $0.contains(text) }
    }
}
