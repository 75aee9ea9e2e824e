extension Reference {
    /// Learns whether a time in a file, as date(1) writes it, could have been another: only in another second.
    ///
    /// Runs that are made at the same time agree on it by chance, and the next one would be held against them.
    mutating func learnClock(_ records: [Record], _ moments: [[Snapshot]], _ masks: [Set<Masked>]) {
        guard let first = records.first else { return }
        let shared = first.header.outcomes.enumerated().compactMap { place, outcome -> Int? in
            guard Reference.writesAlike(moments[place], moments[place + 1], masks[place + 1]) else { return nil }
            let seconds = records.map { $0.secondsOfWriting(in: outcome.step) }
            return seconds.dropFirst().reduce(seconds[0]) { $0.intersection($1) }.max()
        }
        sameSecond = shared.max()
    }

    /// Whether the content of a file is another after a step, and the same in all runs.
    private static func writesAlike(_ before: [Snapshot], _ after: [Snapshot], _ mask: Set<Masked>) -> Bool {
        guard let before = before.first?.byIdentity, let after = after.first else { return false }
        return after.facts.contains { fact in
            guard fact.identity.noun == "file", let digest = fact.attributes["digest"] else { return false }
            return before[fact.identity]?.attributes["digest"] != digest
                && !mask.contains(Masked(identity: fact.identity))
                && !mask.contains(Masked(identity: fact.identity, attribute: "digest"))
        }
    }
}

extension Record {
    /// The seconds of the clock, since 1970, in which agents changed files in a step.
    fileprivate func secondsOfWriting(in step: String) -> Set<Int> {
        var seconds: Set<Int> = []
        for operation in operations where operation.step == step {
            guard operation.phrase.word.hasPrefix("file."), operation.changesSomething else { continue }
            seconds.insert(Int(header.began + Double(operation.started) / 1e9))
        }
        return seconds
    }
}
