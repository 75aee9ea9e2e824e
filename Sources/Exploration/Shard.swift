/// Which of several parts of a campaign is run.
public struct Shard: Hashable, Sendable {
    /// The part, from 1.
    public var number: Int
    /// How many parts there are.
    public var count: Int

    /// Reads `2/8`; nil for any other text.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let number = parts[0], let count = parts[1], count > 0, (1...count).contains(number)
        else { return nil }
        self.number = number
        self.count = count
    }

    /// Every `count`-th of some numbers: those of all parts are all of them, each once.
    public func part(of numbers: [Int]) -> [Int] {
        numbers.enumerated().filter { $0.offset % count == number - 1 }.map(\.element)
    }
}
