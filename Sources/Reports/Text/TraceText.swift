import Model

/// The operations of a record, one a line, in the format's own words.
public struct TraceText {
    private var named = OperationPoints()
    private var said = OperationPoints()
    private var number = 0
    private var step: String?

    /// Begins with the first operation.
    public init() {}

    /// `# add.1`, where an operation is of another step than the one before it; else nil.
    public mutating func heading(_ operation: Operation) -> String? {
        guard operation.step != step else { return nil }
        step = operation.step
        return VisibleText.line("# \(operation.step)")
    }

    /// `   7     12.104 ms  ip  netns.create demo nth 2  ok`: number, time, program, operation, result.
    ///
    /// The operation with `nth` is a point of `--fault`, and its number one of `--at`.
    public mutating func line(_ operation: Operation) -> String {
        number += 1
        let time = Columns.right(Columns.milliseconds(operation.started), 9)
        let program = Columns.left(operation.program, 12)
        let nth = said.ordinal(operation)
        let what = operation.pattern.lineText + (nth > 1 ? " nth \(nth)" : "")
        let count = Columns.right(String(number), 4)
        return VisibleText.line("\(count)  \(time) ms  \(program)  \(Columns.left(what, 60))  \(operation.result)")
    }

    /// The operation as a point of a fault, to be pasted: `- { before: { netns.name: demo }, during: add.1, nth: 2 }`.
    ///
    /// Operations must come in their order: `nth` is counted among those with the same words in the same step. What the
    /// format has no word for is a comment, so that it is not overlooked.
    public mutating func point(_ operation: Operation) -> String {
        guard operation.row != nil else {
            return VisibleText.line(
                "# no point: \(operation.phrase.lineText) by \(operation.program), during \(operation.step)")
        }
        return "- { \(named.point(operation)) }"
    }
}
