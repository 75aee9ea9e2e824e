import Host
import Interception
import Kernel

/// The warm drivers of a worker, which outlive its hosts.
final class Zygotes {
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
    private var kept: [(key: Key, zygote: Zygote)] = []
    /// Drivers that cannot be warm are not started again for each plan.
    private var refused: [Key: any Error] = [:]

    /// Keeps none yet.
    init(limit: Int = 3) { self.limit = limit }

    /// The drivers that live.
    var all: [Zygote] { kept.map(\.zygote) }

    /// The driver of an agent, started and ready: before the host is made, for starting it waits.
    ///
    /// - Throws: ``ZygoteError``, at once where it was refused before; then it is to be started in the host.
    func zygote(
        of agent: String, _ argv: [String], environment: [String: String], directory: String,
        held: Set<Capability> = HostOptions.heldByDefault, timeout: Duration
    ) throws -> Zygote {
        let key = Key(agent: agent, argv: argv, environment: environment, directory: directory, held: held)
        if let place = kept.firstIndex(where: { $0.key == key }) {
            let found = kept.remove(at: place)
            if found.zygote.isUsable {
                kept.append(found)
                return found.zygote
            }
            refused[key] = found.zygote.failure
            found.zygote.end()
        }
        if let error = refused[key] { throw error }
        do {
            let zygote = try Zygote(
                argv, environment: environment, directory: directory, held: held, timeout: timeout)
            while kept.count >= limit { kept.removeFirst().zygote.end() }
            kept.append((key, zygote))
            return zygote
        } catch {
            refused[key] = error
            throw error
        }
    }

    /// Ends what a run has asked for and not got; nobody is told any more.
    ///
    /// Before its host is destroyed, for the answers would be its own.
    func endRun() { for zygote in all { zygote.abandonFork() } }

    /// Gives a stop to the driver whose it is; false where it is nobody's.
    func take(_ stop: ThreadStop) -> Bool {
        // First by what is known, then by parentage, which is looked up.
        if let found = kept.first(where: { $0.zygote.process == stop.thread }) { return found.zygote.take(stop) }
        return kept.contains { $0.zygote.takeChild(stop) }
    }

    /// The same for what the death of a host drained from waitpid(2).
    ///
    /// Its pid namespace ends only when the driver, which may stand at the `SIGCHLD` of it, has reaped its child.
    func take(_ result: WaitResult) {
        if let stop = ThreadStop(result.process, status: result.rawStatus) { _ = take(stop) }
    }
}
