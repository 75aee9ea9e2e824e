/// One operation of the table: everything that is said of it, in one place.
///
/// Decoders name their operations by these rows, so they can say nothing that has none. The validator, the schema, the
/// table of errnos and the tables of `docs/format.md` are made from them. As `sysent` of strace is, but for operations.
public final class OperationRow: Sendable {
    /// What is done to which kind of object: `route.add`.
    public let word: String
    /// What stands behind the word.
    public let argument: ValueType
    /// The keys that a decoder may give besides.
    public let qualifiers: [Qualifier]
    /// Where it is seen.
    public let origin: Origin
    /// The system calls besides, by which the same is done without a message.
    public let calls: [String]
    /// What it does to which objects.
    public let effects: [Effect]
    /// What the kernel can answer to it when it is well formed; empty where it cannot fail.
    public let answers: Answers
    /// What it is, in one sentence.
    public let meaning: String

    /// Makes a row.
    public init(
        _ word: String, _ argument: ValueType, _ qualifiers: [Qualifier] = [], from origin: Origin,
        also calls: [String] = [],
        _ effects: [Effect], _ answers: Answers, _ meaning: String
    ) {
        self.word = word
        self.argument = argument
        self.qualifiers = qualifiers
        self.origin = origin
        self.calls = calls
        self.effects = effects
        self.answers = answers
        self.meaning = meaning
    }

    /// What stands before the dot: `route`.
    public var noun: String { String(word.prefix { $0 != "." }) }
    /// What stands behind the dot: `add`; empty where there is none.
    public var verb: String { word.contains(".") ? String(word.drop { $0 != "." }.dropFirst()) : "" }
    /// Whether it is asked of the kernel through a netlink socket.
    public var isNetlink: Bool { origin.isNetlink }
    /// Whether it ends with a result that can be an error.
    public var hasResult: Bool { origin != .harness }

    /// The key of that name.
    public func qualifier(_ name: String) -> Qualifier? { qualifiers.first { $0.name == name } }
}

extension OperationRow: Hashable {
    /// One word, one row.
    public static func == (left: OperationRow, right: OperationRow) -> Bool { left.word == right.word }

    /// By the word.
    public func hash(into hasher: inout Hasher) { hasher.combine(word) }
}

extension OperationRow {
    /// Where an operation is seen.
    public enum Origin: Hashable, Sendable {
        /// These messages of rtnetlink(7), by their names in linux/rtnetlink.h.
        case rtnetlink([String])
        /// These messages of nfnetlink, by their names in linux/netfilter/nf_tables.h.
        case nfnetlink([String])
        /// These messages of NETLINK_XFRM, by their names in linux/xfrm.h.
        case xfrm([String])
        /// These messages of NETLINK_SOCK_DIAG, by their names in linux/sock_diag.h.
        case diagnosis([String])
        /// Messages of generic netlink, of any family.
        case generic
        /// Every other message on a netlink socket.
        case netlink
        /// These system calls, by their names in syscalls(2).
        case calls([String])
        /// Tocsin itself: a step of the scenario.
        case harness

        /// Whether it comes through a netlink socket.
        public var isNetlink: Bool {
            switch self {
            case .rtnetlink, .nfnetlink, .xfrm, .diagnosis, .generic, .netlink: true
            case .calls, .harness: false
            }
        }

        /// The names of messages or calls.
        public var names: [String] {
            switch self {
            case .rtnetlink(let names), .nfnetlink(let names), .xfrm(let names), .diagnosis(let names),
                .calls(let names):
                names
            case .generic, .netlink, .harness: []
            }
        }
    }

    /// One key of an operation or an object.
    public struct Qualifier: Hashable, Sendable {
        /// The key: `dev`.
        public let name: String
        /// What stands behind it.
        public let value: ValueType
        /// Whether several can stand behind it with commas between them, of which a pattern may mean one.
        public let isList: Bool
        /// Where a state shows what it says.
        public let shown: Shown

        /// Makes a key, which a state shows under the same name unless another is given.
        public init(_ name: String, _ value: ValueType, isList: Bool = false, shown: Shown? = nil) {
            self.name = name
            self.value = value
            self.isList = isList
            self.shown = shown ?? .attributes([name])
        }
    }

    /// Where a state shows what a key of an operation says of the object that is made or changed.
    public enum Shown: Hashable, Sendable {
        /// In any of these attributes, of which a state may have none: then it is not compared.
        case attributes([String])
        /// It says kinds of objects, of which a state may not have all.
        case kinds
        /// Nothing of it needs an attribute: it is in the name of the object or in where it stands, or says how it is asked.
        case nowhere
    }
}
