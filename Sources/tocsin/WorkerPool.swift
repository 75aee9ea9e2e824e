import Campaign
import Glibc
import Kernel
import Model
import Worker

/// Workers, each with one job at a time, from one thread: some on each CPU, of which one at a time lets agents run.
///
/// A worker that dies takes its job with it and nothing else. A job that never ends is ended by killing its worker,
/// whose host dies with it.
final class WorkerPool: Runner {
    /// How the pool is made.
    struct Configuration {
        /// What to execute.
        var executable = "/proc/self/exe"
        /// A worker for each: the CPU it is confined to, or nil for all of them.
        var slots: [Int?]
        /// The folder of the workers' logs.
        var logs: String
        /// After how many jobs a worker is replaced, lest what it leaks grows.
        var recycling = 200
        /// How long it may take to end after it was told to.
        var patience = Duration.seconds(2).patient
        /// What a run that stands still is told.
        var paused: (PauseReport) -> PauseAnswer = { _ in .go }
        /// How long a job may take at all.
        var guardTime: (Job) -> Duration = { $0.guardTime }
    }

    private let configuration: Configuration
    private let watching: (Job, JobReport) -> Void
    private var workers: [WorkerProcess?]
    /// Of each CPU on which there are several workers.
    private var turns: [Int: SharedTurn] = [:]

    /// Makes a pool without workers; `watching` sees every job that ended, before the campaign does.
    init(_ configuration: Configuration, watching: @escaping (Job, JobReport) -> Void = { _, _ in }) {
        self.configuration = configuration
        self.watching = watching
        workers = configuration.slots.map { _ in nil }
    }

    func run(_ more: () -> [Job], finished: (Job, JobReport) -> [Job]) throws {
        let ending = SignalSet.ending
        let before = try ending.block()
        defer { restore(before) }
        let signals = try SignalDescriptor(ending)
        // A last in, first out list, in which the jobs that a finished one made come first.
        var waiting: [Job] = []
        func end(_ job: Job, _ report: JobReport) {
            watching(job, report)
            // What an agent made much of takes long to judge.
            waiting += ending.whileBusy(
                for: 10,
                saying: "ended by a signal while it judged; what had ended is kept: the same command begins anew\n"
            ) { finished(job, report).reversed() }
        }
        do {
            while true {
                try assign(&waiting, more)
                let items = workers.compactMap { $0 }.filter { $0.job != nil }
                if items.isEmpty { break }
                let ready = try poll(
                    [PollItem(signals.raw, .readable)] + items.flatMap(\.items), timeout: untilDeadline())
                if let signal = try signals.next() { throw Interruption(signal: signal.number) }
                for (slot, worker) in workers.enumerated() {
                    guard let worker, let job = worker.job else { continue }
                    if worker.deadline < .now() {
                        replace(slot)
                        let seconds = guardTime(of: job, on: slot).components.seconds
                        end(
                            job,
                            JobReport(folder: job.folder, failure: "no answer in \(seconds) s; the worker was killed"))
                    } else if ready.contains(where: worker.owns), let answer = try worker.answer() {
                        switch answer {
                        case .report(let report): end(job, report)
                        case .pause(let report):
                            try worker.tell(configuration.paused(report), guardTime: guardTime(of: job, on: slot))
                        case .dead(let how):
                            replace(slot)
                            end(job, JobReport(folder: job.folder, failure: how))
                        }
                    }
                }
            }
        } catch {
            // Who asks again does not want to wait for what ends by itself.
            stop(by: SIGTERM, urgedBy: signals.raw)
            throw error
        }
        workers.forEach { $0?.dismiss() }
        stop(by: nil)
    }

    /// Lets signals end the process again; the mask was the kernel's own, so it is never refused.
    private func restore(_ mask: SignalSet) {
        do { try mask.restore() } catch { Output.note("\(error)") }
    }

    /// Gives every idle worker a job.
    private func assign(_ waiting: inout [Job], _ more: () -> [Job]) throws {
        for slot in workers.indices {
            guard workers[slot]?.job == nil, let job = next(of: &waiting, more, for: slot) else { continue }
            if let old = workers[slot], try old.jobs >= configuration.recycling || old.ended() != nil {
                old.dismiss()
                retire([old], signal: nil)
                workers[slot] = nil
            }
            let worker =
                try workers[slot]
                ?? WorkerProcess(
                    executable: configuration.executable, cpu: configuration.slots[slot], turn: try turn(of: slot),
                    log: "\(configuration.logs)/worker-\(slot + 1).log")
            workers[slot] = worker
            try worker.give(job, guardTime: guardTime(of: job, on: slot))
        }
    }

