import Campaign
import Glibc
import Kernel
import Model

extension Spawn {
    /// How long whoever is asked to end may take, before SIGKILL.
    private static let patience = Duration.seconds(3)

    /// Waits for the end of a process; a signal that asks us to end, or the end of whoever holds a pipe, ends all below us.
    ///
    /// - Throws: `Interruption` where that was so.
    static func wait(for process: Int32, heldBy pipe: Int32? = nil) throws -> WaitStatus {
        let ending = SignalSet.ending
        let before = try ending.block()
        // The mask was the kernel's own, so it is never refused.
        defer { try? before.restore() }
        let signals = try SignalDescriptor(ending)
        let handle = try ProcessDescriptor(process)
        let items = [PollItem(signals.raw, .readable), PollItem(handle.descriptor.raw, .readable)]
        var asked: (signal: Int32, limit: Monotonic)?
        while true {
            let held = asked == nil ? pipe.map { [PollItem($0, .readable)] } ?? [] : []
            let ready = try poll(items + held, timeout: asked.map { max(.zero, $0.limit - .now()) })
            let isLet = held.contains { held in ready.contains { $0.descriptor == held.descriptor } }
            if let signal = try signals.next()?.number ?? (isLet ? SIGTERM : nil), asked == nil {
                send(signal)
                asked = (signal, .now() + patience)
            }
            if let late = asked, late.limit < .now() {
                send(SIGKILL)
                asked?.limit = .now() + patience
            }
            guard ready.contains(where: { $0.descriptor == handle.descriptor.raw }) else { continue }
            let status = try waitBlocking(for: process).status
            if let asked {
                endRest(by: asked.limit)
                throw Interruption(signal: asked.signal)
            }
            return status
        }
    }

    /// Ends all that is below this process, which has been asked to end, at that time at the latest.
    ///
    /// The end of a grandchild is told to nobody: it is looked for.
    static func endRest(by limit: Monotonic) {
        let last = limit + patience
        while !descendants(of: getpid()).isEmpty, last > .now() {
            if limit < .now() { send(SIGKILL) }
            while waitpid(-1, nil, WNOHANG) > 0 {}
            usleep(10_000)
        }
    }

    /// Sends a signal to all that is below this process.
    private static func send(_ signal: Int32) {
        for process in descendants(of: getpid()) { _ = Glibc.kill(process, signal) }
    }
}
