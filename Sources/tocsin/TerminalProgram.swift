import Glibc
import Kernel

/// A program that has the terminal until it ends.
enum TerminalProgram {
    /// Runs a program in the foreground of the terminal, in a process group of its own, so that its Ctrl-C is its own.
    ///
    /// - Returns: How it ended, where that is not with 0.
    /// - Throws: `SystemError` where it could not be begun.
    static func run(_ argv: [String], environment: [String: String]) throws -> String? {
        // Who gives the terminal away is then in the background, and is not to be stopped for taking it back.
        var output = sigset_t()
        sigemptyset(&output)
        sigaddset(&output, SIGTTOU)
        var former = sigset_t()
        pthread_sigmask(SIG_BLOCK, &output, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        let process = try Spawn.spawn(argv[0], argv, isApart: true, environment: environment)
        tcsetpgrp(STDIN_FILENO, process)
        // One that read before it had the terminal was stopped.
        kill(-process, SIGCONT)
        defer { tcsetpgrp(STDIN_FILENO, getpgrp()) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 { if errno != EINTR { return nil } }
        if status & 0x7f != 0 { return "ended by signal \(status & 0x7f)" }
        let code = status >> 8 & 0xff
        return code == 0 ? nil : "exit \(code)"
    }
}
