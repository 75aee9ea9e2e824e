/// Names operations by points: each by one that means it alone among those that came before.
///
/// A printed point means what its pattern matches, which may be more than operations of the same words: `link.set e0` is also
/// `link.set e0 up true`. So `nth` counts whatever the pattern matches, as ``PointCursor`` does. Operations must come in
/// their order.
public struct OperationPoints {
    private var plain = MatchCounter()
    private var ofSteps = MatchCounter()

    /// Begins with the first operation.
    public init() {}

    /// The point before an operation, with the step and the program, which tell apart what two programs do alike.
    public mutating func point(_ operation: Operation) -> Point {
        var phrase = operation.pattern
        phrase.qualifiers["by"] = Pattern.literal(operation.program)
        let nth = ofSteps.count(operation, as: phrase, during: operation.step)
        return Point(.before, phrase, nth: .these([nth]), during: operation.step)
    }

    /// Which one it is among all operations of the plan that its words mean.
    public mutating func ordinal(_ operation: Operation) -> Int {
        plain.count(operation, as: operation.pattern, during: nil)
    }
}

/// Counts, for each operation, how many so far are meant by its own pattern.
///
/// What is said alike is one kind, and which kinds a pattern means is found once for each pair of those that may mean each other:
/// an operation on another object is never meant, so a record of thousands of routes costs no more than one look at each.
private struct MatchCounter {
    private struct Key: Hashable {
        var pattern: Phrase
        var program: String
        var step: String
    }

    private struct Kind {
        let sample: Operation
        let pattern: Phrase
        let step: String?
        /// Whether its pattern may mean operations on other objects: on files whose names are chosen at random.
        var isWild: Bool { sample.temporaryNames != nil }
        var count = 0
        /// The kinds that the pattern means, itself among them.
        var meant: [Int] = []

        func means(_ operation: Operation) -> Bool {
            (step == nil || step == operation.step) && pattern.matches(operation)
        }
    }

    private var kinds: [Kind] = []
    private var places: [Key: Int] = [:]
    /// The kinds that may mean each other.
    private var alike: [String: [Int]] = [:]
    /// The kinds of each word, and those of them that may mean operations on other objects.
    private var ofWord: [String: [Int]] = [:]
    private var wild: [String: [Int]] = [:]

    /// Takes an operation in.
    ///
    /// - Returns: How many there are now that its pattern means, this one included.
    mutating func count(_ operation: Operation, as pattern: Phrase, during step: String?) -> Int {
        let key = Key(pattern: pattern, program: operation.program, step: operation.step)
        let place = places[key] ?? add(Kind(sample: operation, pattern: pattern, step: step), key)
        kinds[place].count += 1
        return kinds[place].meant.reduce(0) { $0 + kinds[$1].count }
    }

    private mutating func add(_ kind: Kind, _ key: Key) -> Int {
        let place = kinds.count
        places[key] = place
        kinds.append(kind)
        let phrase = kind.sample.phrase
        alike[phrase.group, default: []].append(place)
        ofWord[phrase.word, default: []].append(place)
        if kind.isWild { wild[phrase.word, default: []].append(place) }
        let near = (kind.isWild ? ofWord[phrase.word] : alike[phrase.group]) ?? []
        for other in near where kind.means(kinds[other].sample) { kinds[place].meant.append(other) }
        for other in Set(near + (wild[phrase.word] ?? [])) where other != place && kinds[other].means(kind.sample) {
            kinds[other].meant.append(place)
        }
        return place
    }
}

extension Phrase {
    /// What two operations share if the pattern of one can mean the other: the word and, where its text alone says which object
    /// is meant, that object.
    fileprivate var group: String {
        // A namespace has a name and a role, a program a name and a path, and a commit several tables.
        if noun == "netns" || word == "exec" || OperationTable.row(word)?.argument == .tables { return word }
        guard argument != "default", argument != "all" else { return "\(word) all" }
        guard let prefix = Prefix(argument) else { return "\(word) \(argument)" }
        return prefix.length == 0 ? "\(word) all" : "\(word) \(prefix.bytes)/\(prefix.length)"
    }

    /// The pattern of an operation's words: what its texts hold of wildcards is quoted.
    ///
    /// It means every operation that says at least this much.
    public var asPattern: Phrase {
        var pattern = self
        pattern.argument = Pattern.literal(argument)
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
    public var lineText: String {
        var parts = ["\(side.rawValue) \(operation.lineText)"]
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
