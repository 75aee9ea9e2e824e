import FoundationEssentials
import Glibc
import Kernel

/// posix_spawn(3) for workers, and for programs that a command runs.
///
/// Glibc's runs nothing of Swift between clone and exec.
enum Spawn {
    /// Executes a program with nothing open but /dev/null, a log for both outputs, and what it is handed.
    ///
    /// It gets a process group of its own, so that a Ctrl-C at the terminal reaches `tocsin` alone, and no signal is
    /// blocked or ignored in it.
    ///
    /// - Parameters:
    ///   - handed: Descriptors, above all numbers that they get in the program, and those numbers.
    /// - Returns: The process id.
    /// - Throws: `SystemError` of the call that failed.
    static func run(
        _ executable: String, _ arguments: [String], handed: [(descriptor: Int32, number: Int32)], log: String
    ) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }

        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        let steps: [Int32] =
            [
                posix_spawnattr_setflags(&attributes, Int16(flags)),
                posix_spawnattr_setpgroup(&attributes, 0),
                posix_spawnattr_setsigmask(&attributes, &none),
                posix_spawnattr_setsigdefault(&attributes, &all),
                posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0),
                posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o644),
                posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO),
            ] + handed.map { posix_spawn_file_actions_adddup2(&actions, $0.descriptor, $0.number) }
        if let problem = steps.first(where: { $0 != 0 }) {
            throw SystemError(call: "posix_spawn_file_actions", stage: "worker", errno: .init(rawValue: problem))
        }
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] =
            ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + environment).forEach { free($0) } }
        var process: Int32 = 0
        let result = posix_spawn(&process, executable, &actions, &attributes, &argv, &environment)
        guard result == 0 else {
            throw SystemError(call: "posix_spawn", stage: executable, errno: .init(rawValue: result))
        }
        return process
    }

    /// Runs a program with this process's own input and output, to its end.
    ///
    /// - Throws: `SystemError` where there is no such program; `Interruption` where a signal ended it.
    static func execute(_ argv: [String]) throws -> WaitStatus { try wait(for: begin(argv[0], argv)) }

    /// Begins a program with this process's own input and output, and no signal blocked.
    ///
    /// - Parameter handed: A descriptor, and the number that it gets in the program; nil for none.
    /// - Throws: `SystemError` where there is no such program.
    static func begin(
        _ executable: String, _ argv: [String], handed: (descriptor: Int32, number: Int32)? = nil
    ) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        posix_spawnattr_setsigmask(&attributes, &none)
        if let handed { posix_spawn_file_actions_adddup2(&actions, handed.descriptor, handed.number) }
        var arguments: [UnsafeMutablePointer<CChar>?] = argv.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var process: Int32 = 0
        let result = posix_spawnp(&process, executable, &actions, &attributes, &arguments, environ)
        guard result == 0 else {
            throw SystemError(call: "posix_spawn", stage: argv[0], errno: .init(rawValue: result))
        }
        return process
    }
}
