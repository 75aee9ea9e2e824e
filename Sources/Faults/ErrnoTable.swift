import Model

/// What the kernel can answer to a well-formed request, and what would make it say so, by the table of operations.
///
/// By request, not by system call: an IPv4 address that is added can be refused with `EEXIST` and never with `EBUSY`.
public enum ErrnoTable {
    /// The families by which requests differ.
    public enum Family: String, Hashable, Sendable {
        /// Addresses of four bytes.
        case ipv4 = "IPv4"
        /// Addresses of sixteen bytes.
        case ipv6 = "IPv6"
    }

    /// What one kind of request can get.
    public struct Request: Hashable, Sendable {
        /// The word of the operation.
        public var word: String
        /// The family, nil where it makes no difference.
        public var family: Family?
        /// The key and its value by which requests of one word differ, nil where they do not.
        public var kind: String?
        /// The errors, in the order of the documentation.
        public var answers: [OperationRow.Answer]

        /// `address.add IPv4`.
        public var name: String {
            let argument = family.map(\.rawValue) ?? kind
            return argument.map { "\(word) \($0)" } ?? word
        }
    }

    /// Every request of the table.
    public static let requests: [Request] = OperationTable.rows.flatMap { row -> [Request] in
        switch row.answers {
        case .none: []
        case .any(let answers): [Request(word: row.word, family: nil, answers: answers)]
        case .families(let ipv4, let ipv6):
            [
                Request(word: row.word, family: .ipv4, answers: ipv4),
                Request(word: row.word, family: .ipv6, answers: ipv6),
            ]
        case .kinds(let key, let kinds):
            kinds.map { Request(word: row.word, kind: "\(key) \($0.value)", answers: $0.answers) }
        }
    }

    /// Whether an operation of that word has a result that can be an error.
    public static func hasResult(_ word: String) -> Bool {
        OperationTable.row(word)?.hasResult ?? false
    }

    /// The request that an operation or the pattern of one makes; nil where the table does not know it.
    ///
    /// Where the family cannot be told (`address.add: "*"`), `answers` holds what both families have.
    public static func request(of operation: Phrase) -> Request? {
        let found = requests.filter { $0.word == operation.word }
        guard let first = found.first, found.count > 1 else { return found.first }
        if let family = family(of: operation), first.kind == nil { return found.first { $0.family == family } }
        if let kind = kind(of: operation), let one = found.first(where: { $0.kind == kind }) { return one }
        let common = first.answers.filter { answer in
            found.allSatisfy { $0.answers.contains { $0.number == answer.number } }
        }
        return Request(word: operation.word, family: nil, answers: common)
    }

    /// The requests of an operation's word that can get an error which not all of them can: `file.delete type directory`.
    public static func requests(of operation: Phrase, answering number: ErrorNumber) -> [Request] {
        requests.filter { $0.word == operation.word && $0.answers.contains { $0.number == number } }
    }

    private static func kind(of operation: Phrase) -> String? {
        guard case .kinds(let key, _)? = OperationTable.row(operation.word)?.answers else { return nil }
        return operation.qualifiers[key].map { "\(key) \($0)" }
    }

    /// The family of what an operation is about, nil where its texts do not tell.
    public static func family(of operation: Phrase) -> Family? {
        let texts = [operation.argument, operation.qualifiers["via"], operation.qualifiers["to"]]
        for text in texts.compactMap({ $0 }) {
            let value = text.hasPrefix("within ") ? text.dropFirst(7) : text[...]
            if let prefix = Prefix(value) { return prefix.bytes.count == 4 ? .ipv4 : .ipv6 }
            if value.contains(":") { return .ipv6 }
            if value.contains("."), value.allSatisfy({ $0.isNumber || "./*?[]-".contains($0) }) { return .ipv4 }
        }
        return nil
    }
}
