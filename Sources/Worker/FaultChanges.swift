import Kernel
import Model

/// What the world does.
extension FaultDelivery {
    /// Takes a name away; the agent goes on when the namespace and its devices are gone, or at once where the fault says so.
    func take(_ pattern: String, _ how: NameChange, _ settle: Action.Settle) throws {
        let names = faults.world.namespaceNames.filter { Pattern(pattern).matches($0) }
        guard names.count == 1, let name = names.first else {
            let there =
                names.isEmpty ? "no namespace bears" : "several namespaces (\(names.joined(separator: ", "))) bear"
            if names.isEmpty { record.hadNothingToActOn = true }
            return finish(failure: "\(there) the name `\(pattern)` at that moment")
        }
        try faults.world.take(name, how, awaitingEnd: settle == .done) { [self] result in
            do { taken(try result.get()) } catch { finish(failure: "\(error)") }
        }
    }

    private func taken(_ lost: LostName) {
        record.removed = [lost.role]
        switch lost.outcome {
        case nil: record.effect = .nameLost(role: lost.role, fate: .underWay)
        case .gone(let nanoseconds)?:
            record.effect = .nameLost(role: lost.role, fate: .gone(after: Nanoseconds(nanoseconds)))
        case .held(let holders)?: record.effect = .nameLost(role: lost.role, fate: .held(by: holders))
        case .lingering?: return finish(failure: "its devices were not gone in time")
        }
        finish()
    }

    /// Makes a change, and remembers how it is taken back.
    func edit(_ change: WorldChange) throws {
        let (edit, lost) = try around(change) { try faults.world.apply(change) }
        record.effect = .changed(edit.detail)
        record.removed = edit.removed
        if fault?.until != nil {
            guard let undo = edit.undo else { return finish(failure: "`\(action.phrase.word)` cannot be taken back") }
            let what = "`\(action)` of \(record.fault)\(place)"
            untilTakenBack { [unowned faults] in
                try undo()
                try faults.noteMissing(lost, around: change, called: what)
            }
        }
        // The agent goes on when our socket has let go of the namespace, or its own next deletion would be another one.
        guard passage != nil, faults.world.whenReleased({ [self] in finish() }) else { return finish() }
    }

    /// Where the fault is written, for a reader: ` (x.yaml:9:5)`.
    private var place: String { fault?.location.map { " (\($0))" } ?? "" }

    /// Remembers how what was done is taken back, where the fault says when.
    func untilTakenBack(_ undo: @escaping () throws -> Void) {
        guard let until = fault?.until else { return }
        faults.remember(Reversal(fault: "`\(record.fault)`\(place)", until: until, undo: undo))
    }

    /// Keeps the states just before and just after a change, by which the world's own doing is told from the agent's.
    ///
    /// A step of the world is done in the references too: nobody needs to be told from it.
    /// - Returns: What came of it, and what was there before and is not after.
    private func around<Result>(_ change: WorldChange, _ body: () throws -> Result) throws -> (Result, [Fact.Identity])
    {
        guard fault != nil else { return (try body(), []) }
        let before = try faults.world.state(around: change)
        let result = try body()
        let left = Set(try keep(before, change).facts.map(\.identity))
        return (result, before.facts.map(\.identity).filter { !left.contains($0) })
    }

    @discardableResult
    private func keep(_ before: Snapshot, _ change: WorldChange) throws -> Snapshot {
        let after = try faults.world.state(around: change)
        record.states = .init(before: try faults.recorder.state(before), after: try faults.recorder.state(after))
        return after
    }

    /// Runs a program.
    func execute(_ argv: [String], _ namespace: String) throws {
        let change = WorldChange.execute(argv: argv, namespace: namespace)
        let before = fault == nil ? nil : try faults.world.state(around: change)
        let kill = try faults.world.execute(argv, in: namespace) { [self] status, startFailure in
            guard !isDone else { return }
            record.effect = .executed(argv: argv, end: startFailure.map(ProcessEnd.notStarted) ?? status.end)
            do {
                if let before { try keep(before, change) }
                finish(failure: status == .exited(0) ? nil : "\(record.effect)")
            } catch {
                finish(failure: "\(error)")
            }
        }
        faults.loop.after(WorldProgram.patience) { [weak self] in
            guard let self, !isDone else { return }
            var why = "`\(argv.joined(separator: " "))` did not end within \(WorldProgram.patience)"
            do { try kill() } catch { why += ", and cannot be ended: \(error)" }
            finish(failure: why)
        }
    }
}
