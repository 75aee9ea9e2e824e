import CHost
public import Kernel
import SystemPackage

extension Host {
    /// Lets every host that is made from now on end when the other end of a pipe is closed.
    ///
    /// By it hosts end where their owner cannot: it may wait for a file system that a process of the host serves, and
    /// wait(2) for it would last for ever.
    public static func endWithPipe(_ descriptor: Int32) { ch_end_with(descriptor) }

    /// Removes what hosts of owners that have ended without destroying them leave on the machine: their cgroups.
    ///
    /// - Parameters:
    ///   - owners: The processes that made the hosts.
    ///   - time: How long at most to wait for the last processes of the hosts to be gone.
    public static func sweep(after owners: [Int32], within time: Duration = .seconds(2).patient) {
        ControlGroup.remove(of: owners, within: time)
    }

    /// Kills everything in the host and waits until nothing of it is left.
    ///
    /// The order matters: a tracee that its tracer has not reaped keeps the pid namespace, and with it pid 1, from ending.
    /// So pid 1 is killed, then every other child and tracee of the worker is drained, and pid 1 comes last.
    /// - Parameters:
    ///   - timeout: How long all of it may take.
    ///   - foreign: Gets every status that is not pid 1's. A tracee that reports a stop must be let go on by it.
    /// - Throws: ``HostError/survivors(_:)`` with what is left when the time has passed.
    public func destroy(timeout: Duration = .seconds(10).patient, foreign: (WaitResult) -> Void = { _ in }) throws {
        guard !destroyed else { return }
        try kill()
        defer { if destroyed { group?.remove() } }
        let end = Monotonic.now() + timeout
        while true {
            switch try nextStatus() {
            case .gone: return bury()
            case .changed(let result) where result.process == initPID && result.status.isEnd: return bury()
            case .changed(let result): foreign(result)
            case .quiet:
                guard Monotonic.now() < end else { throw HostError.survivors(leftovers()) }
                // The pidfd wakes for pid 1 alone; the short limit is for tracees.
                _ = try poll([PollItem(initPidfd, .readable)], timeout: .microseconds(200))
            }
        }
    }

    private enum Status {
        case changed(WaitResult), quiet, gone
    }

    private func nextStatus() throws -> Status {
        do {
            return try wait().map { .changed($0) } ?? .quiet
        } catch {
            // No child at all: somebody else has reaped pid 1, and it is gone all the same.
            guard error.errno == .noChildProcess else { throw error }
            return .gone
        }
    }

    private func kill() throws {
        do {
            try process.kill()
        } catch {
            // It may have ended by itself; the rest is the same.
            guard error.errno == .noSuchProcess else { throw error }
        }
    }

    private func bury() {
        destroyed = true
        failPending(HostError.died(stage: "destroyed"))
        exits = [:]
    }

    private func leftovers() -> [Int32] {
        // The list is for the message alone.
        guard let inside = try? listProcesses(inPIDNamespaceOf: initPID), !inside.isEmpty else { return [initPID] }
        return inside
    }
}
