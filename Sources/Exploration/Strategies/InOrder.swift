/// In the order of the denominator: operation by operation.
public struct InOrder: Strategy {
    /// What it is called.
    public let name = "in order"

    /// Makes it.
    public init() {}

    /// The numbers, sorted.
    public func order(_ numbers: [Int], of denominator: Denominator) -> [Int] { numbers.sorted() }
}
