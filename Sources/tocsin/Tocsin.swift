import ArgumentParser
import Campaign
import Glibc
import Model
import Reports
import Worker

/// The command and its verbs.
struct Tocsin: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tocsin",
        abstract:
            "Stops a network agent between its check and its use, changes the world there, and measures what leaks.",
        discussion: """
            A scenario file says which agent runs, in which steps, and where what goes wrong. tocsin runs the agent, \
            unmodified, in a sandbox that is a machine of its own; nothing of this machine is touched.

            Begin here:
              tocsin doctor                        what this machine can do
              tocsin trace -- ip netns add demo    what an agent does
              tocsin run Scenarios/iproute2        every scenario of a folder
              tocsin explore --undo 'ip netns del x' -- ip netns add x       every fault at every operation
              tocsin show                          the last run again
              tocsin help run                      how a fault is put into any command

            Exit statuses: 0 all pass or known, 1 something is wrong, 2 unusable input, 3 the harness failed, \
            4 nothing was tested, 130 and 143 by the signal. Results go to standard output, progress to standard error.
            """,
        version: Version.current,
        subcommands: [
            RunCommand.self, NewCommand.self, ExploreCommand.self, WindowsCommand.self, MergeCommand.self,
            TraceCommand.self,
            ValidateCommand.self,
            DoctorCommand.self,
            JudgeCommand.self,
            ShowCommand.self, CompareCommand.self, PruneCommand.self, ProvisionCommand.self, WorkerCommand.self,
            InstallCommand.self, ExportCommand.self, DocsCommand.self,
        ])
}

/// Where the process begins.
@main
enum Main {
    static func main() {
        // Who reads no further, as `| head`, ends the writing and not the run; what is executed does not inherit a handler.
        signal(SIGPIPE) { _ in }
        // A file that may grow no further (RLIMIT_FSIZE) is an error of the call that writes it, which names the file.
        signal(SIGXFSZ) { _ in }
        do {
            // Swift reads them in /proc/self/cmdline.
            guard !CommandLine.arguments.isEmpty else {
                Output.note("error: /proc is not mounted: the arguments of this command cannot be read")
                Output.exit(ExitStatus.error)
            }
            try checkNames()
            if DoubleDash.command != nil, !DoubleDash.verbs.contains(DoubleDash.own.first ?? "") {
                throw ValidationError("only run, new, trace, explore, windows and export take a command behind --")
            }
            var command = try Tocsin.parseAsRoot(DoubleDash.own)
            try command.run()
        } catch {
            Output.exit(tell(error))
        }
        Output.exit(ExitStatus.success)
    }

    /// Swift's texts are UTF-8: another name would come to mean another file.
    private static func checkNames() throws {
        for place in 0..<Int(CommandLine.argc) {
            guard let word = CommandLine.unsafeArgv[place] else { continue }
            if String(validatingCString: word) == nil {
                throw UnusableInput("an argument is not UTF-8: \(VisibleText.line(String(cString: word)))")
            }
        }
        guard let folder = getcwd(nil, 0) else { return }
        defer { free(folder) }
        if String(validatingCString: folder) == nil {
            throw UnusableInput("the name of this folder is not UTF-8: \(VisibleText.line(String(cString: folder)))")
        }
    }

    /// Says what ended the command; returns the exit status of the table for it.
    private static func tell(_ error: any Error) -> Int32 {
        // ArgumentParser's own status for unusable input is EX_USAGE; for what it does not know EXIT_FAILURE, here a finding.
        if let interruption = error as? Interruption {
            Output.note("ended by \(interruption.name); nothing is kept: the same command begins anew")
            return ExitStatus.of([], interrupted: interruption)
        }
        let status = Tocsin.exitCode(for: error)
        if let exit = error as? ExitCode { return exit.rawValue }
        guard status.isSuccess || status == .validationFailure else {
            Output.note("error: \(explained(error))")
            return error is UnusableInput || error is BrokenFiles ? ExitStatus.unusable : ExitStatus.error
        }
        let message = Tocsin.fullMessage(for: error)
        if status.isSuccess { Output.print(message) } else { Output.note(message) }
        return status.isSuccess ? ExitStatus.success : ExitStatus.unusable
    }
}

extension ExitCode {
    /// The status of the table, for a command to throw.
    static func of(_ status: Int32) -> ExitCode { ExitCode(status) }
}
