import Model

/// The order in which operations are recorded: that in which they began, whenever they end.
///
/// Each costs the same, however many wait for one that takes long.
struct RecordingOrder {
    private struct Entry {
        var operation: Operation
        var isOver = false
    }

    /// Operations that began and are not recorded, oldest first, behind `head` that are.
    private var entries: [Entry] = []
    private var head = 0
    /// The index of the operation at `head`.
    private var first = 0

    /// How many operations began.
    var count: Int { first + entries.count - head }

    /// An operation begins; its index is `count` as it was before.
    mutating func begin(_ operation: Operation) { entries.append(Entry(operation: operation)) }

    /// An operation has ended; the second end of one changes nothing.
    mutating func end(_ operation: Operation) {
        let place = operation.index - first + head
        guard operation.index >= first, entries.indices.contains(place), !entries[place].isOver else { return }
        entries[place] = Entry(operation: operation, isOver: true)
    }

    /// Nothing that has not ended will.
    mutating func endAll() { for place in head..<entries.count { entries[place].isOver = true } }

    /// The next operation whose turn it is to be recorded.
    mutating func next() -> Operation? {
        guard head < entries.count, entries[head].isOver else { return nil }
        let operation = entries[head].operation
        head += 1
        first += 1
        // Moved down only when half of the room is empty: each is moved once at most.
        if head == entries.count || (head > 1024 && head * 2 > entries.count) {
            entries.removeFirst(head)
            head = 0
        }
        return operation
    }
}
