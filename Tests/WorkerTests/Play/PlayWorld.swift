import Kernel
import Model

@testable import Worker

/// A world that does what the test says.
final class PlayWorld: FaultWorld {
    private let deeds: Deeds
    var namespaceNames = ["pod"]
    /// What becomes of a name; nil for an answer that comes later, by `answers`.
    var lost: Result<LostName, any Error>?
    private(set) var answers: [(Result<LostName, any Error>) -> Void] = []
    /// Whether a change can be taken back, and how that goes.
    var undo: (() throws -> Void)?
    var isRefusing = false
    private(set) var ended: [(WaitStatus, String?) -> Void] = []
    /// Whether our looks hold something; who waits for that.
    var isHeld = false
    private(set) var releases: [() -> Void] = []

    init(_ deeds: Deeds) { self.deeds = deeds }

    func take(
        _ name: String, _ how: NameChange, awaitingEnd: Bool, done: @escaping (Result<LostName, any Error>) -> Void
    ) throws {
        deeds.add("\(how) \(name)\(awaitingEnd ? "" : " lingering")")
        if let lost { done(lost) } else { answers.append(done) }
    }

    /// What is there around changes, one after the other; the last one stays.
    var states = [Snapshot(facts: [])]

    func state(around change: WorldChange) throws -> Snapshot { states.count > 1 ? states.removeFirst() : states[0] }

    func limitDisk(toMore bytes: Int) throws -> WorldEdit {
        deeds.add("room for \(bytes)")
        return WorldEdit(detail: "room for \(bytes)", undo: undo)
    }

    func apply(_ change: WorldChange) throws -> WorldEdit {
        if isRefusing { throw WorldError.impossible("the world says no") }
        let text = Action.change(change).phrase.description
        deeds.add(text)
        return WorldEdit(
            detail: text,
            undo: undo.map { undo in
                { [deeds] in
                    try undo()
                    deeds.add("undo \(text)")
                }
            })
    }

    func execute(
        _ argv: [String], in namespace: String, ended: @escaping (WaitStatus, String?) -> Void
    ) throws -> () throws -> Void {
        deeds.add("execute \(argv.joined(separator: " ")) in \(namespace)")
        self.ended.append(ended)
        return { [deeds] in deeds.add("kill \(argv.joined(separator: " "))") }
    }

    func whenReleased(_ done: @escaping () -> Void) -> Bool {
        if isHeld { releases.append(done) }
        return isHeld
    }
}

/// The state of a host, as the test says.
final class PlayState: HostState {
    private let deeds: Deeds
    /// The states that are taken, one after the other; the last one stays.
    var states = [Snapshot(facts: [])]
    var unsettled: String?
    var spinning: [String] = []
    /// What is there now.
    var present: [Fact] = []
    var files: [String: String] = [:]
    /// The files that only their owner can read.
    var hidden: Set<String> = []
    /// Reading a file fails with this.
    var unreadable: (any Error)?
    /// Looking fails with this.
    var refusal: (any Error)?
    var probeFailure: String?
    private(set) var residents: Set<Int> = []

    init(_ deeds: Deeds) { self.deeds = deeds }

    func settled(residents: Set<Int>) throws -> SettledState {
        deeds.add("settle")
        self.residents = residents
        if let refusal { throw refusal }
        return SettledState(
            snapshot: states.count > 1 ? states.removeFirst() : states[0], unsettled: unsettled, spinning: spinning)
    }

    /// Called while it is waited for.
    var releasing: () -> Void = {}

    func awaitRelease() throws {
        deeds.add("await release")
        releasing()
    }

    func facts() throws -> [Fact] {
        if let refusal { throw refusal }
        return present
    }

    func text(ofFile path: String) throws -> String? {
        if let unreadable { throw unreadable }
        return files[path]
    }

    func look(atFile path: String, upTo limit: Int) throws -> FileLook? {
        if let unreadable { throw unreadable }
        return files[path].map { FileLook(bytes: Array($0.utf8.prefix(limit)), isPublic: !hidden.contains(path)) }
    }

    func resources(of agent: String, _ processes: [Int32]) throws -> AgentResources {
        AgentResources(agent: agent, descriptors: processes.count, threads: processes.count, memory: 0)
    }

    func probe(_ condition: Condition) throws -> String? { probeFailure }
    /// Whether answers of the network come later; who waits for them.
    var answersLater = false
    private(set) var asked: [(String?) -> Void] = []

    func ask(_ condition: Condition, within time: Duration, _ done: @escaping (String?) -> Void) throws {
        if answersLater { asked.append(done) } else { done(probeFailure) }
    }
}
