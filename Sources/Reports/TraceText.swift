import Model

/// The operations of a record, one a line, in the format's own words.
public struct TraceText {
    private var counts: [Place: Int] = [:]

    /// What is counted to tell an operation from its like.
    private struct Place: Hashable {
        var phrase: Phrase
        var step: String
    }

    /// Begins with the first operation.
    public init() {}

    /// `12.104 ms  ip  netns.create demo  ok`.
    public static func line(_ operation: Operation) -> String {
        let time = Columns.right(Columns.milliseconds(operation.started), 9)
        let program = Columns.left(operation.program, 12)
        return "\(time) ms  \(program)  \(Columns.left(operation.phrase.spoken, 60))  \(operation.result)"
    }

    /// The operation as a point of a fault, to be pasted: `- { before: { netns.name: demo }, during: add.1, nth: 2 }`.
    ///
    /// Operations must come in their order: `nth` is counted among those with the same words in the same step. What the
    /// format has no word for is a comment, so that it is not overlooked.
    public mutating func point(_ operation: Operation) -> String {
        guard operation.row != nil else {
            return "# no point: \(operation.phrase.spoken) by \(operation.program), during \(operation.step)"
        }
        var phrase = operation.phrase
        // The program tells apart what two programs of one step do alike.
        phrase.qualifiers["by"] = operation.program
        let place = Place(phrase: phrase, step: operation.step)
        let nth = counts[place, default: 0] + 1
        counts[place] = nth
        let point = Point(.before, phrase, nth: .these([nth]), during: operation.step)
        return "- { \(point) }"
    }
}
