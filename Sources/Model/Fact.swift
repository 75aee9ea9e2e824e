/// One object of the host at one moment: that it is there, where, and with which attributes.
///
/// The canonical form: no interface index, no process id, no counter. A device is its name, a MAC that the kernel chose
/// is `mac(DEVICE)`, a namespace is its role.
public struct Fact: Hashable, Codable, Sendable {
    /// What names an object at any moment.
    public struct Identity: Hashable, Codable, Sendable, Comparable, CustomStringConvertible {
        /// `netns`, `link`, `address`, `route`, `rule`, `neighbour`, `nft`, `file`, `mount`, `process`.
        public var noun: String
        /// Which one, with the qualifiers that tell it from its like: `10.0.0.1/24 dev eth0`.
        public var name: String
        /// The role of its namespace; empty for objects that stand in none.
        public var namespace: String

        /// Files of states say `which` for the name.
        private enum CodingKeys: String, CodingKey {
            case noun
            case name = "which"
            case namespace
        }

        /// Makes the identity of an object.
        public init(noun: String, name: String, namespace: String = "") {
            self.noun = noun
            self.name = name
            self.namespace = namespace
        }

        /// `address 10.0.0.1/24 dev eth0 in pod`.
        public var description: String { "\(noun) \(name)" + (namespace.isEmpty ? "" : " in \(namespace)") }

        /// The order of reports: by namespace, kind and name.
        public static func < (left: Identity, right: Identity) -> Bool {
            (left.namespace, left.noun, left.name) < (right.namespace, right.noun, right.name)
        }
    }

    /// What names the object.
    public var identity: Identity
    /// Its properties, canonical: `dev`, `via`, `table`, `mtu`, `up`, `digest`, ...
    public var attributes: [String: String]

    /// Makes a fact.
    public init(_ noun: String, _ name: String, in namespace: String = "", _ attributes: [String: String] = [:]) {
        identity = Identity(noun: noun, name: name, namespace: namespace)
        self.attributes = attributes
    }
}

extension Fact {
    /// What stands on a device, and goes with it.
    private static let nounsOnDevices: Set<String> = [
        "address", "route", "neighbour", "fdb", "mdb", "nexthop", "address-label", "qdisc", "class", "filter",
        "vlan", "neighbour-table", "wireguard",
    ]
    /// What operations name by the first word of its name: `qdisc.add root`, `qdisc root dev eth0`.
    public static let nounsByFirstWord: Set<String> = [
        "address", "route", "rule", "neighbour", "fdb", "mdb", "nexthop", "address-label", "qdisc", "class", "filter",
        "ipset", "xfrm-state", "xfrm-policy", "conntrack", "vlan", "neighbour-table", "wireguard",
    ]

    /// The device on which an address, a route, a neighbour or a discipline stands, or of which a setting is.
    public var device: Identity? {
        if identity.noun == "sysctl" {
            let parts = identity.name.split(separator: ".", maxSplits: 3)
            guard parts.count == 4, ["conf", "neigh"].contains(parts[2]),
                let name = parts[3].split(separator: ".").first, !["all", "default"].contains(name)
            else { return nil }
            return Identity(noun: "link", name: String(name), namespace: identity.namespace)
        }
        guard Fact.nounsOnDevices.contains(identity.noun) else { return nil }
        let words = identity.name.split(separator: " ")
        let named = words.firstIndex(of: "dev").flatMap { $0 + 1 < words.count ? String(words[$0 + 1]) : nil }
        return (attributes["dev"] ?? named).map {
            Identity(noun: "link", name: $0, namespace: identity.namespace)
        }
    }
}

/// The state of a host at one moment, in canonical form.
public struct Snapshot: Hashable, Codable, Sendable {
    /// Everything there is, in the order of identities.
    public let facts: [Fact]

    /// Makes a snapshot; the facts are put in order.
    public init(facts: [Fact]) { self.facts = facts.sorted { $0.identity < $1.identity } }

    /// Reads one; whoever wrote it need not have kept the order.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(facts: try container.decode([Fact].self, forKey: .facts))
    }

    /// What there is of an object: found in the time of a search, for facts are in order.
    public subscript(identity: Fact.Identity) -> Fact? {
        var (low, high) = (0, facts.count)
        while low < high {
            let middle = (low + high) / 2
            if facts[middle].identity < identity { low = middle + 1 } else { high = middle }
        }
        return low < facts.count && facts[low].identity == identity ? facts[low] : nil
    }

    /// The facts by what names them.
    public var byIdentity: [Fact.Identity: Fact] {
        Dictionary(facts.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

/// How one object differs between two states.
public enum Difference: Hashable, Codable, Sendable {
    /// It is only in the second state.
    case extra(Fact)
    /// It is only in the first state.
    case missing(Fact)
    /// It is in both, with other attributes.
    case changed(Fact, Fact)

    /// What names the object.
    public var identity: Fact.Identity {
        switch self {
        case .extra(let fact), .missing(let fact), .changed(let fact, _): fact.identity
        }
    }
}

extension Difference {
    /// The object: as it is there, and where it is not, as it is expected.
    public var fact: Fact {
        switch self {
        case .extra(let fact), .missing(let fact), .changed(_, let fact): fact
        }
    }

    /// `extra`, `missing` or `changed`, as seen from the first state.
    public var kind: String {
        switch self {
        case .extra: "extra"
        case .missing: "missing"
        case .changed: "changed"
        }
    }
}

extension Snapshot {
    /// The objects that are not the same in `other`, in the order of identities.
    public func differences(to other: Snapshot) -> [Difference] {
        let mine = byIdentity
        let theirs = other.byIdentity
        var all = facts.compactMap { fact -> Difference? in
            guard let there = theirs[fact.identity] else { return .missing(fact) }
            return there.attributes == fact.attributes ? nil : .changed(fact, there)
        }
        all += other.facts.filter { mine[$0.identity] == nil }.map { .extra($0) }
        return all.sorted { $0.identity < $1.identity }
    }
}
