import Foundation

/// One way to run a workload.
struct Variant {
    var name: String
    /// The variant without a tracer to which it adds time; nil for none.
    var without: String?
    var words: [String]
    /// Whether the agent says how long it took; else the whole command is timed.
    var isTimedByAgent: Bool

    /// Runs it: what it wrote, and nanoseconds for the whole command.
    func run() throws -> (output: String, whole: Double) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        let began = ContinuousClock.now
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let whole = (ContinuousClock.now - began) / .nanoseconds(1)
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(name) ended with \(process.terminationStatus): \(output.suffix(200))")
        }
        return (output, whole)
    }

    /// Nanoseconds for one unit.
    func measure() throws -> Double {
        let (output, whole) = try run()
        guard isTimedByAgent else { return whole }
        // The name that it looked for last; without a tracer, the only line.
        let said = output.range(of: "took-", options: .backwards).map { output[$0.upperBound...] } ?? output[...]
        guard let value = Double(said.prefix { $0.isNumber }) else {
            throw Failure(description: "\(name) said `\(output.suffix(200))`")
        }
        return value
    }
}

enum Variants {
    /// A Tocsin that is measured.
    struct Tocsin {
        var name: String
        var path: String
        var results: String

        /// What is before the command: its output alone is printed where that can be asked for, not its operations.
        func words(_ further: [String] = []) throws -> [String] {
            let help = try Variant(name: name, words: [path, "trace", "--help"], isTimedByAgent: false).run().output
            let output = help.contains("--output") ? ["--output"] : []
            return [path, "trace", "--results", results] + output + further + ["--"]
        }
    }

    static func of(_ workload: Workload, _ programs: [Tocsin]) throws -> [Variant] {
        guard let agent = workload.agent else {
            return try programs.map { program in
                Variant(name: program.name, words: try program.words() + ["true"], isTimedByAgent: false)
            }
        }
        let command = ["/usr/bin/python3", "-c", agent, workload.argument]
        let network = ["unshare", "-n"]
        let pinned = ["taskset", "-c", "1"]
        let strace = ["strace", "-f", "--seccomp-bpf", "-e", workload.calls, "-o", "/dev/null"]
        func variant(_ name: String, _ without: String?, _ words: [String]) -> Variant {
            Variant(name: name, without: without, words: words + command, isTimedByAgent: true)
        }
        return try [
            variant("native, free", nil, network),
            variant("native, pinned", nil, network + pinned),
            variant("strace --seccomp-bpf, free", "native, free", network + strace),
            variant("strace --seccomp-bpf, pinned", "native, pinned", network + pinned + strace),
        ]
            + programs.flatMap { program in
                [
                    variant("\(program.name), pinned", "native, pinned", try program.words()),
                    variant("\(program.name) --cpus all", "native, free", try program.words(["--cpus", "all"])),
                ]
            }
    }
}
