/// A thing said in the order of ip(8): a word, which one, qualifiers, and the namespace it stands in.
///
/// Operations, objects, actions and conditions of a scenario all have this shape:
/// `{ route.add: 10.0.0.0/8, via: 10.0.0.1, in: pod }` has the word `route.add`, the argument `10.0.0.0/8`,
/// the qualifier `via` and the namespace `pod` (`docs/format.md`).
public struct Phrase: Hashable, Codable, Sendable {
    /// What is done or meant: `route.add` of an operation or action, `route` of an object.
    public var word: String
    /// What stands behind the word: a name, a prefix, a path, a pattern of these, an errno.
    public var argument: String
    /// The other keys and their texts, without `in`.
    public var qualifiers: [String: String]
    /// The text of `in`, absent where none was written.
    public var namespace: String?

    /// Files of plans and records say `which` for the argument.
    private enum CodingKeys: String, CodingKey {
        case word
        case argument = "which"
        case qualifiers, namespace
    }

    /// Makes a phrase from its parts.
    public init(_ word: String, _ argument: String, _ qualifiers: [String: String] = [:], in namespace: String? = nil) {
        self.word = word
        self.argument = argument
        self.qualifiers = qualifiers
        self.namespace = namespace
    }

    /// The qualifiers in the order of their keys, as every text of a phrase has them.
    var orderedQualifiers: [(key: String, value: String)] {
        // Most have one at most.
        qualifiers.count < 2 ? Array(qualifiers) : qualifiers.sorted { $0.key < $1.key }
    }

    /// What stands before the dot of the word: `route` of `route.add`, the whole word where there is no dot.
    public var noun: String { String(word.prefix { $0 != "." }) }

    /// What stands behind the dot of the word: `add` of `route.add`, empty where there is no dot.
    public var verb: String { word.contains(".") ? String(word.drop { $0 != "." }.dropFirst()) : "" }
}

extension Phrase: CustomStringConvertible {
    /// The phrase as the scenario file writes it, ready to be pasted.
    public var description: String {
        // The action `exec` bears its argument vector as a JSON array, which is a list in YAML too.
        let isList = word == "exec" && argument.hasPrefix("[\"") && argument.hasSuffix("\"]")
        var parts = ["\(word): \(isList ? argument : Phrase.quoted(argument))"]
        parts += orderedQualifiers.map { "\($0.key): \(Phrase.quoted($0.value))" }
        if let namespace { parts.append("in: \(Phrase.quoted(namespace))") }
        return "{ \(parts.joined(separator: ", ")) }"
    }

    /// The phrase as ip(8) would say it, on one line: `route.add 10.0.0.0/8 via 10.0.0.1 in pod`.
    ///
    /// A text with a blank in it is quoted, so that the line can be read again.
    public var lineText: String {
        var parts = [word]
        if word == "exec", let words = ArgumentVector.read(argument) {
            parts += words.map(LineText.quoted)
        } else if !argument.isEmpty {
            parts.append(LineText.quoted(argument))
        }
        parts += orderedQualifiers.map { "\($0.key) \(LineText.quoted($0.value))" }
        if let namespace { parts.append("in \(LineText.quoted(namespace))") }
        return parts.joined(separator: " ")
    }

    /// Quotes a text where YAML's flow style would read it as something else.
    static func quoted(_ text: String) -> String {
        let special =
            text.isEmpty || text.contains { ",{}[]\"\n\t#&!|>%@`'".contains($0) } || text.contains(": ")
            || text.contains("$(") || text.unicodeScalars.contains { $0.isHidden }
        let edge = text.hasPrefix("*") || text.hasPrefix(":") || text.hasSuffix(":") || text.hasPrefix("-")
        guard special || edge || text.hasPrefix(" ") || text.hasSuffix(" ") else { return text }
        let escaped = text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
            .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
            .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
            .split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "\\t")
        let visible = escaped.unicodeScalars.map { scalar in
            guard scalar.isHidden else { return String(scalar) }
            return scalar.value < 0x1_0000 ? "\\u\(scalar.hexadecimal(4))" : "\\U\(scalar.hexadecimal(8))"
        }.joined()
        // Or it would be a variable of the scenario.
        let plain = visible.split(separator: "$(", omittingEmptySubsequences: false).joined(separator: "$$(")
        return "\"\(plain)\""
    }
}
