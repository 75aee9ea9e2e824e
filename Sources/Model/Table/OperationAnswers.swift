extension OperationRow {
    /// One error that the kernel can answer with.
    public struct Answer: Hashable, Sendable {
        /// The error.
        public let number: ErrorNumber
        /// What makes the kernel answer so, in a word or a few.
        public let cause: String
        /// The file of the kernel, and the function, that answers so.
        public let source: String

        /// Makes an answer.
        public init(_ name: String, _ cause: String, _ source: String) {
            guard let number = ErrorNumber(name: name) else { fatalError("`\(name)` is no errno") }
            self.number = number
            self.cause = cause
            self.source = source
        }
    }

    /// What the kernel can answer, by the family of what is asked where that makes a difference.
    public enum Answers: Hashable, Sendable {
        /// No error.
        case none
        /// These errors.
        case any([Answer])
        /// Other errors for IPv4 than for IPv6.
        case families(ipv4: [Answer], ipv6: [Answer])
        /// Other errors by the value of a key: a folder that is made needs no descriptor.
        case kinds(key: String, [Kind])

        /// The errors of one value.
        public struct Kind: Hashable, Sendable {
            /// What stands behind the key.
            public let value: String
            /// The errors.
            public let answers: [Answer]
        }

        /// Errors by the value of a key, most of each answered at one place.
        static func kinds(_ key: String, _ all: [(value: String, source: String, errors: [(String, String)])])
            -> Answers
        {
            .kinds(key: key, all.map { Kind(value: $0.value, answers: list($0.source, $0.errors)) })
        }

        /// Errors of which most are answered at one place: a name of errno(3), the cause and, where it is another than
        /// `source`, the place.
        static func at(_ source: String, _ errors: [(String, String)], and more: [Answer] = []) -> Answers {
            .any(list(source, errors) + more)
        }

        /// Errors of which most are answered at one place, as a list.
        static func list(_ source: String, _ errors: [(String, String)]) -> [Answer] {
            errors.map { Answer($0.0, $0.1, source) }
        }
    }
}
