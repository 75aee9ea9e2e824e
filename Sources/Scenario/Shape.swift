/// What may stand behind a key, as data: the checker, the JSON schema and the documentation read it.
indirect enum Shape: Sendable {
    /// Any text but none.
    case text
    /// `true` or `false`.
    case truth
    case integer(ClosedRange<Int>)
    /// A number with its unit.
    case duration
    /// A duration that is not none.
    case limit
    /// One of these words.
    case word([String])
    /// A name that other lines refer to.
    case name
    /// A path that begins with a slash.
    case path
    case interface
    case hardwareAddress
    /// An address with or without a prefix length.
    case prefix
    /// The address of one host.
    case address
    /// A routing table by name or number.
    case routingTable
    /// Who added a route, by name or number.
    case routingProtocol
    /// A mark of packets, with or without its mask.
    case mark
    /// `default`, `all` or a prefix, as the words say.
    case prefixOr([String])
    /// An octal number of four digits.
    case mode
    /// A weakness: `CWE-367`.
    case weakness
    case list(Shape)
    /// One, or a list of them.
    case some(Shape)
    /// A map of names that the author chooses.
    case named(Shape)
    case table(Table)
    /// A text, also an empty one.
    case value
    /// A map with one of some words, read by ``PhraseParser``.
    case phrase(Words)
    /// `N`, a list of them, `last` or `all`.
    case nth
    /// Anything; another reader looks at it.
    case any

    /// Whose words a phrase has.
    enum Words: Sendable {
        case operation
        case action
        case actions
        case condition
        case point
        /// A point of an order.
        case orderPoint
        /// A point, or a duration.
        case until
        case allowance
        case known
    }
}

/// One key of a table.
struct Key: Sendable {
    var name: String
    var shape: Shape
    var isRequired = false
    /// What is not built is refused, never ignored.
    var isBuilt = true
    /// Whether the JSON schema has it: not one that is always refused.
    var isAccepted = true

    init(_ name: String, _ shape: Shape, required: Bool = false) {
        self.name = name
        self.shape = shape
        isRequired = required
    }

    static func later(_ name: String) -> Key {
        var key = Key(name, .any)
        key.isBuilt = false
        return key
    }

    /// One that says nothing here, though it does in a map of the same kind: its reader says why.
    static func refused(_ name: String) -> Key {
        var key = Key(name, .any)
        key.isAccepted = false
        return key
    }
}

/// The keys of one kind of map.
struct Table: Sendable {
    /// What the map is, with its article, for messages: `a link`.
    var what: String
    var keys: [Key]

    var names: [String] { keys.map(\.name) }
    func key(_ name: String) -> Key? { keys.first { $0.name == name } }
}
