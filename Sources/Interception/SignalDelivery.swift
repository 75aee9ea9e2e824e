import Glibc
public import Model

/// What a process does with signals, each by its number.
struct SignalDispositions {
    /// Those that each of its threads blocks.
    var blocked: Set<Int32> = []
    /// Those that a thread waits for by sigtimedwait(2), or that come out of a descriptor of signalfd(2).
    var accepted: Set<Int32> = []
    /// What single threads block, by thread.
    var blockedByThread: [Int32: Set<Int32>] = [:]
    var ignored: Set<Int32> = []
    var caught: Set<Int32> = []
    /// Whether it is the first of its pid namespace, to which only what it catches is delivered.
    var isInit = false

    /// What the delivery of a signal does (signal(7)).
    func outcome(of signal: Int32) -> SignalOutcome {
        if signal == SIGKILL { return .ended }
        if signal == SIGSTOP { return .stops }
        if caught.contains(signal) { return .caught }
        if ignored.contains(signal) || isInit { return .ignored }
        switch signal {
        case SIGCHLD, SIGCONT, SIGURG, SIGWINCH: return .ignored
        case SIGTSTP, SIGTTIN, SIGTTOU: return .stops
        default: return .ended
        }
    }
}

/// A signal that was sent and of which nothing is known yet.
struct AwaitedSignal {
    let signal: Int32
    /// Whether it is delivered, and the end of the process is awaited.
    var isFatal = false
    let told: (SignalOutcome) -> Void
}

extension Interceptor {
    /// Sends a signal to a process, and tells what became of it, once.
    ///
    /// A thread that is held gets a signal only when it is released; before its call where it stands before one. Only
    /// `SIGKILL` needs no release. What is known at once is told before this returns.
    public func send(_ signal: Int32, to process: TracedProcess, told: @escaping (SignalOutcome) -> Void) {
        process.sent.insert(signal)
        if signal == SIGKILL { process.killedByTocsin = true }
        let dispositions = source.dispositions(of: process.id)
        process.awaited.append(AwaitedSignal(signal: signal, told: told))
        // Refused where it has ended, of which we have not heard yet, but soon will.
        guard direct(signal, to: process, dispositions) >= 0 else { return }
        // Nobody can block SIGKILL and SIGSTOP. What is taken from a queue is delivered to no thread: nothing is told of it.
        if dispositions.blocked.contains(signal) {
            settle(process, signal, dispositions.accepted.contains(signal) ? .accepted : .blocked)
        } else if process.isStopped, signal != SIGKILL, signal != SIGCONT {
            settle(process, signal, .stopped)
        }
    }

    /// Sends it to the thread that is held, if that does not block it, else to the process.
    ///
    /// The kernel gives a signal of a process to any thread that runs, so another thread would meet it while the held one
    /// goes on to make its call.
    private func direct(_ signal: Int32, to process: TracedProcess, _ dispositions: SignalDispositions) -> Int32 {
        let held = process.threads.sorted().first { thread in
            tree.tracees[thread]?.held != nil && dispositions.blockedByThread[thread]?.contains(signal) == false
        }
        guard let held, ![SIGKILL, SIGSTOP, SIGCONT].contains(signal) else { return source.signal(process.id, signal) }
        return source.signal(thread: held, of: process.id, signal)
    }

    /// Whether a signal that was sent to a process waits for one of its threads to go on.
    func awaitsDelivery(_ process: TracedProcess) -> Bool { process.awaited.contains { !$0.isFatal } }

    /// Whether somebody who has nothing to do with the run sent the signal that is about to be delivered.
    ///
    /// `SIGKILL` cannot be asked: it is delivered without a stop.
    func isForeign(_ signal: Int32, _ tracee: Tracee) -> Bool {
        let process = tracee.process
        guard !process.sent.contains(signal), !process.foretold.contains(signal) else { return false }
        return source.isSignalFromOutside(tracee.thread)
    }

    /// A signal is about to be delivered to a thread of a process.
    func signalled(_ process: TracedProcess, _ signal: Int32) {
        guard process.awaited.contains(where: { $0.signal == signal }) else { return }
        let outcome = source.dispositions(of: process.id).outcome(of: signal)
        guard outcome == .ended else { return settle(process, signal, outcome) }
        for place in process.awaited.indices where process.awaited[place].signal == signal {
            process.awaited[place].isFatal = true
        }
    }

    private func settle(_ process: TracedProcess, _ signal: Int32, _ outcome: SignalOutcome) {
        // Two of one number are one to the kernel (signal(7)).
        let settled = process.awaited.filter { $0.signal == signal }
        process.awaited.removeAll { $0.signal == signal }
        for awaited in settled { awaited.told(outcome) }
    }

    /// The process has ended.
    func endSignals(of process: TracedProcess) {
        let all = process.awaited
        process.awaited = []
        for awaited in all { awaited.told(.ended) }
    }
}
