import Model

/// One thing that an agent asks the kernel, in the words of ip(8) and nft(8): an operation of the table.
public struct DecodedRequest: Hashable, Sendable {
    /// One named argument; several may have one name.
    public struct Argument: Hashable, Sendable, CustomStringConvertible {
        /// The word of ip(8).
        public let name: String
        /// The value as text.
        public let value: String

        /// Takes the word and the value.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }

        /// `name=value`.
        public var description: String { "\(name)=\(value)" }
    }

    /// What is asked; `raw.request` for every message that has no row of its own.
    public var operation: OperationRow
    /// The object: a name, a prefix, an address, the tables of a commit, `#INDEX` where the name is not known.
    public var argument: String
    /// The arguments, in an order fixed for each verb.
    public var arguments: [Argument] = []
    /// The indexes of every link that the request names by index, in order of appearance.
    public var deviceIndexes: [UInt32] = []
    /// The family of the fixed header; a default route and a rule from all do not say theirs otherwise.
    public var family = Family.unspecified
    /// The members of a `nft.commit`, in order.
    public var members: [NftBatchMember] = []
    /// `nlmsg_seq`; of a `nft.commit` that of its first message.
    public var sequence: UInt32
    /// Whether an acknowledgement is asked for (`NLM_F_ACK`), of a `nft.commit` by any of its messages.
    public var wantsAck: Bool
    /// Whether a dump is asked for.
    public var isDump = false
    /// `nlmsg_type`.
    public var rawType: UInt16
    /// Offset of the message in the buffer, in bytes; of a `nft.commit` that of its first message.
    public var offset: Int
    /// Length of the message in bytes; of a `nft.commit` of all its messages with padding.
    public var length: Int

    init(_ message: NetlinkMessage, _ operation: OperationRow, _ argument: String) {
        self.operation = operation
        self.argument = argument
        sequence = message.sequence
        wantsAck = message.wantsAck
        rawType = message.type
        offset = message.offset
        length = message.length
    }

    /// The value of the first argument of a name.
    public func value(_ name: String) -> String? { arguments.first { $0.name == name }?.value }

    /// Adds a key that the row has; nothing where there is no value.
    mutating func add(_ name: String, _ value: String?) {
        assert(operation.qualifier(name) != nil, "the row of \(operation.word) in the table has no key \(name)")
        if let value { arguments.append(Argument(name, value)) }
    }

    /// Adds the numbers of attributes that have no word, so that requests which differ in them can be told apart.
    mutating func addOther(_ attributes: [RawAttribute]) {
        for attribute in attributes { add("other", String(attribute.type)) }
    }
}

/// What one send of an agent asks.
public struct DecodedSend: Hashable, Sendable {
    /// The requests, in order; a nftables batch is one of them.
    public var requests: [DecodedRequest] = []
    /// Why the rest of the buffer could not be read, nil where all of it was or the rest is zero.
    ///
    /// The kernel stops at the same place, without a word to the sender.
    public var error: NetlinkDecodingError?
}
