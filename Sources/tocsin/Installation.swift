import ArgumentParser
import CLinux
import Campaign
import Glibc
import Kernel
import Model

/// A program that installs an agent, with whatever it begins: none of it outlives `tocsin` where that is ended by a signal.
///
/// Between the two stands `tocsin __install`. It sees by a pipe that `tocsin` has died, and whoever loses its parent below it
/// becomes its child, or that of `tocsin` where it died itself.
enum Installation {
    /// How long whoever is asked to end may take, before SIGKILL.
    static let patience = Duration.seconds(3)

    /// Runs a program with this process's own input and output.
    ///
    /// - Throws: `SystemError` where it cannot be begun; `Interruption` where a signal ended it, and nothing of it is left.
    static func run(_ argv: [String]) throws -> WaitStatus {
        try systemCall("prctl", stage: "PR_SET_CHILD_SUBREAPER") { cl_adopt_orphans() }
        let life = try Descriptor.pipe()
        let ending = SignalSet.ending
        let before = try ending.block()
        // The mask was the kernel's own, so it is never refused.
        defer { try? before.restore() }
        let words = ["tocsin", InstallCommand.name, "--"] + argv
        let process = try Spawn.begin("/proc/self/exe", words, handed: (life.first.raw, InstallCommand.life))
        let status = try wait(for: process, ending, heldBy: nil)
        // Until here it is open.
        _ = life.second.raw
        return status
    }

    /// Waits for the end of a process; what ends us, or the end of whoever holds a pipe, ends all below.
    ///
    /// - Throws: `Interruption` where that was so.
    fileprivate static func wait(for process: Int32, _ ending: SignalSet, heldBy pipe: Int32?) throws -> WaitStatus {
        let signals = try SignalDescriptor(ending)
        let handle = try ProcessDescriptor(process)
        let items = [PollItem(signals.raw, .readable), PollItem(handle.descriptor.raw, .readable)]
        var asked: (signal: Int32, limit: Monotonic)?
        while true {
            let held = asked == nil ? pipe.map { [PollItem($0, .readable)] } ?? [] : []
            let ready = try poll(items + held, timeout: asked.map { max(.zero, $0.limit - .now()) })
            let isLet = held.contains { held in ready.contains { $0.descriptor == held.descriptor } }
            if let signal = try signals.next()?.number ?? (isLet ? SIGTERM : nil), asked == nil {
                send(signal)
                asked = (signal, .now() + patience)
            }
            if let asked, asked.limit < .now() { send(SIGKILL) }
            guard ready.contains(where: { $0.descriptor == handle.descriptor.raw }) else { continue }
            let status = try waitBlocking(for: process).status
            if let asked {
                endRest(by: asked.limit)
                throw Interruption(signal: asked.signal)
            }
            // Whoever stood in between was killed itself.
            if case .killed = status { endRest(by: .now()) }
            return status
        }
    }

    /// Ends all that is below this process, which has been asked to end, at that time at the latest.
    private static func endRest(by limit: Monotonic) {
        let last = limit + patience
        while !descendants(of: getpid()).isEmpty, last > .now() {
            if limit < .now() { send(SIGKILL) }
            while waitpid(-1, nil, WNOHANG) > 0 {}
            usleep(10_000)
        }
    }

    /// Sends a signal to all that is below this process.
    private static func send(_ signal: Int32) {
        for process in descendants(of: getpid()) { _ = Glibc.kill(process, signal) }
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
        try systemCall("prctl", stage: "PR_SET_CHILD_SUBREAPER") { cl_adopt_orphans() }
        let ending = SignalSet.ending
        let before = try ending.block()
        let process: Int32
        do { process = try Spawn.begin(argv[0], argv) } catch {
            Output.note("\(error)")
            throw ExitCode(127)
        }
        let number: Int32
        do {
            switch try Installation.wait(for: process, ending, heldBy: Self.life) {
            case .exited(let code): throw ExitCode(code)
            case .killed(let signal, _): number = signal
            case .stopped, .continued: throw ExitCode.of(ExitStatus.error)
            }
        } catch let interruption as Interruption {
            number = interruption.signal
        }
        // Whoever waits is told how the program ended.
        signal(number, SIG_DFL)
        try before.restore()
        kill(getpid(), number)
        throw ExitCode(128 + number)
    }
}
