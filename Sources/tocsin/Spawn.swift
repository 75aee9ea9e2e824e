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
        try spawn(executable, arguments, isApart: true) { actions in
            [
                posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0),
                posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o644),
                posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO),
            ] + handed.map { posix_spawn_file_actions_adddup2(&actions, $0.descriptor, $0.number) }
        }
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
        try spawn(executable, argv, isApart: false) { actions in
            handed.map { [posix_spawn_file_actions_adddup2(&actions, $0.descriptor, $0.number)] } ?? []
        }
    }

    /// - Parameters:
    ///   - isApart: Whether it gets a process group of its own, and ignores no signal that this process ignores.
    ///   - environment: Variables that it gets besides this process's.
    ///   - prepare: Adds what is to be done with its descriptors, and returns what came of each.
    static func spawn(
        _ executable: String, _ arguments: [String], isApart: Bool, environment: [String: String] = [:],
        _ prepare: (inout posix_spawn_file_actions_t) -> [Int32] = { _ in [] }
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
        let flags = POSIX_SPAWN_SETSIGMASK | (isApart ? POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF : 0)
        let steps = [
            posix_spawnattr_setflags(&attributes, Int16(flags)), posix_spawnattr_setpgroup(&attributes, 0),
            posix_spawnattr_setsigmask(&attributes, &none), posix_spawnattr_setsigdefault(&attributes, &all),
        ]
        if let problem = (steps + prepare(&actions)).first(where: { $0 != 0 }) {
            throw SystemError(call: "posix_spawn", stage: "what \(executable) gets", errno: .init(rawValue: problem))
        }
        // This process's own go as they are, which need not be UTF-8.
        let own: [UnsafeMutablePointer<CChar>?] = sequence(first: environ) { $0 + 1 }.lazy.map { $0.pointee }
            .prefix { $0 != nil }.filter { variable in
                let name = variable.map { String(cString: $0).prefix { $0 != "=" } } ?? ""
                return environment[String(name)] == nil
            }
        let further: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") }
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { (words + further).forEach { free($0) } }
        var variables = further + own + [nil]
        var process: Int32 = 0
        let result = posix_spawnp(&process, executable, &actions, &attributes, &words, &variables)
        guard result == 0 else {
            throw SystemError(call: "posix_spawn", stage: executable, errno: .init(rawValue: result))
        }
        return process
    }
}
