import Model

/// What the kernel can answer to a well-formed request, and what would make it say so.
///
/// By request, not by system call: an IPv4 address that is added can be refused with `EEXIST` and never with `EBUSY`.
/// Sources: rtnetlink(7), setns(2), unshare(2), mount(2), umount2(2), unlink(2), open(2), rename(2), flock(2),
/// execve(2), and in the kernel `net/ipv4/devinet.c`, `net/ipv4/fib_semantics.c`, `net/ipv6/addrconf.c`,
/// `net/ipv6/route.c`, `net/core/rtnetlink.c`, `net/core/fib_rules.c`, `net/core/neighbour.c`,
/// `net/netfilter/nf_tables_api.c`.
public enum ErrnoTable {
    /// The families by which requests differ.
    public enum Family: String, Hashable, Sendable {
        /// Addresses of four bytes.
        case ipv4 = "IPv4"
        /// Addresses of sixteen bytes.
        case ipv6 = "IPv6"
    }

    /// One error that a request can get.
    public struct Answer: Hashable, Sendable {
        /// The error.
        public var number: ErrorNumber
        /// What makes the kernel answer so, in a word or a few.
        public var cause: String
    }

    /// What one kind of request can get.
    public struct Request: Hashable, Sendable {
        /// The word of the operation.
        public var word: String
        /// The family, nil where it makes no difference.
        public var family: Family?
        /// The errors, in the order of the documentation.
        public var answers: [Answer]

        /// `address.add IPv4`.
        public var name: String { family.map { "\(word) \($0.rawValue)" } ?? word }
    }

    /// Every request of the table.
    public static let requests: [Request] = ErrnoTable.rows

    /// Whether an operation of that word has a result that can be an error.
    public static func hasResult(_ word: String) -> Bool {
        Vocabulary.operation(word) != nil && !["step", "notice.receive", "process.exit"].contains(word)
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
