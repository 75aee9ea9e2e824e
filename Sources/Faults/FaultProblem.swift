import Model

/// What is wrong with an action, at one of its keys.
public struct FaultProblem: Error, Hashable, Sendable {
    /// The key at which it is: the word itself, or a qualifier.
    public var key: String
    /// What is wrong, without the position.
    public var message: String
    /// The text that was meant to be one of `candidates`, for a suggestion; nil where there is none.
    public var misspelt: String?
    /// What could have been meant.
    public var candidates: [String]

    init(key: String, message: String, misspelt: String? = nil, candidates: [String] = []) {
        self.key = key
        self.message = message
        self.misspelt = misspelt
        self.candidates = candidates
    }

    /// Everything that is wrong with the action by itself, wherever it happens.
    public static func all(in phrase: Phrase) -> [FaultProblem] {
        guard let kind = ActionWords.kind(phrase.word) else {
            if let how = ActionWords.saidOtherwise[phrase.word] {
                return [FaultProblem(key: phrase.word, message: "`\(phrase.word)` is no action: \(how)")]
            }
            return [unknown("word", phrase.word, at: phrase.word, among: ActionWords.all)]
        }
        var problems: [FaultProblem] = []
        problems += problem(with: phrase.argument, at: kind.word, as: kind.argument).map { [$0] } ?? []
        for (key, text) in phrase.qualifiers.sorted(by: { $0.key < $1.key }) {
            guard let qualifier = kind.qualifiers.first(where: { $0.name == key }) else {
                problems.append(unknown("key", key, at: key, among: kind.qualifiers.map(\.name)))
                continue
            }
            problems += problem(with: text, at: key, as: qualifier.value).map { [$0] } ?? []
        }
        for qualifier in kind.qualifiers where qualifier.isRequired && phrase.qualifiers[qualifier.name] == nil {
            problems.append(FaultProblem(key: kind.word, message: "`\(kind.word)` needs `\(qualifier.name)`"))
        }
        if let namespace = phrase.namespace, kind.takesNamespace {
            problems += problem(with: namespace, at: "in", as: .namespace).map { [$0] } ?? []
        } else if phrase.namespace != nil {
            problems.append(FaultProblem(key: "in", message: "`\(kind.word)` is in no namespace: `in` says nothing"))
        }
        if problems.isEmpty, let conflict = kind.conflict(phrase) { problems.append(conflict) }
        return problems
    }

    /// Why the action cannot happen at `point`; nil where it can.
    ///
    /// - Parameter running: The agents of which a process may be there when the point is the edge of a step.
    public static func placing(_ phrase: Phrase, at point: Point, running: Set<String> = []) -> String? {
        ActionWords.kind(phrase.word)?.refusal(phrase, FaultKind.Place(point: point, running: running))
    }

    /// Why `until` cannot take the action back; nil where it can.
    public static func takingBack(_ phrase: Phrase) -> String? {
        guard let kind = ActionWords.kind(phrase.word), kind.isReversible else {
            let reason = ActionWords.kind(phrase.word)?.irreversibleBecause.map { ": \($0)" } ?? ""
            return "`\(phrase.word)` cannot be taken back\(reason)"
        }
        let key = kind.irreversibleKeys.first { phrase.qualifiers[$0] != nil }
        return key.map { "`\($0)` of `\(kind.word)` cannot be taken back" }
    }

    private static func unknown(_ what: String, _ text: String, at key: String, among names: [String]) -> FaultProblem {
        FaultProblem(key: key, message: "unknown \(what) `\(text)`", misspelt: text, candidates: names)
    }

    private static func problem(with text: String, at key: String, as value: ValueType) -> FaultProblem? {
        value.problem(with: text).map { problem in
            FaultProblem(
                key: key, message: problem.message, misspelt: problem.candidates.isEmpty ? nil : text,
                candidates: problem.candidates)
        }
    }
}
