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
            the folder of agents ($TOCSIN_AGENTS, or .agents here), and is found there by every later run.

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
        for (index, argv) in commands.enumerated() {
            Output.note("[\(index + 1)/\(commands.count)] \(argv.joined(separator: " "))")
            let end = try reporting { try Self.execute(argv) }
            guard end == .exited(0) else {
                Output.note(
                    "it failed (\(end)); what it had installed is kept, and the same command goes on from there")
                throw ExitCode.of(ExitStatus.error)
            }
        }
    }

    /// Runs a program with this process's own input and output.
    private static func execute(_ argv: [String]) throws -> WaitStatus {
        var arguments: [UnsafeMutablePointer<CChar>?] = argv.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var process: Int32 = 0
        let result = posix_spawnp(&process, argv[0], nil, nil, &arguments, environ)
        guard result == 0 else {
            throw SystemError(call: "posix_spawn", stage: argv[0], errno: .init(rawValue: result))
        }
        return try waitBlocking(for: process).status
    }
}
