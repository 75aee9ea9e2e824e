import ArgumentParser
import Campaign
import Glibc
import Kernel
import Model

/// Installs the agents that scenario files name.
struct ProvisionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provision",
        abstract: "Installs the agents that scenario files name; never implied by `run`.",
        discussion: """
            Each agent's `provision` command is run once, outside any host, with this terminal as its output. It lies in \
            the folder of agents ($TOCSIN_AGENTS, or .agents here), and is found there by every later run. One that fails does \
            not stop the others; exit status 3 then.

            Examples:
              tocsin provision Scenarios/neutron/neutron.yaml
              tocsin provision Scenarios/neutron --only version=25.0.0
            """)

    @Argument(help: "Scenario files, or folders of them.")
    var files: [String]

    @Option(help: "Only the plans with this matrix value: name=value. May be given several times; all must hold.")
    var only: [String] = []

    func run() throws {
        let plans = try reporting { try Loading.select(Loading.scenarios(files).flatMap(\.plans), only: only) }
        var commands: [[String]] = []
        for argv in plans.flatMap({ $0.agents.sorted { $0.key < $1.key }.compactMap(\.value.provision) }) {
            if !commands.contains(argv) { commands.append(argv) }
        }
        guard !commands.isEmpty else {
            Output.note("no agent of these files has a `provision`")
            throw ExitCode.of(ExitStatus.nothing)
        }
        let failed: [(argv: [String], reason: String)]
        do { failed = try Self.failures(of: commands, execute: Installation.run) } catch let end as Interruption {
            Output.note("ended by \(end.name); what is installed is kept: the same command goes on where it stopped")
            throw ExitCode.of(ExitStatus.of([], interrupted: end))
        }
        guard failed.isEmpty else {
            Output.note("\(failed.count) of \(commands.count) failed; run again, each goes on where it stopped:")
            for failure in failed { Output.note("  \(failure.argv.joined(separator: " ")): \(failure.reason)") }
            throw ExitCode.of(ExitStatus.error)
        }
    }

    /// Runs all commands, the rest too when one has failed; returns those that failed, with the reasons.
    ///
    /// - Throws: what `execute` throws and is no `SystemError`.
    static func failures(
        of commands: [[String]], execute: ([String]) throws -> WaitStatus
    ) throws -> [(argv: [String], reason: String)] {
        try commands.enumerated().compactMap { index, argv in
            let line = argv.joined(separator: " ")
            Output.note("[\(index + 1)/\(commands.count)] \(line)")
            do {
                switch try execute(argv) {
                case .exited(0): return nil
                case .exited(let status): return (argv, "exit status \(status)")
                case .killed(let signal, _): return (argv, "ended by signal \(signal)")
                case .stopped, .continued: return (argv, "it has not ended")
                }
            } catch let error as SystemError {
                return (argv, "\(error)")
            }
        }
    }
}
