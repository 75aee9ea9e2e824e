import Glibc

/// What became of a signal that was sent to a process.
public enum SignalOutcome: Hashable, Sendable {
    /// It was delivered to one of its threads: it is caught, or does what it does by default.
    case delivered
    /// It was delivered to a process that ignores it.
    case ignored
    /// Each of its threads blocks it: it waits until one does not.
    case blocked
    /// A stopping signal has stopped the process: it waits until that is continued.
    case stopped
    /// The process has ended.
    case ended
}

/// A signal that was sent and of which nothing is known yet.
struct AwaitedSignal {
    let signal: Int32
    let ignored: Bool
    let told: (SignalOutcome) -> Void
}

extension Interceptor {
    /// Sends a signal to a process, and tells what became of it, once.
    ///
    /// A thread that is held gets a signal only when it is released; before its call where it stands before one. Only
    /// `SIGKILL` needs no release. What is known at once is told before this returns.
    public func send(_ signal: Int32, to process: TracedProcess, told: @escaping (SignalOutcome) -> Void) {
        let (blocked, ignored) = source.signals(of: process.id)
        process.sent.insert(signal)
        if signal == SIGKILL { process.killedByTocsin = true }
        let awaited = AwaitedSignal(signal: signal, ignored: ignored.contains(signal), told: told)
        process.awaited.append(awaited)
        // It has ended, and that is not told of yet: then it soon will be.
        guard source.signal(process.id, signal) >= 0 else { return }
        // Not SIGKILL and SIGSTOP, which nobody can block. What a thread waits for by sigwait(3) counts as blocked.
        if blocked.contains(signal) {
            settle(process, signal, .blocked)
        } else if process.isStopped, signal != SIGKILL, signal != SIGCONT {
            settle(process, signal, .stopped)
        }
    }

    /// A signal is about to be delivered to a thread of a process.
    func signalled(_ process: TracedProcess, _ signal: Int32) { settle(process, signal, nil) }

    /// Tells whoever waits what became of a signal: as sent, where nothing else is said.
    private func settle(_ process: TracedProcess, _ signal: Int32, _ outcome: SignalOutcome?) {
        guard !process.awaited.isEmpty else { return }
        // Two of one number are one to the kernel (signal(7)).
        let settled = process.awaited.filter { $0.signal == signal }
        process.awaited.removeAll { $0.signal == signal }
        for awaited in settled { awaited.told(outcome ?? (awaited.ignored ? .ignored : .delivered)) }
    }

    /// The process has ended.
    func endSignals(of process: TracedProcess) {
        let all = process.awaited
        process.awaited = []
        for awaited in all { awaited.told(.ended) }
    }
}
