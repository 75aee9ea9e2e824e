import Model
import Reports

/// Judgements to report.
enum Samples {
    /// `ip netns add` killed before it gives the name, in two runs, with a known, an allowed and a new finding.
    static var plan: Plan {
        var plan = Plan(
            scenario: "Scenarios/iproute2/netns-add-killed.yaml",
            title: "a name that can neither be entered nor added again")
        plan.bindings = ["name": "it's demo"]
        plan.steps = [
            Step(name: "add", body: .run(Command(agent: "ip", name: "add", argv: ["ip", "netns", "add", "demo"])))
        ]
        plan.faults = [
            Fault(
                name: "fault-1", point: Point(.before, Phrase("netns.name", "demo")),
                actions: [.kill(victims: .process)])
        ]
        plan.known = [
            Expectation(
                oracle: .deadName, subject: .object(Phrase("netns", "demo")), because: "not reported yet",
                location: "netns-add-killed.yaml:21:5")
        ]
        plan.allow = [
            Expectation(oracle: .residue, subject: .object(Phrase("file", "/run/netns")), because: "stays by design")
        ]
        return plan
    }

    static var delivery: Delivery {
        Delivery(
            fault: "fault-1", key: "add / ip / netns.name(demo) @ host # 1", operation: 5, step: "add",
            action: .kill(victims: .process),
            effect: .signalled(.kill, [.init(lineage: "ip", outcome: .ended)]), time: 2_601_499,
            held: 1_250_000)
    }

    static var judgement: Judgement {
        var judgement = Judgement(plan: plan, verdict: .fail)
        func finding(_ oracle: OracleName, _ subject: String, _ message: String) -> Finding {
            Finding(
                oracle: oracle, subject: subject, step: "add", message: message, severity: .high, cwe: "CWE-459",
                fingerprint: subject)
        }
        var known = finding(.deadName, "netns demo", "the name demo leads to no namespace")
        known.evidence = ["/run/netns/demo is an empty file", "created by netns.create at add / ip"]
        known.expected = plan.known[0]
        var allowed = finding(.residue, "file /run/netns", "a file is left")
        allowed.expected = plan.allow[0]
        var new = finding(.noConvergence, "add", "run again, add does not come to the reference")
        known.timing = .race
        allowed.timing = .race
        new.alsoInControl = true
        new.timing = .always
        judgement.findings = [known, allowed, new]
        judgement.reasons = ["run again, add does not come to the reference; a control shows it too: no race"]
        judgement.unseen = []
        judgement.masked = ["link eth0 in pod: mac"]
        judgement.notes = ["control-after is no evidence: it did not settle"]
        var run = JudgedRun(folder: "/r/fault-1")
        run.deliveries = [delivery]
        run.fingerprints = ["netns demo", "add"]
        var second = run
        second.fingerprints = ["netns demo"]
        judgement.runs = [run, second]
        return judgement
    }

    /// The record of its first run: ten operations of `ip`, the sixth of which never happened.
    static var record: Record {
        var header = RecordHeader(plan: plan, role: .fault)
        header.deliveries = [delivery]
        let words = [
            Phrase("exec", "/usr/sbin/ip"), Phrase("file.create", "/run/netns"), Phrase("netns.stat", "demo"),
            Phrase("netns.create", "demo", ["type": "net"]), Phrase("netns.open", "demo"),
            Phrase("netns.name", "demo", ["source": "/proc/self/ns/net"], in: "host"),
        ]
        let operations = (0..<10).map { index in
            Operation(
                index: index, step: "add", agent: "ip", lineage: "ip", program: index < 6 ? "ip" : "cleaner", thread: 7,
                call: "mount", phrase: index < words.count ? words[index] : Phrase("netns.list", "", in: "host"),
                result: index == 5 ? .unknown : index == 2 ? .failed(ErrorNumber(2)) : .ok,
                started: UInt64(index) * 500_000)
        }
        return Record(header: header, snapshots: [:], operations: OperationLog(operations))
    }

    static var run: RunReport {
        var run = RunReport(run: "20261121-020850-001", began: 1_795_228_130, versions: ["tocsin": "0.1.0"])
        run.duration = 3_456_000_000
        run.status = 1
        run.plans = [
            PlanReport(
                judgement, hasControls: true, shown: RecordView(of: record),
                folder: "results/runs/20261121-020850-001/plan-0001-netns-add-killed",
                replay: Replay.command(file: plan.scenario, bindings: plan.bindings))
        ]
        var other = Plan(scenario: "Scenarios/cni/lease.yaml", title: "a lease")
        run.plans.append(PlanReport(Judgement(plan: other, verdict: .pass), hasControls: false))
        other.scenario = "Scenarios/cni/replaced.yaml"
        var skipped = Judgement(plan: other, verdict: .skipped("needs the program /usr/lib/cni/bridge"))
        skipped.reasons = ["needs the program /usr/lib/cni/bridge"]
        run.plans.append(PlanReport(skipped, hasControls: false))
        return run
    }
}
