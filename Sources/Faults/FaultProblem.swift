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
            if ActionWords.isNotBuilt(phrase.word) {
                return [FaultProblem(key: phrase.word, message: "`\(phrase.word)` is not built yet")]
            }
            return [unknown("word", phrase.word, at: phrase.word, among: ActionWords.all)]
        }
        var problems: [FaultProblem] = []
        problems += problem(with: phrase.which, at: kind.word, as: kind.which).map { [$0] } ?? []
        for (key, text) in phrase.qualifiers.sorted(by: { $0.key < $1.key }) {
            guard let qualifier = kind.qualifiers.first(where: { $0.name == key }) else {
                problems.append(unknown("key", key, at: key, among: kind.qualifiers.map(\.name)))
                continue
            }
            problems += problem(with: text, at: key, as: qualifier.value).map { [$0] } ?? []
        }
        if phrase.namespace != nil {
            problems.append(FaultProblem(key: "in", message: "`\(kind.word)` is in no namespace: `in` says nothing"))
        }
        return problems
    }

    /// Why the action cannot happen at `point`; nil where it can.
    public static func placing(_ phrase: Phrase, at point: Point) -> String? {
        ActionWords.kind(phrase.word)?.refusal(point)
    }

    private static func unknown(_ what: String, _ text: String, at key: String, among names: [String]) -> FaultProblem {
        FaultProblem(key: key, message: "unknown \(what) `\(text)`", misspelt: text, candidates: names)
    }

    private static func problem(with text: String, at key: String, as value: FaultKind.Value) -> FaultProblem? {
        func none(_ what: String, _ names: [String]) -> FaultProblem? {
            names.contains(text)
                ? nil : FaultProblem(key: key, message: "no \(what) `\(text)`", misspelt: text, candidates: names)
        }
        switch value {
        case .text, .agent: return nil
        case .truth:
            return ["true", "false"].contains(text)
                ? nil : FaultProblem(key: key, message: "`\(text)` is neither true nor false")
        case .word(let words):
            guard !words.contains(text) else { return nil }
            return FaultProblem(
                key: key, message: "`\(text)` is none of \(words.map { "`\($0)`" }.joined(separator: " "))",
                misspelt: text, candidates: words)
        case .errorNumber(let words): return words.contains(text) ? nil : none("errno", ErrorNumber.allNames)
        case .signal: return none("signal", SignalName.all)
        case .namespace:
            let isName = !text.isEmpty && !text.contains("/") && text != "." && text != ".."
            return isName ? nil : FaultProblem(key: key, message: "`\(text)` is no name of a namespace")
        }
    }
}
