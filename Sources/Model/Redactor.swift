import FoundationEssentials

/// Takes what nobody may read out of what is kept: canaries, and what the scenario's `redact` means.
///
/// It is done to each text of a value, and with the same mark everywhere, so what was equal stays equal and what held a canary
/// holds its mark: a record is judged as if nothing had been taken out.
public struct Redactor: Sendable {
    /// The words by which a record is read besides those of the format: to take one out would break it.
    public static let words = [
        "pass", "known", "flaky", "fail", "error", "skipped", "reference", "fault", "control-before", "control-after",
        "confirmation", "trace", "before", "after", "high", "medium", "low", "always", "sometimes", "race", "undecided",
        "unknown", "process", "main", "ended", "caught", "ignored", "stops", "blocked", "accepted", "stopped", "done",
        "lingering",
        "interrupted", "short", "files", "disk", "canary", "hostile", "true", "false",
    ]
    /// A text that is shorter stands in words by chance.
    public static let least = 4

    /// What stands in the place of what `redact` means.
    public static let mark = "[redacted]"
    /// A line that is longer is taken out whole where an expression means a part of it.
    static let longest = 4096

    private let texts: [(text: String, mark: String)]
    private let expressions: [LineExpression]

    /// Knows what a plan hides.
    public init(_ plan: Plan) {
        let patterns = plan.redact ?? []
        let own = patterns.compactMap { if case .text(let text) = $0, !text.isEmpty { text } else { nil } }
        // The longer ones first: one may be a part of another.
        texts =
            (plan.canaries.map { ($0.text, "[canary \($0.variable)]") } + own.map { ($0, Redactor.mark) })
            .sorted { $0.0.utf8.count > $1.0.utf8.count }.map { (text: $0.0, mark: $0.1) }
        expressions = patterns.compactMap {
            // What is no expression was refused where it was read.
            if case .expression(let text) = $0 { try? LineExpression(text) } else { nil }
        }
    }

    /// Whether it takes nothing out.
    public var isIdle: Bool { texts.isEmpty && expressions.isEmpty }

    /// The text without what is hidden.
    public func text(_ text: String) -> String {
        var result = text
        for (hidden, mark) in texts where result.contains(hidden) { result = result.replacing(hidden, with: mark) }
        for expression in expressions {
            guard result.split(separator: "\n").contains(where: expression.isFound) else { continue }
            result = result.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                guard expression.isFound(in: line) else { return String(line) }
                return line.utf8.count > Redactor.longest
                    ? Redactor.mark : expression.replacing(in: String(line), with: Redactor.mark)
            }.joined(separator: "\n")
        }
        return result
    }

    /// The value with each of its texts without what is hidden.
    ///
    /// - Throws: what encoding and decoding throw.
    public func value<Value: Codable>(_ value: Value) throws -> Value {
        guard !isIdle else { return value }
        let bytes = try JSONEncoder().encode(value)
        let redacted = try json(bytes)
        return redacted == bytes ? value : try JSONDecoder().decode(Value.self, from: redacted)
    }

    /// JSON with each of its texts without what is hidden; names of fields, which are letters and digits alone, stay.
    ///
    /// - Throws: where it is no JSON.
    func json(_ bytes: Data) throws -> Data {
        var result = Data()
        result.reserveCapacity(bytes.count)
        var place = bytes.startIndex
        while place < bytes.endIndex {
            guard bytes[place] == UInt8(ascii: "\"") else {
                result.append(bytes[place])
                place += 1
                continue
            }
            var end = place + 1
            while end < bytes.endIndex, bytes[end] != UInt8(ascii: "\"") {
                end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            let literal = bytes[place...min(end, bytes.endIndex - 1)]
            let text = try JSONDecoder().decode(String.self, from: Data(literal))
            let isField = bytes[(end + 1)...].first { !" \n".utf8.contains($0) } == UInt8(ascii: ":")
            let stays = isField && text.utf8.allSatisfy(Redactor.isOfName)
            let redacted = stays ? text : self.text(text)
            if redacted == text { result.append(literal) } else { result.append(try JSONEncoder().encode(redacted)) }
            place = end + 1
        }
        return result
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
