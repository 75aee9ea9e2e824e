/// Names operations by points: each by one that means it alone among those that came before.
///
/// Operations must come in their order, for `nth` is counted.
public struct OperationPoints {
    private var counts: [Place: Int] = [:]

    /// What is counted to tell an operation from its like.
    private struct Place: Hashable {
        var phrase: Phrase
        var step: String?
    }

    /// Begins with the first operation.
    public init() {}

    /// The point before an operation, with the step and the program, which tell apart what two programs do alike.
    public mutating func point(_ operation: Operation) -> Point {
        var phrase = operation.phrase.asPattern
        phrase.qualifiers["by"] = Pattern.literal(operation.program)
        let nth = count(Place(phrase: phrase, step: operation.step))
        return Point(.before, phrase, nth: .these([nth]), during: operation.step)
    }

    /// Which one it is among all operations of the plan that are said alike.
    public mutating func ordinal(_ operation: Operation) -> Int {
        count(Place(phrase: operation.phrase.asPattern, step: nil))
    }

    private mutating func count(_ place: Place) -> Int {
        let nth = counts[place, default: 0] + 1
        counts[place] = nth
        return nth
    }
}

extension Phrase {
    /// The pattern that means operations said as this one, and no others: what its texts hold of wildcards is quoted.
    public var asPattern: Phrase {
        var pattern = self
        pattern.which = Pattern.literal(which)
        pattern.qualifiers = qualifiers.mapValues(Pattern.literal)
        pattern.namespace = namespace.map(Pattern.literal)
        return pattern
    }
}

extension Pattern {
    /// The pattern that only `text` matches: `*` becomes `[*]`.
    public static func literal(_ text: String) -> String {
        let quoted = text.map { "*?[".contains($0) ? "[\($0)]" : String($0) }.joined()
        return quoted.hasPrefix("within ") ? "[w]\(quoted.dropFirst())" : quoted
    }
}

extension Point {
    /// The point on one line, as `--fault` reads it: `before netns.stat red by ip nth 2 during add`.
    public var spoken: String {
        var parts = ["\(side.rawValue) \(operation.spoken)"]
        switch nth {
        case .these([1]): break
        case .these(let numbers): parts.append("nth \(numbers.map(String.init).joined(separator: ","))")
        case .last: parts.append("nth last")
        case .all: parts.append("nth all")
        }
        if let during { parts.append("during \(LineText.quoted(during))") }
        if let agent { parts.append("agent \(LineText.quoted(agent))") }
        return parts.joined(separator: " ")
    }
}
