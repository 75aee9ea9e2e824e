import Kernel
import Model
import Observation

/// What faults ask of the world.
protocol FaultWorld: AnyObject {
    /// The names below /run/netns that lead somewhere now.
    var namespaceNames: [String] { get }
    /// Takes the name of a namespace away; `done` is called when that is so and, where it is awaited, when the namespace
    /// and its devices are gone or are known to stay.
    func take(
        _ name: String, _ how: NameChange, awaitingEnd: Bool, done: @escaping (Result<LostName, any Error>) -> Void
    ) throws
    /// What the world can change of the host, now.
    ///
    /// - Parameter change: What is about to be changed, or was: a file changes no network.
    func state(around change: WorldChange) throws -> Snapshot
    /// Makes a change, whole or not at all.
    func apply(_ change: WorldChange) throws -> WorldEdit
    /// Leaves the host's file systems room for so many bytes more than they hold now.
    func limitDisk(toMore bytes: Int) throws -> WorldEdit
    /// Runs a program in the one namespace that the pattern means; `ended` is called with its status, and why it never
    /// began, if so.
    ///
    /// - Returns: What ends it.
    func execute(
        _ argv: [String], in namespace: String, ended: @escaping (WaitStatus, _ startFailure: String?) -> Void
    ) throws -> () throws -> Void
    /// Calls when our own looks hold nothing of the host any more.
    ///
    /// - Returns: Whether there is anything to wait for; `done` is not called otherwise.
    func whenReleased(_ done: @escaping () -> Void) -> Bool
}

/// How the name of a namespace goes.
enum NameChange {
    /// Name and file go.
    case delete
    /// The name goes and its file stays.
    case unmount
    /// The name leads to a new namespace.
    case replace
}

/// A namespace that has lost its name.
struct LostName {
    /// Its role.
    var role: String
    /// What became of it; nil where that was not awaited.
    var outcome: NamespaceDeathOutcome?
}
