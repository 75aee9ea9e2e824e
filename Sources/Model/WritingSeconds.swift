import Glibc

extension Reference {
    /// Learns whether a time that an agent wrote down, as date(1) does, could have been another: only in another second.
    ///
    /// Runs that are made at the same time agree on it by chance, and the next one would be held against them. What a file holds
    /// is not seen; elsewhere the time itself is looked for.
    mutating func learnClock(_ records: [Record], _ moments: [[Snapshot]], _ masks: [Set<Masked>]) {
        guard let first = records.first else { return }
        let shared = first.header.outcomes.enumerated().compactMap { place, outcome -> Int? in
            let made = Reference.madeAlike(moments[place], moments[place + 1], masks[place + 1])
            guard !made.isEmpty else { return nil }
            let changes = records.map { $0.seconds(ofChangesIn: outcome.step) }
            let seconds = changes.dropFirst().reduce(changes[0]) { $0.intersection($1) }
            let files = records.map { $0.seconds(ofChangesIn: outcome.step, amongFiles: true) }
            let writing = files.dropFirst().reduce(files[0]) { $0.intersection($1) }
            if let last = writing.max(), made.contains(where: { $0.noun == "file" && $0.name == "digest" }) {
                return last
            }
            let times = seconds.flatMap(Reference.times)
            return made.contains { made in times.contains { made.text.contains($0) } } ? seconds.max() : nil
        }
        sameSecond = shared.max()
    }

    /// A name, or a value of an attribute, that is new after a step and the same in all runs.
    private struct Made {
        var noun: String
        /// The attribute's name; nil for the object's.
        var name: String?
        var text: String
    }

    private static func madeAlike(_ before: [Snapshot], _ after: [Snapshot], _ mask: Set<Masked>) -> [Made] {
        guard let before = before.first?.byIdentity, let after = after.first else { return [] }
        return after.facts.filter { !mask.contains(Masked(identity: $0.identity)) }.flatMap { fact in
            let former = before[fact.identity]
            let name = former == nil ? [Made(noun: fact.identity.noun, text: fact.identity.name)] : []
            return name
                + fact.attributes.compactMap { name, value in
                    guard former?.attributes[name] != value,
                        !mask.contains(Masked(identity: fact.identity, attribute: name))
                    else { return nil }
                    return Made(noun: fact.identity.noun, name: name, text: value)
                }
        }
    }

    /// A second as agents write it: since 1970, and as the time of day, here and at Greenwich.
    private static func times(of second: Int) -> [String] {
        var moment = time_t(second)
        var days = [tm(), tm()]
        localtime_r(&moment, &days[0])
        gmtime_r(&moment, &days[1])
        let clocks = days.flatMap { day in
            let parts = [day.tm_hour, day.tm_min, day.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }
            return [parts.joined(separator: ":"), parts.joined()]
        }
        return ["\(second)"] + clocks
    }
}

extension Record {
    /// The seconds of the clock, since 1970, in which agents changed something in a step.
    fileprivate func seconds(ofChangesIn step: String, amongFiles: Bool = false) -> Set<Int> {
        var seconds: Set<Int> = []
        for operation in operations where operation.step == step {
            guard operation.changesSomething, !amongFiles || operation.phrase.word.hasPrefix("file.") else { continue }
            seconds.insert(Int(header.began + Double(operation.started) / 1e9))
        }
        return seconds
    }
}
