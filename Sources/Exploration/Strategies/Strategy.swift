/// In which order candidates are run.
///
/// An order is a value: the same seed gives the same one. Each is in a file of its own.
public protocol Strategy: Sendable {
    /// What it is called.
    var name: String { get }
    /// The numbers of some candidates in the order in which they are run.
    func order(_ numbers: [Int], of denominator: Denominator) -> [Int]
}
