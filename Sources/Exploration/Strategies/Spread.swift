/// Over all operations and families of faults at once, for when time is short.
///
/// Each round takes one candidate of every operation, which of them is drawn by the seed; so half of the time sees half of the
/// faults of every operation and not all faults of half of the operations.
public struct Spread: Strategy {
    /// What it is called.
    public let name = "spread"
    private let seed: UInt64

    /// Makes the spread of a seed.
    public init(seed: UInt64) { self.seed = seed }

    /// The numbers, round by round.
    public func order(_ numbers: [Int], of denominator: Denominator) -> [Int] {
        var generator = SeededGenerator(seed: seed)
        let places = Dictionary(grouping: numbers.sorted()) { denominator.candidate($0).place }
        // One of each family comes before a second one of any.
        var queues = places.sorted { $0.key < $1.key }.map { _, numbers -> [Int] in
            let families = Dictionary(grouping: numbers.shuffled(using: &generator)) { number in
                let candidate = denominator.candidate(number)
                return "\(candidate.source) \(candidate.continuation)"
            }
            var lists = families.sorted { $0.key < $1.key }.map(\.value).shuffled(using: &generator)
            var mixed: [Int] = []
            while lists.contains(where: { !$0.isEmpty }) {
                for index in lists.indices { if let number = lists[index].popLast() { mixed.append(number) } }
            }
            return mixed.reversed()
        }
        var order: [Int] = []
        while order.count < numbers.count {
            for index in queues.indices { if let number = queues[index].popLast() { order.append(number) } }
        }
        return order
    }
}
