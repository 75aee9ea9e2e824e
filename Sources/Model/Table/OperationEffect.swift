extension OperationRow {
    /// What an operation does to one object that it names.
    public struct Effect: Hashable, Sendable {
        /// What is done.
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            /// The agent learns of it, and nothing changes.
            case observes
            /// It is there afterwards.
            case makes
            /// It is another than before.
            case changes
            /// It is gone afterwards.
            case removes
        }

        /// What is done.
        public let kind: Kind
        /// The noun of the object: `link`.
        public let noun: String
        /// The key that names the object; nil for what stands behind the word.
        public let key: String?
        /// The key without which it does not happen; nil where it always does.
        public let given: String?
        /// The attribute of the object that it is about; nil where it is about the object, and its keys say what.
        ///
        /// What is changed and has no such attribute in a state is not compared, and a report says so.
        public let attribute: String?

        /// Makes an effect on the object that stands behind the word, or behind `key`.
        public init(
            _ kind: Kind, _ noun: String, key: String? = nil, given: String? = nil, attribute: String? = nil
        ) {
            self.kind = kind
            self.noun = noun
            self.key = key
            self.given = given ?? key
            self.attribute = attribute
        }
    }
}

extension Operation {
    /// What an operation does to one object, as its row says: all that a window or a cause needs of it.
    public struct Effect: Hashable, Sendable {
        /// What is done.
        public var kind: OperationRow.Effect.Kind
        /// The noun of the object.
        public var noun: String
        /// Which one.
        public var name: String
        /// The namespace in which it is done.
        public var namespace: String
    }

    /// The row of this operation; nil for a word that no version of the table has.
    public var row: OperationRow? { OperationTable.row(phrase.word) }

    /// What it does if it succeeds, by its row; empty for a word that no version of the table has.
    ///
    /// Of a list, such as the tables of a `nft.commit`, each is an object of its own.
    public var effects: [Effect] {
        guard let row else { return [] }
        let namespace = phrase.namespace ?? "host"
        return row.effects.flatMap { effect -> [Effect] in
            if let given = effect.given, phrase.qualifiers[given] == nil { return [] }
            let text = effect.key.map { phrase.qualifiers[$0] ?? "" } ?? phrase.argument
            let isList =
                effect.key == nil && row.argument == .tables
                || (effect.key.flatMap { row.qualifier($0)?.isList } ?? false)
            let names = isList ? text.split(separator: ",").map { String($0.drop { $0 == " " }) } : [text]
            return names.map { Effect(kind: effect.kind, noun: effect.noun, name: $0, namespace: namespace) }
        }
    }
}
