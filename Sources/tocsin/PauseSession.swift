import Campaign
import FoundationEssentials
import Glibc
import Kernel
import Model

/// One run that stands still at its faults, for somebody at a terminal; nothing of it is judged or kept.
struct PauseSession {
    /// How often the plan is run without faults, from which it is known what differs anyway.
    private static let undisturbed = 3

    let options: RunOptions
    /// The fault at which it stands still; every one where none is named.
    let fault: String?

    /// Runs a plan; returns the exit status.
    func run(_ plan: Plan) throws -> Int32 {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw UnusableInput("--pause asks at a terminal: standard input and output must be one")
        }
        let faults = plan.faults.filter { fault == nil || $0.name == fault }
        guard !faults.isEmpty else {
            let names = plan.faults.map(\.name).joined(separator: ", ")
            throw UnusableInput("--pause-at \(fault ?? ""): the plan has \(names.isEmpty ? "no fault" : names)")
        }
        if let reason = try Machine().unmet(plan) {
            Output.note("\(plan.name): skipped: \(reason)")
            return ExitStatus.nothing
        }
        Output.note("\(plan.name): never judged, and nothing is kept; first \(Self.undisturbed) runs without faults")
        let trial = try TrialFolder()
        defer { withExtendedLifetime(trial) {} }
        // Each time it comes to a place, how it is there.
        var states: [String: [[PauseReport.State]]] = [:]
        var records: [Record] = []
        for number in 1...Self.undisturbed {
            var job = Job(
                plan: plan.withoutFaults, role: .reference, run: number, folder: "\(trial.path)/reference-\(number)",
                pinned: options.isPinned)
            job.pause = Job.Pause(at: faults)
            var own: [String: [PauseReport.State]] = [:]
            let failure = try run(job, logs: trial.path) { report in
                guard let state = report.state else { return .look }
                own[report.fault, default: []].append(state)
                return .next
            }
            for (name, all) in own { states[name, default: []].append(all) }
            let record = failure == nil ? try RecordFolder(job.folder).read() : nil
            if let reason = failure ?? record?.header.error {
                Output.note("error: without faults it is no evidence: \(reason)")
                return ExitStatus.error
            }
            if let record { records.append(record) }
        }
        let reference: Reference?
        do { reference = try Reference.learn(records) } catch {
            Output.note("there is no `diff`: runs without faults differ: \(error)")
            reference = nil
        }
        var job = Job(plan: plan, role: .trace, folder: "\(trial.path)/paused-1", pinned: options.isPinned)
        job.pause = Job.Pause(at: faults)
        var talk = PauseTalk(reference: reference, states: states)
        let failure = try run(job, logs: trial.path) { talk.answer($0) }
        let record = failure == nil ? try RecordFolder(job.folder).read() : nil
        for outcome in record?.header.outcomes ?? [] {
            let ends = outcome.attempts.map { "\($0.end)" }.joined(separator: ", then ")
            Output.print("\(outcome.step): \(ends.isEmpty ? "done" : ends)")
        }
        if !talk.isEnded, let reason = failure ?? record?.header.error { Output.note("it is no evidence: \(reason)") }
        if talk.count == 0 { Output.note("it never came to the fault") }
        Output.note("never judged: without --pause it is")
        return talk.count == 0 ? ExitStatus.nothing : ExitStatus.success
    }

    private func run(_ job: Job, logs: String, _ answer: @escaping (PauseReport) -> PauseAnswer) throws -> String? {
        var failure: String? = "it never ended"
        var configuration = WorkerPool.Configuration(slots: [try options.slots().first ?? nil], logs: logs)
        configuration.paused = answer
        try WorkerPool(configuration).run([job]) { _, report in
            failure = report.failure
            return []
        }
        return failure
    }
}

/// Somebody at the terminal.
private struct PauseTalk {
    let reference: Reference?
    let states: [String: [[PauseReport.State]]]
    private let editor = LineEditor(terminal: STDIN_FILENO)
    /// How often it stood still.
    private(set) var count = 0
    /// Whether it was told to end.
    private(set) var isEnded = false
    /// How often it came to each fault.
    private var comings: [String: Int] = [:]
    /// What is to be done with the next report.
    private var pending: Pending?

    private enum Pending {
        case diff
        case enter([String])
    }

    init(reference: Reference?, states: [String: [[PauseReport.State]]]) {
        self.reference = reference
        self.states = states
    }

    mutating func answer(_ report: PauseReport) -> PauseAnswer {
        if let pending {
            self.pending = nil
            if let problem = report.problem { say([problem]) } else { finish(pending, report) }
        } else {
            count += 1
            if report.moment == .before { comings[report.fault, default: 0] += 1 }
            say(PausePrompt.place(report))
            if count == 1 { say(["`next` lets it happen, `go` lets all go on; `help` lists what there is"]) }
        }
        editor.completions = { PausePrompt.completions($0, in: report) }
        while true {
            guard let text = editor.line("tocsin> ") else { return end() }
            switch PausePrompt.Line(text) {
            case .empty: continue
            case .wrong(let why): say([why])
            case .command(let command, let words): if let answer = act(command, words, report) { return answer }
            }
        }
    }

    private mutating func end() -> PauseAnswer {
        isEnded = true
        return .end
    }

    /// Does what needs the run not; else what it is told.
    private mutating func act(
        _ command: PausePrompt.Command, _ words: [String], _ report: PauseReport
    ) -> PauseAnswer? {
        switch command {
        case .where: say(PausePrompt.place(report))
        case .held:
            say(report.held.isEmpty ? ["nobody: the fault is at the edge of a step"] : report.held.map { "  \($0)" })
        case .processes: say(report.processes.isEmpty ? ["none"] : report.processes.map { "  \($0)" })
        case .namespaces: say(PausePrompt.namespaces(report))
        case .help: say(PausePrompt.help(words))
        case .next: return .next
        case .go: return .go
        case .end: return end()
        case .diff:
            pending = .diff
            return .look
        case .enter:
            guard let name = words.first else {
                say(["enter NAME: \(report.namespaces.filter(\.isAlive).map(\.role).joined(separator: ", "))"])
                return nil
            }
            pending = .enter(words)
            return .open(name)
        }
        return nil
    }

    private func finish(_ pending: Pending, _ report: PauseReport) {
        switch pending {
        case .diff:
            guard let reference, let state = report.state else { return say(["there is none"]) }
            let place = max(0, (comings[report.fault] ?? 1) - 1)
            let usual = (states[report.fault] ?? []).compactMap { place < $0.count ? $0[place] : nil }
            say(PauseDifference(reference: reference, states: usual).lines(state))
        case .enter(let words):
            guard let path = report.opened else { return say(["it cannot be entered"]) }
            if words.count == 1 {
                say(["as long as you stand in \(words[0]), it cannot go, whatever happens to its name; exit leaves it"])
            }
            do {
                let end = try TerminalProgram.run(
                    [
                        "nsenter", "--target", "\(report.host)", "--mount", "--uts", "--ipc", "--pid", "--root", "--wd",
                        "--net=\(path)", "--",
                    ]
                        + (words.count == 1 ? ["/bin/sh", "-i"] : Array(words.dropFirst())),
                    environment: ["PS1": "\(words[0])# "])
                if let end { say([end]) }
            } catch { say(["\(error)"]) }
        }
    }

    private func say(_ lines: [String]) { lines.forEach { Output.print($0) } }
}
