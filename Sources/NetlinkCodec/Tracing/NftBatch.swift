import CKernelHeaders
import Model

/// One message between `NFNL_MSG_BATCH_BEGIN` and `NFNL_MSG_BATCH_END`.
public struct NftBatchMember: Hashable, Sendable {
    /// What is done.
    public enum Verb: String, Hashable, Sendable {
        /// `NFT_MSG_NEW*`.
        case add
        /// `NFT_MSG_DEL*` of one object.
        case delete
        /// `NFT_MSG_DEL*` of all that an object holds.
        case flush
    }

    /// What it is done to.
    public enum Object: String, Hashable, Sendable, CaseIterable {
        /// A table; a flush without a table means the whole rule set.
        case table
        /// A chain; a flush means its rules.
        case chain
        /// A rule.
        case rule
        /// A set; a flush means its elements.
        case set
        /// Elements of a set.
        case element
        /// A counter, quota or other object with a name.
        case object
        /// A flow table.
        case flowtable
    }

    /// What is done.
    public var verb: Verb
    /// What it is done to.
    public var object: Object
    /// The table as nft(8) says it, such as `ip nat`; nil for the whole rule set.
    public var table: String?
    /// The chain.
    public var chain: String?
    /// The name of the set, object or flow table.
    public var name: String?
    /// The handle, where the object is named by it.
    public var handle: UInt64?
    /// A chain's hook or a rule's expressions, in short words.
    public var text: String
    /// Offset of the message in the buffer, in bytes.
    public var offset: Int
    /// `nlmsg_seq`: the kernel blames a member by it.
    public var sequence: UInt32
    /// Whether the member asks for an acknowledgement of its own.
    public var wantsAck: Bool
}

/// Gathers the members of a batch into one request.
struct NftBatch {
    private var begin: DecodedRequest
    private var members: [NftBatchMember] = []
    private var others: [String] = []

    init(begin message: NetlinkMessage) { begin = DecodedRequest(message, .nftCommit, "") }

    mutating func take(_ message: NetlinkMessage, in bytes: RawSpan) {
        begin.length = message.offset + message.length - begin.offset
        begin.wantsAck = begin.wantsAck || message.wantsAck
        guard message.type != wire(NFNL_MSG_BATCH_END) else { return }
        do throws(NetlinkDecodingError) {
            if let member = try NftBatchMember(message, in: bytes) {
                members.append(member)
            } else {
                others.append(String(message.type))
            }
        } catch {
            others.append("\(message.type): \(error)")
        }
    }

    /// `nft.commit` of the tables, with the counts of what is done and the names of the chains touched.
    var request: DecodedRequest {
        var request = begin
        request.members = members
        request.argument = Set(members.map { $0.table ?? "all" }).sorted().joined(separator: ", ")
        for verb in [NftBatchMember.Verb.add, .delete, .flush] {
            let counts = NftBatchMember.Object.allCases.compactMap { object in
                let count = members.count { $0.verb == verb && $0.object == object }
                return count == 0 ? nil : "\(count) \(object.rawValue)"
            }
            if !counts.isEmpty { request.add(verb.rawValue, counts.joined(separator: ", ")) }
        }
        let chains = Set(members.compactMap(\.chain))
        if !chains.isEmpty { request.add("chain", chains.sorted().joined(separator: ", ")) }
        let sets = Set(members.filter { $0.object != .chain && $0.object != .rule }.compactMap(\.name))
        if !sets.isEmpty { request.add("set", sets.sorted().joined(separator: ", ")) }
        let texts = members.map(\.text).filter { !$0.isEmpty }
        if !texts.isEmpty { request.add("text", NftBatch.shortened(texts.joined(separator: "; "))) }
        for other in others { request.add("other", other) }
        return request
    }

    /// The most letters of what a batch holds that are said as they are.
    private static let limit = 400

    /// What is too long is cut, and told from its like by a digest of all of it.
    private static func shortened(_ text: String) -> String {
        text.utf8.count <= limit ? text : "\(text.prefix(limit)) … \(Digest.of(text.utf8))"
    }
}

extension RequestDecoder {
    /// A "get" of nftables; nil for any other message of nfnetlink.
    func nftList(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest? {
        if message.type >> 8 == wire(NFNL_SUBSYS_NFT_COMPAT) { return try nftCompat(message, bytes) }
        guard let type = NfnetlinkType(message.type).nft, let object = nftGetObject(type) else { return nil }
        let (family, attributes) = try message.nfnetlinkHeader(in: bytes)
        // The first attribute of every "get" but those of the generation and of tables is the table, as in
        // those of tables it is the name of the table itself.
        let name = object == "generation" ? nil : try attributes.first(wire(NFTA_TABLE_NAME), in: bytes)
        var request = DecodedRequest(message, .nftList, name.map { "\(family) \($0.string(in: bytes))" } ?? "all")
        request.family = Family(rawValue: family.rawValue)
        request.isDump = message.hasDumpFlags
        request.add("object", object)
        return request
    }
}

extension RequestDecoder {
    /// Which revision of a match or target of iptables the kernel has (`NFNL_MSG_COMPAT_GET`).
    private func nftCompat(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        let (family, attributes) = try message.nfnetlinkHeader(in: bytes)
        let name = try attributes.first(wire(NFTA_COMPAT_NAME), in: bytes)?.string(in: bytes)
        // 1 asks for a target.
        let type = try attributes.first(wire(NFTA_COMPAT_TYPE), in: bytes)?.be32(in: bytes)
        var request = DecodedRequest(message, .nftList, "all")
        request.family = Family(rawValue: family.rawValue)
        request.add("object", (type == 1 ? "target " : "match ") + (name ?? ""))
        return request
    }
}

/// The object of a `NFT_MSG_GET*`, nil for other messages.
private func nftGetObject(_ type: UInt32) -> String? {
    switch type {
    case NFT_MSG_GETTABLE.rawValue: "table"
    case NFT_MSG_GETCHAIN.rawValue: "chain"
    case NFT_MSG_GETRULE.rawValue: "rule"
    case NFT_MSG_GETSET.rawValue: "set"
    case NFT_MSG_GETSETELEM.rawValue: "element"
    case NFT_MSG_GETOBJ.rawValue: "object"
    case NFT_MSG_GETFLOWTABLE.rawValue: "flowtable"
    case NFT_MSG_GETGEN.rawValue: "generation"
    // It also sets the counters to zero.
    case NFT_MSG_GETOBJ_RESET.rawValue: "object reset"
    default: nil
    }
}
