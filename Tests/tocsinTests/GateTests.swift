import Campaign
import Exploration
import Model
import Reports
import Testing

@testable import tocsin

/// What of a run fails a build.
struct GateTests {
    private func finding(_ name: String, _ severity: Severity = .high) -> Finding {
        Finding(
            oracle: .residue, subject: name, step: "add", message: "\(name) is left", severity: severity,
            cwe: "CWE-459",
            fingerprint: name)
    }

    /// A plan of which each run shows these findings.
    private func judgement(_ runs: [[Finding]]) -> Judgement {
        var judgement = Judgement(plan: Plan(scenario: "a.yaml", title: "a"), verdict: .fail)
        for finding in runs.flatMap(\.self) where !judgement.findings.contains(finding) {
            judgement.findings.append(finding)
        }
        judgement.runs = runs.map { findings in
            var run = JudgedRun(folder: "/r")
            run.fingerprints = Set(findings.map(\.fingerprint))
            return run
        }
        if judgement.findings.isEmpty { judgement.verdict = .pass }
        return judgement
    }

    private func status(_ gate: Gate, _ judgement: Judgement) -> Int32 {
        tally(gate, judgement).exitStatus(interrupted: nil)
    }

    private func tally(_ gate: Gate, _ judgements: Judgement...) -> GateTally {
        var tally = GateTally(gate)
        judgements.forEach { tally.add($0) }
        return tally
    }

    private func baseline(_ judgement: Judgement) -> Baseline {
        Baseline(versions: [:], plans: [BaselinePlan(judgement, replay: "")])
    }

    @Test func withoutABaselineEverythingFails() {
        #expect(status(Gate(), judgement([[finding("a")]])) == ExitStatus.failed)
        #expect(status(Gate(), judgement([[]])) == ExitStatus.success)
    }

    @Test func whatTheBaselineHasFailsNothing() {
        let gate = Gate(before: baseline(judgement([[finding("a")]])))
        #expect(status(gate, judgement([[finding("a")]])) == ExitStatus.success)
        #expect(status(gate, judgement([[finding("a"), finding("b")]])) == ExitStatus.failed)
        #expect(status(gate, judgement([[]])) == ExitStatus.success)
    }

    @Test func whatTheBaselineTestedMustBeTested() {
        var skipped = judgement([[]])
        skipped.verdict = .skipped("needs nft")
        var other = judgement([[]])
        other.plan.scenario = "b.yaml"
        var before = baseline(judgement([[]]))
        #expect(tally(Gate(before: before), skipped, other).exitStatus(interrupted: nil) == ExitStatus.error)
        before = baseline(skipped)
        #expect(tally(Gate(before: before), skipped, other).exitStatus(interrupted: nil) == ExitStatus.success)
    }

    @Test func lessThanTheLeastSeverityFailsNothing() {
        let gate = Gate(severity: .high)
        #expect(status(gate, judgement([[finding("a", .medium)]])) == ExitStatus.success)
        #expect(status(gate, judgement([[finding("a")]])) == ExitStatus.failed)
        let tally = tally(gate, judgement([[finding("a", .medium)]]))
        #expect(tally.remarks == ["--fail-on high: 1 finding fails nothing"])
    }

    @Test func whatIsNotSeenAgainFailsNothing() {
        let gate = Gate(confirming: 2)
        let (a, b) = (finding("a"), finding("b"))
        #expect(status(gate, judgement([[a], [], []])) == ExitStatus.success)
        #expect(status(gate, judgement([[a], [], [a]])) == ExitStatus.failed)
        #expect(status(gate, judgement([[a], [], [b]])) == ExitStatus.failed)
        // Where nothing had to be seen again, each run counts.
        #expect(status(Gate(runs: 3, confirming: 2), judgement([[a], [], []])) == ExitStatus.failed)
    }

    @Test func anErrorStaysOne() {
        var broken = judgement([[]])
        broken.verdict = .error("no record")
        #expect(status(Gate(before: baseline(judgement([[]]))), broken) == ExitStatus.error)
        #expect(tally(Gate()).exitStatus(interrupted: Interruption(signal: 2)) == 130)
    }
}

/// Which part a CI system means.
struct ShardVariableTests {
    static let environments: [([String: String], String?)] = [
        (["CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "4"], "1/4"), (["CI_NODE_INDEX": "4", "CI_NODE_TOTAL": "4"], "4/4"),
        (["CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "2"], "1/2"),
        (["BUILDKITE_PARALLEL_JOB": "1", "BUILDKITE_PARALLEL_JOB_COUNT": "2"], "2/2"),
        (["JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "3"], "1/3"),
        (["TOCSIN_SHARD_INDEX": "2", "TOCSIN_SHARD_TOTAL": "3", "CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "9"], "3/3"),
        (["CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "4"], nil), (["CI_NODE_INDEX": "1"], nil), ([:], nil),
        (["CI_NODE_INDEX": "", "JOB_COMPLETION_INDEX": "1", "JOB_COMPLETIONS": "2"], "2/2"),
        (["JOB_COMPLETION_INDEX": "x", "JOB_COMPLETIONS": "2"], nil),
        (["JOB_COMPLETION_INDEX": "9223372036854775807", "JOB_COMPLETIONS": "2"], nil),
    ]

    @Test(arguments: environments) func theVariablesSayIt(variables: [String: String], part: String?) throws {
        guard let part else {
            #expect(throws: UnusableInput.self) { try Shard(environment: { variables[$0] }) }
            return
        }
        #expect(try Shard(environment: { variables[$0] }) == Shard(part))
    }

    @Test func anOptionThatMeansNoneIsRefused() {
        for words in [
            ["--shard", "0/2"], ["--shard", "3/2"], ["--shard", "x"], ["--budget", "3"], ["--confirm", "0"],
        ] {
            #expect(throws: (any Error).self) { try RunCommand.parse(words + ["x.yaml"]) }
        }
        #expect(throws: (any Error).self) { try RunCommand.parse(["--write-baseline", "x.yaml"]) }
        #expect(throws: Never.self) { try RunCommand.parse(["--shard", "ci", "x.yaml"]) }
    }
}
