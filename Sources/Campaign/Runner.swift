import Model

/// What turns jobs into records: the pool of workers, or a fake in tests.
public protocol Runner {
    /// Runs jobs, in any order and at the same time, until none is left.
    ///
    /// - Parameters:
    ///   - more: What comes next, as few jobs as belong together; none where there is nothing now, which the end of a job may
    ///     change. Called whenever there is time for a job and none waits: thousands of plans are not made jobs of at once.
    ///   - finished: Called once for each job that ended, on the caller's thread; what it returns is run too, before
    ///     the jobs that still wait, so that plans end early.
    /// - Throws: `Interruption` when a signal ended it; then some jobs were never finished.
    func run(_ more: () -> [Job], finished: (Job, JobReport) -> [Job]) throws
}

extension Runner {
    /// Runs some jobs, and what their ends make.
    ///
    /// - Throws: what the same with a source of jobs throws.
    public func run(_ jobs: [Job], finished: (Job, JobReport) -> [Job]) throws {
        var jobs = jobs
        try run(
            {
                defer { jobs = [] }
                return jobs
            }, finished: finished)
    }
}

/// That a signal ended a campaign; what ran until then is kept.
public struct Interruption: Error, Hashable, Sendable {
    /// The signal's number: SIGINT, SIGTERM or SIGHUP.
    public var signal: Int32

    /// Makes the error of that signal.
    public init(signal: Int32) { self.signal = signal }
}

/// The exit statuses of `tocsin`, as `docs/commands.md` lists them.
public enum ExitStatus {
    /// Every plan ran and is `pass` or `known`.
    public static let success: Int32 = 0
    /// A plan is `fail` or `flaky`.
    public static let failed: Int32 = 1
    /// Unusable input; nothing ran.
    public static let unusable: Int32 = 2
    /// A plan is `error`, and none is `fail`.
    public static let error: Int32 = 3
    /// Nothing was tested.
    public static let nothing: Int32 = 4

    /// The status of a campaign with these verdicts: a signal counts before `fail`, that before `error`.
    public static func of(_ verdicts: some Sequence<Verdict>, interrupted: Interruption? = nil) -> Int32 {
        if let interrupted { return 128 + interrupted.signal }
        var tested = false
        var status = success
        for verdict in verdicts {
            switch verdict {
            case .skipped: continue
            case .pass, .known: break
            case .fail, .flaky: status = failed
            case .error: if status == success { status = error }
            }
            tested = true
        }
        return tested ? status : nothing
    }
}
