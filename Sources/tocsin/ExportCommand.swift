import ArgumentParser
import Campaign
import FoundationEssentials
import Kernel
import Model
import Reports
import ResultStore
import Scenario

/// Writes a plan as a script that needs no Tocsin.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a reproducer that needs no Tocsin, for the agent's own tracker, and tries it.",
        usage: """
            tocsin export [--write FILE] FILE [--only NAME=VALUE]... [--fault 'POINT: ACTION']
            tocsin export [--write FILE] plan.json | CAUSE | FINGERPRINT
            tocsin export [--write FILE] [--netns NAME]... --fault 'POINT: ACTION' -- COMMAND [ARGUMENT]...
            """,
        discussion: """
            The script runs the commands of the story twice, in namespaces and on a root of its own: without the fault, and with \
            it, where strace(1) fails the agent's call, kills the agent there, or holds it while the shell does what somebody else \
            did. What strace cannot do (the answer to a netlink request, all processes at once, a call that several threads make) a C \
            program does that stands in the script. It prints how what is left differs. It is run before it is handed out; where it shows nothing, or there can be \
            none, the reason is printed and the exit status is 4.

            Examples:
              tocsin export Scenarios/iproute2/ip-netns-add-killed.yaml --write report.sh
              tocsin export 1                                        the first cause of the last run or exploration
              tocsin export --fault 'before netns.name x: kill process' -- ip netns add x
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var options: RunOptions

    @Option(help: "'POINT: ACTION', in the words of `tocsin trace`; with a file, in place of its own faults.")
    var fault: [String] = []

    @Option(help: "With a command: a namespace that is there before.")
    var netns: [String] = []

    @Option(help: "Where the script goes. [standard output]")
    var write: String?

    func validate() throws {
        let command = DoubleDash.command ?? []
        guard command.isEmpty == (scenario.files.count == 1), scenario.files.count < 2 else {
            throw ValidationError(
                "one scenario file, plan.json, cause or fingerprint, or a command behind --, is needed")
        }
        if fault.count > 1 { throw ValidationError("a reproducer has one fault") }
        if command.isEmpty, !netns.isEmpty { throw ValidationError("--netns is for a command behind --") }
    }

    func run() throws {
        let plans = try reporting { try chosen() }
        guard let plan = plans.first else {
            Output.note("nothing is exported: --only matched no plan, or the file has none")
            throw ExitCode.of(ExitStatus.nothing)
        }
        if let others = Loading.others(than: plans) { Output.note("this is \(plan.name); \(others)") }
        if let reason = try Machine().unmet(plan) {
            Output.note("\(plan.name): skipped: \(reason)")
            throw ExitCode.of(ExitStatus.nothing)
        }
        do {
            let record = try Trial.run(
                plan.withoutFaults, cpu: try options.slots().first ?? nil, pinned: options.isPinned)
            if let error = record.header.error {
                throw Reproducer.Impossible(description: "without faults it is no evidence: \(error)")
            }
            let reproducer = try Reproducer(plan, record)
            let script = reproducer.script(try way(reproducer))
            let (status, said) = try tried(script)
            guard status == 1 else {
                Output.note(said)
                throw Reproducer.Impossible(
                    description: status == 0
                        ? "the script shows nothing: what is left is as without the fault"
                        : "the script ended with \(status)")
            }
            if let write {
                try Files.write(Data(script.utf8), to: write)
                Output.note("tried, and it shows:\n\(said)\nsh \(Replay.quoted(write))")
            } else {
                Output.print(script)
                Output.note("tried, and it shows what it should")
            }
        } catch let problem as Reproducer.Impossible {
            Output.note("there is no reproducer without Tocsin: \(problem)")
            throw ExitCode.of(ExitStatus.nothing)
        }
    }

    /// The plan that is meant, and those beside it.
    private func chosen() throws -> [Plan] {
        if let command = DoubleDash.command, !command.isEmpty {
            return try InlineScenario(argv: command, faults: fault, namespaces: netns).plans()
        }
        let what = scenario.files[0]
        if StoredPlanFile.isOne(what) { return [try StoredPlanFile.plan(what)] }
        if !Files.exists(what), Int(what) != nil || what.count >= 12 && what.allSatisfy(\.isHexDigit) {
            return [try stored(what)]
        }
        let loaded = try Loading.scenarios([what], faults: try InlineScenario.read(fault, at: nil))
        for warning in loaded.flatMap(\.warnings) { Output.note(warning.description) }
        return try Loading.select(
            loaded.flatMap(\.plans), only: scenario.only, ignoring: loaded.flatMap(\.replacedNames))
    }

    /// The plan of a cause of the last run, or of a finding.
    private func stored(_ what: String) throws -> Plan {
        let results = options.existingResults
        guard Files.exists(results.store) else {
            throw UnusableInput("there are no results in \(FilePathText.short(results.path))")
        }
        let store = try ResultStore(path: results.store, reading: true)
        for run in try store.runs(limit: 200) {
            if let number = Int(what), what.count < 4 {
                guard let file = try ExplorationFile.read(in: results.folder(of: run.id)), let causes = file.causes,
                    let cause = causes.first(where: { $0.number == number })
                else {
                    throw UnusableInput(
                        "the last run is no exploration with a cause \(number); a plan.json of it can be exported")
                }
                return cause.smallest ?? file.exploration.plan(cause.example)
            }
            let plans = try store.plans(of: run.id).map(\.judgement)
            if let found = plans.first(where: { $0.findings.contains { $0.fingerprint.hasPrefix(what) } }) {
                return found.plan
            }
        }
        throw UnusableInput("no finding \(what) in \(FilePathText.short(results.path))")
    }

    /// What stops the agent: strace where it can, else a program.
    private func way(_ reproducer: Reproducer) throws -> Reproducer.Way {
        var reason = Reproducer.Impossible(description: "no program can do \(reproducer.action.lineText) at that call")
        if !reproducer.needsProgram {
            let calls = try calls(reproducer)
            do throws(Reproducer.Impossible) {
                return .strace(try reproducer.call(in: calls))
            } catch {
                reason = error
            }
        }
        guard let source = ReproducerProgram.source(reproducer) else { throw reason }
        let path = environmentVariable("PATH") ?? ""
        guard path.split(separator: ":").contains(where: { Files.exists("\($0)/cc") }) else {
            throw Reproducer.Impossible(description: "strace cannot do it, and to try a program there is no cc(1) here")
        }
        return .program(source)
    }

    /// The calls of the step of the fault.
    private func calls(_ reproducer: Reproducer) throws -> [String] {
        let (status, said) = try tried(reproducer.script(nil))
        guard status == 0 else {
            let isOverlay = said.contains("on overlay")
            let reason = isOverlay ? "it takes an overlay over /, which" : "its commands"
            throw Reproducer.Impossible(
                description: "\(reason) cannot be \(isOverlay ? "mounted" : "run without Tocsin") here: \(said)")
        }
        if options.verbose { Output.note(said) }
        return said.split(separator: "\n").map(String.init)
    }

    /// Runs a script: its status, and what it said.
    private func tried(_ script: String) throws -> (status: Int32, said: String) {
        let trial = try TrialFolder()
        defer { withExtendedLifetime(trial) {} }
        let path = "\(trial.path)/reproducer.sh"
        try Files.write(Data(script.utf8), to: path)
        let end = try Spawn.execute([
            "sh", "-c", "exec timeout 120 sh '\(path)' >'\(path).said' 2>&1 </dev/null",
        ])
        let said = String(decoding: try Files.read("\(path).said"), as: UTF8.self)
        if case .exited(let status) = end { return (status, said) }
        return (-1, said)
    }
}
