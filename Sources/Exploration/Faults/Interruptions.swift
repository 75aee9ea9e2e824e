import Model

/// The answer to a list says that it may be inconsistent.
struct Interruptions: FaultSource {
    let name = "interruptions"
    let meaning = "`dump: interrupted` before a list that is asked for by netlink"

    func actions(in situation: Situation) -> [Action] {
        let operation = situation.place.operation
        guard situation.side == .before, operation.phrase.verb == "list", operation.row?.isNetlink == true else {
            return []
        }
        return [.dump(.interrupted)]
    }
}