    /// The job that is next in a slot, taken off those that wait; nil where it has none to take.
    ///
    /// A driver that is kept warm is dear, so there is one for each CPU: its jobs are for the first worker there.
    private func next(of waiting: inout [Job], _ more: () -> [Job], for slot: Int) -> Job? {
        let slots = configuration.slots
        let isFirst = slots[slot] == nil || slots.firstIndex(of: slots[slot]) == slot
        while true {
            if let index = waiting.lastIndex(where: { isFirst || !$0.plan.isWarm }) { return waiting.remove(at: index) }
            let jobs = more()
            if jobs.isEmpty { return nil }
            waiting = jobs.reversed() + waiting
        }
    }

    /// How many jobs of some plans the workers of these slots have at once: of a warm driver, one a CPU.
    static func width(_ slots: [Int?], for plans: [Plan]) -> Int {
        guard plans.contains(where: \.isWarm) else { return slots.count }
        return max(1, Set(slots.compactMap(\.self)).count + slots.count { $0 == nil })
    }

    /// How many workers are on the CPU of a slot.
    private func sharers(of slot: Int) -> Int {
        configuration.slots[slot] == nil ? 1 : configuration.slots.count { $0 == configuration.slots[slot] }
    }

    /// How long a job may take at all in a slot: it waits for the turns of the others there.
    private func guardTime(of job: Job, on slot: Int) -> Duration { configuration.guardTime(job) * sharers(of: slot) }

    private func turn(of slot: Int) throws -> SharedTurn? {
        guard let cpu = configuration.slots[slot], sharers(of: slot) > 1 else { return nil }
        let turn = try turns[cpu] ?? SharedTurn(of: sharers(of: slot))
        turns[cpu] = turn
        return turn
    }

    /// Ends the worker of a slot at once; the next job there gets a new one.
    private func replace(_ slot: Int) {
        guard let worker = workers[slot] else { return }
        workers[slot] = nil
        worker.kill(SIGKILL)
        retire([worker], signal: nil)
    }

    private func stop(by signal: Int32?, urgedBy descriptor: Int32? = nil) {
        retire(workers.compactMap { $0 }, signal: signal, urgedBy: descriptor)
        workers = workers.map { _ in nil }
    }

    /// Waits for workers to end and kills those that do not: none is left behind, and none is waited for without end.
    ///
    /// - Parameter descriptor: What is readable once nobody wants to wait any more.
    private func retire(_ workers: [WorkerProcess], signal: Int32?, urgedBy descriptor: Int32? = nil) {
        if let signal { workers.forEach { $0.kill(signal) } }
        defer { WorkerMain.sweep(after: workers.filter(hasEnded).map(\.process)) }
        if wait(for: workers, urgedBy: descriptor) { return }
        workers.forEach { $0.kill(SIGKILL) }
        if wait(for: workers) { return }
        // Pid 1 of a host hangs too, then: whatever answers to the worker, or to its host, lies below it.
        let left = workers.filter { !hasEnded($0) }.flatMap { [$0.process] + $0.killAllBelow() }
        if wait(for: workers) { return }
        Output.note(
            "error: SIGKILL does not end a worker; left behind: processes \(left.map(String.init).joined(separator: " "))"
        )
    }

    /// Waits until all of them have ended: false when the time is over, or when somebody does not want to wait.
    private func wait(for workers: [WorkerProcess], urgedBy descriptor: Int32? = nil) -> Bool {
        let limit = Monotonic.now() + configuration.patience
        let urge = descriptor.map { [PollItem($0, .readable)] } ?? []
        for worker in workers {
            while !hasEnded(worker) {
                let left = limit - .now()
                guard left > .zero else { return false }
                // Whether it has ended is asked again, and the time is limited.
                let ready = try? poll([worker.items[1]] + urge, timeout: left)
                if let descriptor, ready?.contains(where: { $0.descriptor == descriptor }) == true { return false }
            }
        }
        return true
    }

    /// Of a pid that is no child there is nobody to wait for; where asking fails otherwise, it is asked again.
    private func hasEnded(_ worker: WorkerProcess) -> Bool {
        do { return try worker.ended() != nil } catch { return (error as? SystemError)?.errno == .noChildProcess }
    }

    private func untilDeadline() -> Duration? {
        workers.compactMap { $0?.job == nil ? nil : $0?.deadline }.min().map { max(.zero, $0 - .now()) }
    }
}

extension SignalSet {
    /// What ends a campaign, with a last line.
    ///
    /// What this process was told to ignore is ignored.
    static var ending: SignalSet { ([.interrupt, .terminate, .hangUp] as SignalSet).notIgnored }
}

extension Interruption {
    /// The signal's name.
    var name: String { signal == SIGINT ? "SIGINT" : signal == SIGHUP ? "SIGHUP" : "SIGTERM" }
}

extension Job {
    /// How long the job may take at all: every attempt's whole time, every check's, and a minute for the rest.
    var guardTime: Duration {
        // A `together` is counted by its parts: a reference has them one after the other.
        let steps = Step.limit(of: plan.allSteps.filter(\.parts.isEmpty), plan.agents)
        return (.seconds(60) + .nanoseconds(Int64(clamping: min(steps, Nanoseconds(Int64.max / 2))))).patient
    }
}
