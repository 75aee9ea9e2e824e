/// Every operation that this version traps and decodes, in the order of the documentation.
public enum OperationTable {
    /// All rows.
    public static let rows: [OperationRow] = groups.flatMap { $0 }

    private static let groups: [[OperationRow]] = [
        OperationRow.namespaces, OperationRow.links, OperationRow.addresses, OperationRow.routes, OperationRow.rules,
        OperationRow.controls, OperationRow.neighbours, OperationRow.nexthops, OperationRow.addressLabels,
        OperationRow.tablesOfNeighbours,
        OperationRow.vlans, OperationRow.groups, OperationRow.classes, OperationRow.filters,
        OperationRow.chainsAndActions, OperationRow.namespaceNumbers, OperationRow.netfilter, OperationRow.ipsets,
        OperationRow.connections, OperationRow.legacyTables, OperationRow.transforms, OperationRow.otherNetlink,
        OperationRow.settings, [.hostnameSet], OperationRow.mounts, OperationRow.files, OperationRow.moreFiles,
        [.exec, .rawRequest, .step],
    ]

    /// The words that the format has and this version does not decode: a scenario that uses one is refused.
    public static let notBuilt: [String] = planned.filter { byWord[$0] == nil }

    private static let planned: [String] = [
        "nft.add", "nft.delete", "nft.flush", "fdb.add", "fdb.delete", "fdb.list", "vlan.add", "vlan.delete",
        "vlan.list", "qdisc.add", "qdisc.delete", "qdisc.list", "nexthop.add", "nexthop.delete", "nexthop.list",
        "ipset.create", "ipset.add", "ipset.delete", "ipset.destroy", "ipset.list", "conntrack.delete",
        "conntrack.list", "process.exit", "process.signal", "notice.receive",
    ]

    /// Every word of the format.
    public static let words: [String] = rows.map(\.word) + notBuilt

    /// The row of that word; nil where this version has none.
    public static func row(_ word: String) -> OperationRow? { byWord[word] }

    /// The keys that an operation of that word can be asked for: its own, and those that every operation has.
    ///
    /// - Returns: None for a step, and for a word that has no row.
    public static func keys(_ word: String) -> [String] {
        guard let row = row(word), row.hasResult else { return [] }
        return row.qualifiers.map(\.name) + common
    }

    /// The program, the namespace and the result, which every operation of an agent has.
    public static let common = ["by", "in", "result"]

    private static let byWord = Dictionary(rows.map { ($0.word, $0) }, uniquingKeysWith: { first, _ in first })
}
