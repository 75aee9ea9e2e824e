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
            return "`\(phrase.word)` cannot be taken back"
        }
        let key = kind.irreversibleKeys.first { phrase.qualifiers[$0] != nil }
        return key.map { "`\($0)` of `\(kind.word)` cannot be taken back" }
    }

    private static func unknown(_ what: String, _ text: String, at key: String, among names: [String]) -> FaultProblem {
        FaultProblem(key: key, message: "unknown \(what) `\(text)`", misspelt: text, candidates: names)
    }

    private static func problem(with text: String, at key: String, as value: FaultKind.Value) -> FaultProblem? {
        func none(_ what: String, _ names: [String]) -> FaultProblem? {
            names.contains(text)
                ? nil : FaultProblem(key: key, message: "no \(what) `\(text)`", misspelt: text, candidates: names)
        }
        func check(_ isRight: Bool, _ message: String) -> FaultProblem? {
            isRight ? nil : FaultProblem(key: key, message: "`\(text)` \(message)")
        }
        switch value {
        case .number(let range):
            return check(
                Int(text).map(range.contains) ?? false,
                "is no number in \(range.lowerBound)...\(range.upperBound)")
        case .duration:
            return check(ValueText.duration(text) != nil, "is no duration: a number and us, ms, s, m or h")
        case .device:
            let isPattern = !Pattern(text).isLiteral
            return check(
                isPattern ? !text.contains("/") : ValueText.isInterface(text),
                isPattern
                    ? "can match no link: an interface name has no /" : "is no interface name (15 characters, no /)")
        case .deviceName(let words):
            return check(
                words.contains(text) || (ValueText.isInterface(text) && Pattern(text).isLiteral),
                "is no interface name (15 characters, no /)")
        case .prefix(let words):
            return check(words.contains(text) || Prefix(text) != nil, "is no address")
        case .prefixPattern(let words):
            return check(words.contains(text) || !Pattern(text).isLiteral || Prefix(text) != nil, "is no address")
        case .hardwareAddress:
            return check(ValueText.isHardwareAddress(text), "is no hardware address: 52:54:00:12:34:56")
        case .mark: return check(ValueText.isMark(text), "is no mark: 16, 0x10 or 0x10/0xff")
        case .path: return check(text.hasPrefix("/"), "is no path: it begins with /")
        case .arguments:
            return check(
                ArgumentVector.read(text)?.first?.isEmpty == false, "is no program with its arguments")
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
