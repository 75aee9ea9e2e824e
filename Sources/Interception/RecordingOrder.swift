import Model

/// The order in which operations are recorded: that in which they began, whenever they end.
///
/// Each costs the same, however many wait for one that takes long. Only so many wait in memory: then the place of the one that
/// takes long is kept in the record, and those behind it are recorded.
struct RecordingOrder {
    /// So many that have ended wait for one that has not.
    static let patience = 1024

    /// What is to be done with the record.
    enum Turn {
        /// This is the next, or one whose place was kept.
        case operation(Operation)
        /// The next, with this index, takes long: its place is to be kept.
        case place(Int)
    }

    private struct Entry {
        var operation: Operation
        var isOver = false
    }

    /// Operations that began and are not recorded, oldest first, behind `head` that are.
    private var entries: [Entry] = []
    private var head = 0
    /// The index of the operation at `head`.
    private var first = 0
    /// How many of them have ended.
    private var waiting = 0
    /// Operations whose places are kept, by index.
    private var kept: [Int: Operation] = [:]
    /// Those of them that have ended.
    private var late: [Operation] = []

    /// How many operations began.
    var count: Int { first + entries.count - head }

    /// An operation begins; its index is `count` as it was before.
    mutating func begin(_ operation: Operation) { entries.append(Entry(operation: operation)) }

    /// An operation has ended and is the next to be recorded, as most are: it is to be recorded now.
    ///
    /// - Returns: False where others are recorded before it; then ``end(_:)`` is to be told.
    mutating func endNext(_ index: Int) -> Bool {
        guard index == first, head < entries.count, !entries[head].isOver, late.isEmpty else { return false }
        advance()
        return true
    }

    /// An operation has ended; the second end of one changes nothing.
    mutating func end(_ operation: Operation) {
        if operation.index < first {
            if kept.removeValue(forKey: operation.index) != nil { late.append(operation) }
            return
        }
        let place = operation.index - first + head
        guard entries.indices.contains(place), !entries[place].isOver else { return }
        entries[place] = Entry(operation: operation, isOver: true)
        waiting += 1
    }

    /// Nothing that has not ended will.
    mutating func endAll() {
        for place in head..<entries.count { entries[place].isOver = true }
        waiting = entries.count - head
        late += kept.values.sorted { $0.index < $1.index }
        kept = [:]
    }

    /// The next operation whose turn it is to be recorded.
    mutating func next() -> Turn? {
        if !late.isEmpty { return .operation(late.removeFirst()) }
        guard head < entries.count else { return nil }
        let entry = entries[head]
        guard entry.isOver || waiting > RecordingOrder.patience else { return nil }
        if entry.isOver { waiting -= 1 } else { kept[first] = entry.operation }
        advance()
        return entry.isOver ? .operation(entry.operation) : .place(entry.operation.index)
    }

    private mutating func advance() {
        head += 1
        first += 1
        if head == entries.count {
            entries.removeAll(keepingCapacity: head <= RecordingOrder.patience)
            head = 0
        } else if head > 1024 && head * 2 > entries.count {
            // Moved down only when half of the room is empty: each is moved once at most.
            entries.removeFirst(head)
            head = 0
        }
    }
}
