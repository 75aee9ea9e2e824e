import FoundationEssentials
import Glibc
import Model

/// What a command gets of whoever calls Tocsin, as strace(1) passes it on: his environment and his standard input.
enum CallersInput {
    /// How long a pipe may say nothing before it counts as nobody's, in milliseconds.
    private static let patience: Int32 = 1000
    /// So much of standard input is read, in bytes.
    private static let limit = 1 << 20

    /// All variables but Tocsin's own, and PATH: a program is found where `tocsin run -- COMMAND` finds it.
    static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { $0.key != "PATH" && !$0.key.hasPrefix("TOCSIN_") }
    }

    /// What stands in standard input up to its end; nil for a terminal, and for a pipe into which nobody writes.
    ///
    /// - Throws: `UnusableInput` where it is longer than 1 MiB.
    static func standardInput() throws -> [UInt8]? {
        guard isatty(STDIN_FILENO) == 0 else { return nil }
        var file = stat()
        guard fstat(STDIN_FILENO, &file) == 0 else { return nil }
        if file.st_mode & S_IFMT != S_IFREG {
            var item = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard poll(&item, 1, patience) > 0 else {
                Output.note("note: standard input said nothing for a second: the command gets none")
                return nil
            }
        }
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { space, count in
                count = max(-1, space.baseAddress.map { read(STDIN_FILENO, $0, space.count) } ?? 0)
                if count < 0 { count = 0 }
            }
            if piece.isEmpty { return bytes }
            bytes += piece
        }
        throw UnusableInput("standard input is longer than 1 MiB")
    }
}

extension Plan {
    /// The same plan, whose only command has an environment and a standard input besides.
    func giving(environment: [String: String], input: [UInt8]?) -> Plan {
        var plan = self
        for place in plan.steps.indices {
            guard case .run(var command) = plan.steps[place].body else { continue }
            command.environment.merge(environment) { _, callers in callers }
            if let input, !input.isEmpty { command.stdin = FileContent(bytes: input) }
            plan.steps[place].body = .run(command)
        }
        return plan
    }
}
