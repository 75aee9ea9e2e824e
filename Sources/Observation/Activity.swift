import Kernel

/// What the processes of a host were doing at one moment, told by looking alone.
///
/// A process is never stopped to learn whether it rests: an interrupted call may return `EINTR`, which it would not
/// have done without us.
struct Activity: Hashable, Sendable {
    /// How much each thread had run until then: switches of its CPU and ticks, by thread id.
    var threads: [Int32: [UInt64]] = [:]
    /// Those that run or wait for the kernel, as `PROGRAM (STATE)`, sorted.
    var busy: [String] = []
    /// The programs of those that run.
    var running: [String] = []
    /// The programs of threads that stand at a stop of their tracer, by thread id.
    var traced: [Int32: String] = [:]
    /// The programs of threads that wait for a lock or a device of the kernel (state D), by thread id.
    var waiting: [Int32: String] = [:]

    /// Takes those for running that stand at a stop of their tracer, or wait for the kernel, but not as at the last look.
    ///
    /// A thread that makes calls without a pause is found at such a stop in nearly every look, or waiting for the one lock
    /// that all changes of links share (`rtnl_mutex`), and is not at rest.
    mutating func compare(with last: Activity) {
        let hasRun = { [threads] (thread: Int32) in last.threads[thread].map { $0 != threads[thread] } ?? false }
        for (thread, program) in traced where hasRun(thread) {
            busy.append("\(program) (t)")
            running.append(program)
        }
        for (thread, program) in waiting where hasRun(thread) { running.append(program) }
        busy.sort()
    }

    /// Looks at every thread of the host's processes.
    static func look(_ host: HostView, excluding excluded: Set<Int32>) throws(SystemError) -> Activity {
        var activity = Activity()
        for process in try HostProcesses.list(host, excluding: excluded).all {
            if process.isZombie {
                // pid 1 is about to reap it; any other parent may leave it for as long as it likes.
                if process.parent == host.initPID { activity.busy.append("\(process.program) (Z)") }
                activity.threads[process.id] = []
                continue
            }
            // One that ends meanwhile has no threads, which is a difference to the next look.
            for thread in (try? listThreads(of: process.id)) ?? [] {
                activity.add(thread, of: process.program)
            }
        }
        activity.busy.sort()
        return activity
    }

    /// A thread that ends meanwhile is missing, which is a difference to the next look.
    private mutating func add(_ thread: Int32, of program: String) {
        // It ends meanwhile: the same.
        guard let state = try? ProcessState.of(thread), let status = try? ProcessStatus.of(thread) else { return }
        let involuntary = status.fields["nonvoluntary_ctxt_switches"].flatMap { UInt64($0) }
        threads[thread] = [
            state.startTicks, status.voluntarySwitches ?? 0, involuntary ?? 0, state.userTicks, state.systemTicks,
        ]
        if !["S", "T", "t", "Z", "I", "X"].contains(state.state) { busy.append("\(program) (\(state.state))") }
        if state.state == "R" { running.append(program) }
        if state.state == "t" { traced[thread] = program }
        if state.state == "D" { waiting[thread] = program }
    }
}
