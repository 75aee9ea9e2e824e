import Model

/// Looks for canaries in files that steps have written, where others than their owner can read them.
final class CanarySearch {
    /// No more of a file is looked at, in bytes.
    static let limit = 4 << 20

    private let canaries: [Planted]
    private let logs: Set<String>
    private let state: any HostState
    /// The files as they were looked at.
    private var known: Set<Fact> = []

    init(_ plan: Plan, state: any HostState) {
        canaries = plan.canaries
        logs = Set(plan.agents.values.flatMap(\.logs))
        self.state = state
    }

    /// What the host is given is nobody's mistake.
    func begin(with start: Snapshot) { known.formUnion(start.facts) }

    /// Where canaries stand since the last look; nil where they stand nowhere, or there are none.
    func look(_ snapshot: Snapshot) throws -> [Sighting]? {
        guard !canaries.isEmpty else { return nil }
        var found: [Sighting] = []
        for fact in snapshot.facts
        where fact.identity.noun == "file" && fact.attributes["type"] == "file" && known.insert(fact).inserted {
            let path = fact.identity.name
            let isLog = logs.contains(path) || fact.identity.isLog
            // It ended meanwhile.
            guard let look = try state.look(atFile: path, upTo: CanarySearch.limit), look.isPublic || isLog else {
                continue
            }
            for canary in canaries where look.bytes.hasText(canary.text) {
                found.append(
                    Sighting(
                        variable: canary.variable, path: path, isLog: isLog,
                        mode: fact.attributes["mode"] ?? ""))
            }
        }
        return found.isEmpty ? nil : found
    }
}

/// The beginning of a file of the host, and whether every user can read it.
struct FileLook {
    var bytes: [UInt8]
    var isPublic: Bool
}

extension [UInt8] {
    /// Whether the bytes of a text stand somewhere in it.
    fileprivate func hasText(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, count >= wanted.count else { return false }
        return withUnsafeBufferPointer { bytes in
            (0...(bytes.count - wanted.count)).contains { start in
                bytes[start] == first && bytes[start..<(start + wanted.count)].elementsEqual(wanted)
            }
        }
    }
}
