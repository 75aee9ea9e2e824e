extension Fact.Identity {
    /// Whether it stands below /var/log: what programs say, and no state that they go by.
    public var isBelowLogs: Bool { noun == "file" && name.hasPrefix("/var/log/") }

    /// Whether it is called like a log, wherever it stands.
    var isCalledLog: Bool { noun == "file" && name.hasSuffix(".log") }

    /// Whether it stands where logs stand, or is called like one.
    public var isLog: Bool { isBelowLogs || isCalledLog }
}

extension Reference {
    /// Leaves logs out, after each step and not only after those after which they differ.
    ///
    /// A log tells of times, processes and faults: that the runs agree on it after one step is chance. What stands below
    /// /var/log is one, and what the scenario says is one; another file that is called so is one if its content differs
    /// somewhere, for it may be a journal that is read again. Of one that the agent takes away in each run only the content is
    /// left out, for it may be left behind.
    ///
    /// - Parameter named: The paths of the agents' `logs`.
    mutating func learnLogs(_ moments: [[Snapshot]], named: Set<String>, _ masks: inout [Set<Masked>]) {
        let states = moments.map { $0.map { Set($0.facts.map(\.identity)) } }
        namedLogs = named
        let logs = Set(states.joined().joined()).filter { file in
            isLog(file)
                || file.isCalledLog && masks.contains { $0.contains(Masked(identity: file, attribute: "digest")) }
        }
        self.logs = logs
        let left = logs.flatMap { log in
            let isTaken = zip(states, states.dropFirst()).contains { before, after in
                before.allSatisfy { $0.contains(log) } && !after.contains { $0.contains(log) }
            }
            return (isTaken ? Reference.contents : [nil]).map { Masked(identity: log, attribute: $0) }
        }
        let whole = Set(left.filter { $0.attribute == nil }.map(\.identity))
        for place in masks.indices {
            masks[place] = masks[place].filter { !whole.contains($0.identity) }.union(left)
        }
    }

    private static let contents: [String?] = ["digest", "digested", "size"]

    /// Whether it is one by its place, or by what the scenario says.
    private func isLog(_ file: Fact.Identity) -> Bool {
        file.isBelowLogs || file.noun == "file" && namedLogs?.contains(file.name) == true
    }

    /// Whether it is a log that no run without faults has: what an agent says where something is wrong.
    func isLogOfFault(_ identity: Fact.Identity) -> Bool {
        isLog(identity) && logs.map { !$0.contains(identity) } ?? false
    }
}
