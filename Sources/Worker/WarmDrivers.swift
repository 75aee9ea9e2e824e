import Host
import Interception
import Kernel

/// The warm drivers of a worker, which outlive its hosts.
final class WarmDrivers {
    /// What makes two drivers the same.
    private struct Key: Hashable {
        /// Two agents with one driver are two: it lets one child live at a time.
        let agent: String
        let argv: [String]
        let environment: [String: String]
        let directory: String
        let held: Set<Capability>
    }

    /// How many are kept: an agent's imports may take a hundred megabytes.
    private let limit: Int
    /// The one used last comes last.
    private var kept: [(key: Key, warmDriver: WarmDriver)] = []
    /// Drivers that cannot be warm are not started again for each plan.
    private var refused: [Key: any Error] = [:]

    /// Keeps none yet.
    init(limit: Int = 3) { self.limit = limit }

    /// The drivers that live.
    var all: [WarmDriver] { kept.map(\.warmDriver) }

    /// The driver of an agent, started and ready: before the host is made, for starting it waits.
    ///
    /// - Throws: ``WarmDriverError``, at once where it was refused before; then it is to be started in the host.
    func driver(
        of agent: String, _ argv: [String], environment: [String: String], directory: String,
        held: Set<Capability> = HostOptions.heldByDefault, timeout: Duration
    ) throws -> WarmDriver {
        let key = Key(agent: agent, argv: argv, environment: environment, directory: directory, held: held)
        if let place = kept.firstIndex(where: { $0.key == key }) {
            let found = kept.remove(at: place)
            if found.warmDriver.isUsable {
                kept.append(found)
                return found.warmDriver
            }
            refused[key] = found.warmDriver.failure
            found.warmDriver.end()
        }
        if let error = refused[key] { throw error }
        do {
            let warmDriver = try WarmDriver(
                argv, environment: environment, directory: directory, held: held, timeout: timeout)
            while kept.count >= limit { kept.removeFirst().warmDriver.end() }
            kept.append((key, warmDriver))
            return warmDriver
        } catch {
            refused[key] = error
            throw error
        }
    }

    /// Ends what a run has asked for and not got; nobody is told any more.
    ///
    /// Before its host is destroyed, for the answers would be its own.
    func endRun() { for warmDriver in all { warmDriver.abandonFork() } }

    /// Gives a stop to the driver whose it is; false where it is nobody's.
    func take(_ stop: ThreadStop) -> Bool {
        // First by what is known, then by parentage, which is looked up.
        if let found = all.first(where: { $0.process == stop.thread }) { return found.take(stop) }
        return all.contains { $0.takeChild(stop) }
    }

    /// The same for what the death of a host drained from waitpid(2).
    ///
    /// Its pid namespace ends only when the driver, which may stand at the `SIGCHLD` of it, has reaped its child.
    func take(_ result: WaitResult) {
        if let stop = ThreadStop(result.process, status: result.rawStatus) { _ = take(stop) }
    }
}
