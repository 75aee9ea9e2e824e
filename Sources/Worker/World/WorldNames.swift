import Host
import Model
import Observation

extension WorldEditor: FaultWorld {
    var namespaceNames: [String] { host.namespaces.names }

    func take(
        _ name: String, _ how: NameChange, awaitingEnd: Bool, done: @escaping (Result<LostName, any Error>) -> Void
    ) throws {
        let request: HostRequest =
            switch how {
            case .delete: .deleteNamespace(name)
            case .unmount: .unmountNamespace(name)
            case .replace: .replaceNamespace(name, settled: true)
            }
        try host.host.request(request) { [unowned host] result in
            do {
                let answer = try result.get()
                if let made = answer.made { host.registry.named(made, name) }
                guard let removed = answer.removed else {
                    throw WorldError.impossible("`\(name)` led to no namespace")
                }
                let lost = LostName(role: host.registry.role(of: removed.id))
                guard awaitingEnd else { return done(.success(lost)) }
                let death = NamespaceDeath(host.snapshotter.host)
                host.loop.add(
                    DeathSource(death) { [unowned host] source, outcome in
                        host.loop.remove(source)
                        done(.success(LostName(role: lost.role, outcome: outcome)))
                    })
                death.start(removed)
            } catch {
                done(.failure(error))
            }
        }
    }

    func state(around change: WorldChange) throws -> Snapshot {
        if change.isOfFiles { return try host.snapshotter.takeFiles() }
        let snapshot = try host.snapshotter.take()
        // Our closed sockets hold the namespaces for some milliseconds more.
        host.probe = try ProbeNamespace()
        return snapshot
    }

    func whenReleased(_ done: @escaping () -> Void) -> Bool {
        guard let probe = host.probe, !probe.isDead else { return false }
        probe.died = { [unowned host] in
            host.loop.remove(probe)
            done()
        }
        host.loop.add(probe)
        return true
    }
}
