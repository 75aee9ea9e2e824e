import ArgumentParser
import Exploration
import FoundationEssentials
import Glibc
import Kernel
import Model
import Reports
import Scenario

/// What of a run fails a build, and how much of it is run.
struct RegressionOptions: ParsableArguments {
    @Option(help: .init("Only what this baseline has not fails: a file that --write-baseline made.", valueName: "FILE"))
    var baseline: String?

    @Flag(help: "Write what ran into the file of --baseline; its other plans stay there.")
    var writeBaseline = false

    @Option(
        help: .init("Run a plan with a new finding N times more; what these do not show fails nothing.", valueName: "N")
    )
    var confirm: Int?

    @Option(help: .init("The least severity that fails: high, medium or low. [low]", valueName: "SEVERITY"))
    var failOn: Severity = .low

    @Option(help: "How long it may take: 30s, 20m, 2h; what has not begun then is not run.")
    var budget: String?

    @Option(
        help: .init(
            "Only the I-th of N parts of the plans: 2/8; `ci`: as the variables of the CI system say.", valueName: "I/N"
        ))
    var shard: String?

    func validate() throws {
        if baseline?.isEmpty == true { throw ValidationError("--baseline needs a file") }
        if writeBaseline, baseline == nil { throw ValidationError("--write-baseline needs --baseline FILE") }
        if let confirm, !(1...1000).contains(confirm) {
            throw ValidationError("--confirm needs a number from 1 to 1000")
        }
        if let budget, ValueText.duration(budget) == nil {
            throw ValidationError("--budget \(budget): a number and us, ms, s, m or h is needed, as in 20m")
        }
        if let shard, shard != "ci", Shard(shard) == nil {
            throw ValidationError("--shard \(shard): I/N is needed, as in 2/8, or `ci`")
        }
    }

    /// The time that there is; nil for any.
    var time: Duration? { budget.flatMap(ValueText.duration).map { .nanoseconds(Int64(clamping: $0)) } }

    /// The part that is run; nil for all.
    ///
    /// - Throws: `UnusableInput` where the variables say none.
    func part() throws -> Shard? { try shard.map { try Shard(option: $0) } }

    /// What was there before; nil where it is not asked for, or is about to be written for the first time.
    ///
    /// - Throws: `UnusableInput`.
    func before() throws -> Baseline? {
        guard let baseline else { return nil }
        guard Files.exists(baseline) || !writeBaseline else {
            // That it can be written is known before anything is run.
            try check(baseline)
            return nil
        }
        if writeBaseline { try check(baseline) }
        return try ComparedSide.file(baseline)
    }

    private func check(_ path: String) throws {
        let isNew = !Files.exists(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw UnusableInput("--baseline \(path): \(String(cString: strerror(errno)))")
        }
        close(descriptor)
        if isNew { unlink(path) }
    }

    /// Writes what ran beside what was there.
    ///
    /// - Throws: `FileError`, and what encoding throws.
    func write(_ now: Baseline, over before: Baseline?) throws {
        guard writeBaseline, let baseline else { return }
        let text = (before?.replacing(with: now) ?? now).text
        try Files.write(Data(text.utf8), to: baseline, atomically: true)
    }
}

extension Shard {
    /// The part that an option means: `2/8`, or `ci`.
    ///
    /// - Throws: `UnusableInput`.
    init(option text: String) throws {
        if text == "ci" {
            self = try Shard(environment: environmentVariable)
        } else if let shard = Shard(text) {
            self = shard
        } else {
            throw UnusableInput("--shard \(text): I/N is needed, as in 2/8, or `ci`")
        }
    }

    /// What CI systems call a part and the number of parts, and whether they count from 0.
    private static let variables: [(part: String, count: String, first: Int)] = [
        ("TOCSIN_SHARD_INDEX", "TOCSIN_SHARD_TOTAL", 0),
        // GitLab CI, with `parallel`.
        ("CI_NODE_INDEX", "CI_NODE_TOTAL", 1),
        ("CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0),
        ("BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0),
        // Kubernetes says which part an Indexed Job's pod is, and not how many there are.
        ("JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0),
    ]

    /// The part of which the variables of a CI system speak.
    ///
    /// - Throws: `UnusableInput` where none do, or not of a part that there is.
    init(environment: (String) -> String?) throws {
        func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        for (name, total, first) in Shard.variables {
            guard let text = value(name) else { continue }
            guard let count = value(total) else {
                throw UnusableInput("--shard ci: \(name) is \(text), and \(total) does not say of how many")
            }
            guard let part = Int(text), part < 1_000_000, let shard = Shard("\(part - first + 1)/\(count)") else {
                throw UnusableInput("--shard ci: \(name)=\(text) and \(total)=\(count) mean no part")
            }
            self = shard
            return
        }
        let names = Shard.variables.map { "\($0.part) and \($0.count)" }.joined(separator: ", ")
        throw UnusableInput("--shard ci: none of these variables are set: \(names)")
    }
}
