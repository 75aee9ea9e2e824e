public import Model
public import NetlinkCodec

/// A kernel object of one namespace that a state shows as a fact.
public protocol ObservedRecord: DumpRecord {
    /// What a state calls the object, and its attributes; nil for what has no name.
    ///
    /// Two objects of one namespace may have one name here; ``FactBuilder/numbered(_:)`` tells them apart.
    func fact(by builder: FactBuilder) -> Fact?

    /// Whether a state shows the object: what follows from others, or from traffic, is left out.
    func isShown(by builder: FactBuilder) -> Bool
}

extension ObservedRecord {
    /// Every object is shown where nothing else is said.
    public func isShown(by builder: FactBuilder) -> Bool { true }
}

/// Turns what the kernel says of the objects of one namespace into facts.
///
/// The only place in which facts of links, addresses, routes, rules and neighbours are made: states show them, and changes
/// of the world find their object by them.
public struct FactBuilder {
    /// The namespace as facts name it: its name, `ROLE (deleted)` or `ns#1`.
    public let namespace: String
    /// The devices of the namespace.
    public let links: [LinkRecord]
    /// `NAME in NAMESPACE` for the devices that have their other end or lower device, by index.
    let ends: [UInt32: String]
    /// The MACs that agents or the topology set; every other one was chosen by the kernel and differs between runs.
    let setMACs: Set<String>

    /// How tables of neighbours are kept for a new device.
    let usualTables: [NeighbourTableRecord]
    /// The tracked connections that are meant; nil for all.
    let connections: Set<NamedConnection>?

    /// The attributes of a link for which its other end or lower device must be known.
    public static let endAttributes: Set<String> = ["peer", "link"]

    private let byIndex: [UInt32: LinkRecord]

    /// Prepares for the objects of a namespace.
    ///
    /// - Parameters:
    ///   - namespace: What facts call it.
    ///   - links: All its devices.
    ///   - ends: `NAME in NAMESPACE` of the other end or the lower device, by index; links without one do not show it.
    ///   - setMACs: The hardware addresses that somebody chose, as ``MACAddress`` writes them.
    ///   - usualTables: How tables of neighbours are kept for a new device, where that is looked at.
    ///   - connections: The tracked connections that are meant; nil for all.
    public init(
        namespace: String, links: [LinkRecord], ends: [UInt32: String] = [:], setMACs: Set<String>,
        usualTables: [NeighbourTableRecord] = [], connections: Set<NamedConnection>? = nil
    ) {
        self.usualTables = usualTables
        self.connections = connections
        self.namespace = namespace
        self.links = links
        self.ends = ends
        self.setMACs = setMACs
        byIndex = Dictionary(links.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The facts of what a state shows of these records, in their order.
    func facts(_ records: [some ObservedRecord]) -> [Fact] {
        records.filter { $0.isShown(by: self) }.compactMap { $0.fact(by: self) }
    }

    /// A fact of this namespace, as the table of objects has it; an attribute that is nil is none.
    func fact(_ noun: String, _ name: String, _ attributes: [String: String?]) -> Fact {
        Fact(object: noun, name, in: namespace, attributes)
    }

    /// The link with that index.
    func link(_ index: UInt32) -> LinkRecord? { byIndex[index] }

    /// The name of the device with that index, or `#INDEX`.
    func device(_ index: UInt32) -> String { byIndex[index]?.name ?? "#\(index)" }

    /// The facts in their order, with ` #2`, ` #3` behind the argument of those that share an identity.
    ///
    /// They are counted in the order of their attributes, so the kernel's order has no part in it.
    public static func numbered(_ facts: [Fact]) -> [Fact] {
        let groups = Dictionary(grouping: facts.indices, by: { facts[$0].identity })
        guard groups.count < facts.count else { return facts }
        var result = facts
        for places in groups.values where places.count > 1 {
            let ordered = places.sorted { (text(facts[$0]), $0) < (text(facts[$1]), $1) }
            for (count, place) in ordered.enumerated() where count > 0 {
                result[place].identity.name += " #\(count + 1)"
            }
        }
        return result
    }

    private static func text(_ fact: Fact) -> String {
        fact.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
    }
}
