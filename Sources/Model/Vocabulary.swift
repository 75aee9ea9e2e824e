/// Every word of the scenario format for an operation: what its object is, its qualifiers, and whether it is built.
public struct OperationWord: Hashable, Sendable {
    /// The word: `netns.enter`.
    public var word: String
    /// The qualifiers besides `by`, `in` and `result`.
    public var qualifiers: [String]
    /// Whether this version traps and decodes it.
    public var isBuilt: Bool
    /// Whether it is asked of the kernel through a netlink socket.
    public var isNetlink: Bool
    /// One sentence for `--help` and the documentation.
    public var meaning: String
}

/// The words of the scenario format.
public enum Vocabulary {
    /// All operations, in the order of the documentation.
    public static let operations: [OperationWord] =
        words("netns", ["create", "open", "stat", "enter", "name", "unmount", "list"], [], built: true)
        + words(
            "link", ["create", "set", "delete", "get", "list"],
            ["type", "peer", "peer-netns", "master", "mtu", "up", "name", "netns", "mac"], built: true, netlink: true)
        + words("address", ["add", "delete", "list"], ["dev"], built: true, netlink: true)
        + words(
            "route", ["add", "replace", "delete", "get", "list"], ["via", "dev", "table", "metric", "type", "nhid"],
            built: true, netlink: true)
        + words(
            "rule", ["add", "delete", "list"], ["to", "iif", "oif", "fwmark", "table", "priority", "action"],
            built: true,
            netlink: true)
        + words(
            "neighbour", ["add", "replace", "delete", "list"], ["dev", "lladdr", "proxy"], built: true, netlink: true)
        + words("nsid", ["get", "set", "list"], ["netns", "dev"], built: false, netlink: true)
        + words(
            "nft", ["commit", "list"], ["chain", "add", "delete", "flush", "object", "other"], built: true,
            netlink: true)
        + words("nft", ["add", "delete", "flush"], ["table", "chain"], built: false, netlink: true)
        + words("fdb", ["add", "delete", "list"], ["dev"], built: false, netlink: true)
        + words("vlan", ["add", "delete", "list"], ["dev"], built: false, netlink: true)
        + words("qdisc", ["add", "delete", "list"], ["dev"], built: false, netlink: true)
        + words("nexthop", ["add", "delete", "list"], ["dev"], built: false, netlink: true)
        + words("ipset", ["create", "add", "delete", "destroy", "list"], [], built: false, netlink: true)
        + words("conntrack", ["delete", "list"], [], built: false, netlink: true)
        + words("sysctl", ["read", "write"], ["value"], built: true)
        + words("mount", ["bind", "create", "remount", "unmount"], ["source", "type"], built: true)
        + words("file", ["open", "create", "write", "rename", "delete", "lock", "sync"], ["to"], built: true)
        + [
            OperationWord(
                word: "exec", qualifiers: ["argv"], isBuilt: true, isNetlink: false, meaning: "a program is begun")
        ]
        + words("process", ["exit", "signal"], [], built: false)
        + words("notice", ["receive"], ["dev", "event"], built: false)
        + [
            OperationWord(
                word: "raw", qualifiers: [], isBuilt: false, isNetlink: false, meaning: "a system call by name")
        ]
        + [
            OperationWord(
                word: "step", qualifiers: [], isBuilt: true, isNetlink: false, meaning: "a step begins or ends")
        ]

    /// The objects that allowances, expectations and conditions speak of.
    public static let objects = [
        "netns", "link", "address", "route", "rule", "neighbour", "nft", "ipset", "sysctl", "file", "mount", "process",
        "lock",
    ]

    /// The operation with that word.
    public static func operation(_ word: String) -> OperationWord? { byWord[word] }

    private static let byWord = Dictionary(operations.map { ($0.word, $0) }, uniquingKeysWith: { first, _ in first })

    private static func words(
        _ noun: String, _ verbs: [String], _ qualifiers: [String], built: Bool, netlink: Bool = false
    ) -> [OperationWord] {
        verbs.map { verb in
            OperationWord(
                word: "\(noun).\(verb)", qualifiers: qualifiers, isBuilt: built, isNetlink: netlink,
                meaning: "\(verb) of a \(noun)")
        }
    }
}
