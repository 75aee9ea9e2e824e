import Model

/// Somebody holds the lock that the agent is about to take.
struct HeldLocks: FaultSource {
    let name = "locks"
    let meaning = "`lock.hold` for 300 ms before a lock of a file that is no folder"

    func actions(in situation: Situation) -> [Action] {
        let phrase = situation.place.operation.phrase
        guard situation.side == .before, phrase.word == "file.lock", phrase.argument.hasPrefix("/"),
            !situation.folders.contains(phrase.argument)
        else { return [] }
        return [.change(.holdLock(path: situation.naming(Pattern.literal(phrase.argument))))]
    }
}
