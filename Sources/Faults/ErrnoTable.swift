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
        /// The errors, in the order of the documentation.
        public var answers: [OperationRow.Answer]

        /// `address.add IPv4`.
        public var name: String { family.map { "\(word) \($0.rawValue)" } ?? word }
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
        if let family = family(of: operation) { return found.first { $0.family == family } }
        let common = first.answers.filter { answer in
            found.allSatisfy { $0.answers.contains { $0.number == answer.number } }
        }
        return Request(word: operation.word, family: nil, answers: common)
    }

    /// The family of what an operation is about, nil where its texts do not tell.
    public static func family(of operation: Phrase) -> Family? {
        let texts = [operation.which, operation.qualifiers["via"], operation.qualifiers["to"]]
        for text in texts.compactMap({ $0 }) {
            let value = text.hasPrefix("within ") ? text.dropFirst(7) : text[...]
            if let prefix = Prefix(value) { return prefix.bytes.count == 4 ? .ipv4 : .ipv6 }
            if value.contains(":") { return .ipv6 }
            if value.contains("."), value.allSatisfy({ $0.isNumber || "./*?[]-".contains($0) }) { return .ipv4 }
        }
        return nil
    }
}
