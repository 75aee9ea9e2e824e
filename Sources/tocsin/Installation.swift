import ArgumentParser
import Campaign
import Glibc
import Kernel
import Model

/// A program that installs an agent, with whatever it begins: none of it outlives `tocsin` where that is ended by a signal.
///
/// Between the two stands `tocsin __install`. It sees by a pipe that `tocsin` has died, and whoever loses its parent below it
/// becomes its child, or that of `tocsin` where it died itself.
enum Installation {
    /// Runs a program with this process's own input and output.
    ///
    /// - Throws: `SystemError` where it cannot be begun; `Interruption` where a signal ended it, and nothing of it is left.
    static func run(_ argv: [String]) throws -> WaitStatus {
        try adoptOrphans()
        let life = try Descriptor.pipe()
        let words = ["tocsin", InstallCommand.name, "--"] + argv
        let process = try Spawn.begin("/proc/self/exe", words, handed: (life.first.raw, InstallCommand.life))
        let status = try Spawn.wait(for: process)
        // Until here it is open.
        _ = life.second.raw
        // Whoever stood in between was killed itself, or says that the program was.
        if case .killed = status { Spawn.endRest(by: .now()) }
        return status
    }
}

/// The process between `tocsin provision` and the program that it runs; nobody else starts it.
struct InstallCommand: ParsableCommand {
    static let name = "__install"
    static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

    /// The descriptor of a pipe whose other end `tocsin` holds as long as it lives.
    static let life: Int32 = 3

    func run() throws {
        guard let argv = DoubleDash.command, fcntl(Self.life, F_SETFD, FD_CLOEXEC) == 0 else {
            throw ExitCode.of(ExitStatus.unusable)
        }
        try adoptOrphans()
        let process: Int32
        do { process = try Spawn.begin(argv[0], argv) } catch {
            Output.note("\(error)")
            throw ExitCode(127)
        }
        let number: Int32
        do {
            switch try Spawn.wait(for: process, heldBy: Self.life) {
            case .exited(let code): throw ExitCode(code)
            case .killed(let signal, _): number = signal
            case .stopped, .continued: throw ExitCode.of(ExitStatus.error)
            }
        } catch let interruption as Interruption {
            number = interruption.signal
        }
        // Whoever waits is told how the program ended.
        signal(number, SIG_DFL)
        kill(getpid(), number)
        throw ExitCode(128 + number)
    }
}
