import ArgumentParser
import Campaign
import Glibc
import Kernel
import Model
import ResultStore

/// Which plans of which files.
struct ScenarioOptions: ParsableArguments {
    @Argument(help: "Scenario files, or folders of them.")
    var files: [String] = []

    @Option(help: "Only the plans with this matrix value: name=value. May be given several times; all must hold.")
    var only: [String] = []
}

/// How plans are run.
struct RunOptions: ParsableArguments {
    @Option(help: "The folder of results. [TOCSIN_RESULTS, or results]")
    var results: String?

    @Option(
        help:
            "How many workers. [4 for each CPU that this process may use; of those on one CPU, one at a time lets agents run]"
    )
    var jobs: Int?

    @Option(help: "`all`: one worker on all CPUs. Without it, a worker and its host share one CPU.")
    var cpus: String?

    @Option(
        help:
            "By how much longer than usual this machine may take, from 1: every limit of time is so much longer. [TOCSIN_PATIENCE, or 1]"
    )
    var patience: String?

    @Flag(name: .shortAndLong, help: "Say as much of plans that pass as of others, and name every run.")
    var verbose = false

    func validate() throws {
        if results?.isEmpty == true { throw ValidationError("--results needs a folder") }
        if let jobs, !(1...Self.mostJobs).contains(jobs) {
            throw ValidationError("--jobs needs a number from 1 to \(Self.mostJobs)")
        }
        if let cpus, cpus != "all" { throw ValidationError("--cpus can only be `all`") }
        let chosen = patience ?? environmentVariable(Patience.variable).flatMap { $0.isEmpty ? nil : $0 }
        if let chosen, Patience.factor(of: chosen) == nil {
            throw ValidationError("--patience needs a number from 1 to 1000, not `\(chosen)`")
        }
        // Workers inherit it.
        if let patience { setenv(Patience.variable, patience, 1) }
    }

    /// More workers than any machine has use for: each has some descriptors, and memory of its own.
    static let mostJobs = 1024

    /// Whether worker and host share one CPU.
    var isPinned: Bool { cpus == nil }

    /// How many workers share a CPU: three wait for the kernel while the agents of the fourth run.
    private static let sharers = 4

    /// The CPU of each worker, nil for all.
    func slots() throws -> [Int?] {
        guard isPinned else { return Array(repeating: nil, count: jobs ?? 1) }
        let cpus = try Placement.cpus()
        return (0..<(jobs ?? cpus.count * Self.sharers)).map { cpus[$0 % cpus.count] }
    }

    /// The folder of results, made if it is not there, with its store: the place of a new run.
    ///
    /// - Throws: `UnusableInput` when nothing can be kept there.
    func begin(
        _ run: (_ id: String) -> StoredRun
    ) throws -> (results: ResultsFolder, store: ResultStore, run: StoredRun) {
        TrialFolder.sweep()
        do {
            let results = try ResultsFolder(resultsPath)
            let store = try ResultStore(path: results.store)
            let run = run(try results.newRun())
            try store.begin(run)
            return (results, store, run)
        } catch let error as FileError {
            throw unusable("\(error)")
        } catch let error as StoreError {
            throw unusable("\(error)")
        }
    }

    private func unusable(_ reason: String) -> UnusableInput {
        UnusableInput(
            "the results cannot be kept: \(reason)\n"
                + "hint: --results DIR, or TOCSIN_RESULTS, names another folder")
    }

    /// The folder of results, as it is.
    var existingResults: ResultsFolder { ResultsFolder(existing: resultsPath) }

    private var resultsPath: String {
        if let results { return results }
        // An empty variable is none, as in a shell's ${TOCSIN_RESULTS:-results}.
        let chosen = environmentVariable("TOCSIN_RESULTS") ?? ""
        return chosen.isEmpty ? "results" : chosen
    }
}

/// A problem with the input that is no diagnostic of a file: exit status 2.
struct UnusableInput: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension [String] {
    /// The values of an option that can be given more than once, and each time with several between commas.
    var listed: [String] { flatMap { $0.split(separator: ",").map(String.init) } }
}
