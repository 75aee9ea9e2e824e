import FoundationEssentials
import Glibc
import Kernel

/// A program that has the terminal until it ends.
enum TerminalProgram {
    /// Runs a program in the foreground of the terminal, in a process group of its own, so that its Ctrl-C is its own.
    ///
    /// - Returns: How it ended, where that is not with 0.
    /// - Throws: `SystemError` where it could not be begun.
    static func run(_ argv: [String], environment: [String: String]) throws -> String? {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var words: [UnsafeMutablePointer<CChar>?] = argv.map { strdup($0) } + [nil]
        var block: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + block).forEach { free($0) } }
        // Who gives the terminal away is then in the background, and is not to be stopped for taking it back.
        var output = sigset_t()
        sigemptyset(&output)
        sigaddset(&output, SIGTTOU)
        var former = sigset_t()
        pthread_sigmask(SIG_BLOCK, &output, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        var process: pid_t = 0
        let result = posix_spawnp(&process, argv[0], nil, &attributes, &words, &block)
        guard result == 0 else {
            throw SystemError(call: "posix_spawn", stage: argv[0], errno: .init(rawValue: result))
        }
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
