/// What agents did in a run that no state shows, and what they asked that has no word: each counted.
///
/// It follows from the tables alone: of an operation what it changes, of an object which attributes a state has.
public struct NotLookedAt: Hashable, Codable, Sendable {
    /// So many different texts of a kind are kept; the rest are counted together.
    public static let limit = 40
    /// What counts the rest.
    static let others = "others"

    /// What was changed and is compared with nothing: `hostname.set`, `vlan.set global`.
    public private(set) var notCompared: [String: Int] = [:]
    /// What has no row in the table: `raw.request 77 protocol audit`.
    public private(set) var notDecoded: [String: Int] = [:]

    /// Makes one of nothing.
    public init() {}

    /// Whether there is nothing to say.
    public var isEmpty: Bool { notCompared.isEmpty && notDecoded.isEmpty }

    /// Counts an operation that has ended.
    public mutating func add(_ operation: Operation) {
        if operation.isDecoded {
            for text in operation.notCompared { NotLookedAt.count(text, 1, &notCompared) }
        } else {
            NotLookedAt.count(operation.rawText, 1, &notDecoded)
        }
    }

    /// Takes over what another run of the same plan shows: of each text the higher count.
    public mutating func join(_ other: NotLookedAt) {
        for (text, count) in other.notCompared.sorted(by: { $0.key < $1.key }) {
            NotLookedAt.count(text, max(0, count - (notCompared[text] ?? 0)), &notCompared)
        }
        for (text, count) in other.notDecoded.sorted(by: { $0.key < $1.key }) {
            NotLookedAt.count(text, max(0, count - (notDecoded[text] ?? 0)), &notDecoded)
        }
    }

    /// One line of each kind: `not compared: hostname.set (2), generic.request ethtool (1)`.
    public var lines: [String] { Self.lines([("not compared", notCompared), ("not decoded", notDecoded)]) }

    /// What of it has no word alone: `not decoded: raw.request 77 (1)`.
    public var notDecodedLines: [String] { Self.lines([("not decoded", notDecoded)]) }

    private static func lines(_ kinds: [(String, [String: Int])]) -> [String] {
        kinds.filter { !$0.1.isEmpty }.map { kind, counts in
            let texts = counts.sorted {
                ($0.key == Self.others ? 1 : 0, $0.key) < ($1.key == Self.others ? 1 : 0, $1.key)
            }
            return "\(kind): " + texts.map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
        }
    }

    private static func count(_ text: String, _ times: Int, _ counts: inout [String: Int]) {
        guard times > 0 else { return }
        let isNew = counts[text] == nil && counts.count >= limit
        counts[isNew ? others : text, default: 0] += times
    }
}

extension Operation {
    /// Whether the table says what it does; a message that has no word is a `raw.request`.
    var isDecoded: Bool { row.map { $0 != .rawRequest } ?? false }

    /// `raw.request 77 protocol audit`.
    fileprivate var rawText: String {
        let `protocol` = phrase.qualifiers["protocol"].map { " protocol \($0)" } ?? ""
        return "\(phrase.word) \(phrase.argument)" + `protocol`
    }

    /// What it has changed, or may have, that no state shows; empty where states show all of it, or it has failed.
    ///
    /// The word, where the object or what it is about is in no state; else the word with each key that no attribute shows.
    public var notCompared: [String] {
        if case .failed = result { return [] }
        guard let row else { return [] }
        let writes = row.effects.filter { effect in
            effect.kind != .observes && effect.given.map { phrase.qualifiers[$0] != nil } ?? true
        }
        // What is written below /proc/net is no file that a state holds.
        if row == .fileWrite, phrase.argument.hasPrefix("/proc/") { return ["\(row.word) \(phrase.argument)"] }
        // Of generic netlink the family says what it is about.
        let word = row == .genericRequest ? "\(row.word) \(phrase.argument)" : row.word
        if writes.contains(where: { !$0.isCompared }) { return [word] }
        let whole = writes.filter { $0.attribute == nil }
        let objects = whole.compactMap { ObjectTable.row($0.noun) }
        let own = whole.filter { $0.key == nil }
        let isGone = (own.isEmpty ? whole : own).allSatisfy { $0.kind == .removes }
        return phrase.orderedQualifiers.flatMap { key, value -> [String] in
            guard let qualifier = row.qualifier(key) else { return [] }
            switch qualifier.shown {
            case .nowhere: return []
            case .kinds:
                // `1 rule, 2 elements`.
                let kinds = value.split(separator: ",").compactMap { $0.split(separator: " ").last.map(String.init) }
                return kinds.filter { kind in !objects.contains { $0.hasKind(kind) } }.map { "\(word) \($0)" }
            case .attributes(let names):
                // Of what is deleted a key says which one.
                return isGone || objects.contains { object in names.contains { object.has($0) } }
                    ? [] : ["\(word) \(key)"]
            }
        }
    }
}

extension OperationRow.Effect {
    /// Whether states show what it does.
    fileprivate var isCompared: Bool {
        guard let object = ObjectTable.row(noun) else { return false }
        return attribute.map(object.has) ?? true
    }
}
