extension Phrase {
    /// An operation of an agent, as its row has it.
    ///
    /// - Precondition: The row has every key: a decoder that says more than the table is a mistake of this program, and
    ///   would make an operation that no pattern can ask for.
    public init(_ row: OperationRow, _ argument: String, _ qualifiers: [String: String] = [:], in namespace: String?) {
        for key in qualifiers.keys {
            precondition(row.qualifier(key) != nil, "the row of \(row.word) in the table has no key \(key)")
        }
        self.init(row.word, argument, qualifiers, in: namespace)
    }
}

extension Fact {
    /// An object of a state, as its row has it; attributes that are nil are left out.
    ///
    /// - Precondition: The table has the noun with every attribute: what a report prints can be matched.
    public init(object noun: String, _ name: String, in namespace: String = "", _ attributes: [String: String?]) {
        guard let row = ObjectTable.row(noun) else { preconditionFailure("the table has no object \(noun)") }
        for attribute in attributes.keys {
            precondition(row.has(attribute), "the row of \(noun) in the table has no attribute \(attribute)")
        }
        self.init(noun, name, in: namespace, attributes.compactMapValues { $0 })
    }
}
