/// Differences that are one: an object with all that went or came with it.
public struct RelatedDifferences: Hashable, Sendable {
    /// What the others came with.
    public var first: Difference
    /// The others, in the order in which they were given.
    public var others: [Difference]

    /// `and 11 things in it`, `and 2 things that came with it`; empty where nothing did.
    public var text: String {
        guard !others.isEmpty else { return "" }
        let count = others.count == 1 ? "1 thing" : "\(others.count) things"
        if first.identity.noun == "netns" { return "and \(count) in it" }
        let verb = if case .extra = first { "came" } else { "went" }
        return "and \(count) that \(verb) with it"
    }
}

extension [Difference] {
    /// The differences in groups, each of which has one cause as far as the objects tell.
    ///
    /// With a namespace goes what is in it and the other ends of its devices, with a device what stands on it, with a chain of a
    /// packet filter its rules and the jumps to it, with a folder its files, with an address the routes that need it.
    public var related: [RelatedDifferences] {
        var groups = DisjointGroups(count: count)
        var places: [Fact.Identity: Int] = [:]
        for (place, difference) in enumerated() where places[difference.identity] == nil {
            places[difference.identity] = place
        }
        let addresses = AddressIndex(self)
        for (place, difference) in enumerated() {
            let parents = difference.fact.standsWith.compactMap { places[$0] } + addresses.needed(by: difference.fact)
            for parent in parents where parent != place && difference.comesWith(self[parent]) {
                groups.join(place, parent)
            }
        }
        return groups.all.map { members in
            let first = members.min { self[$0].rank < self[$1].rank } ?? members[0]
            return RelatedDifferences(first: self[first], others: members.filter { $0 != first }.map { self[$0] })
        }
    }
}

extension Difference {
    /// Whether it may come of the same cause as that of an object with which it stands: both went, or both came, or the
    /// carrier alone tells of it.
    fileprivate func comesWith(_ other: Difference) -> Bool {
        switch (self, other) {
        case (.missing, .missing), (.extra, .extra): return true
        // What was in a namespace whose name leads nowhere is gone with it.
        case (.missing, .changed(_, let there)): return there.attributes["state"] == "dead"
        case (.changed(let expected, let there), _):
            let names = Set(expected.attributes.keys).union(there.attributes.keys)
                .filter { expected.attributes[$0] != there.attributes[$0] }
            return expected.identity.noun == "route" && names == ["flags"]
        default: return false
        }
    }

    /// What a group is called by: what holds the others first.
    fileprivate var rank: (Int, Int, Fact.Identity) {
        let name = identity.name
        let place =
            switch identity.noun {
            case "netns": 0
            case "link": 1
            case "nft" where name.hasPrefix("table "): 2
            case "iptables" where name.hasPrefix("chain "): 3
            case "nft" where name.hasPrefix("chain ") || name.hasPrefix("set "): 3
            case "nft": 4
            case "wireguard" where !name.contains(" "): 4
            case "address": 5
            case "qdisc" where name.hasPrefix("root ") || name.hasPrefix("ingress "): 5
            case "class": 6
            default: 7
            }
        // Of a pair of devices, or of nested folders, the shorter name is the outer one.
        return (place, identity.noun == "file" ? name.utf8.count : 0, identity)
    }
}

extension Fact {
    /// The objects without which it is not there: its namespace, the device on which it stands, its table and chain, its folders;
    /// and the other end of a device.
    fileprivate var standsWith: [Identity] {
        let here = identity.namespace
        func link(_ name: String, _ namespace: String) -> Identity {
            Identity(noun: "link", name: name, namespace: namespace)
        }
        var all: [Identity] = here.isEmpty ? [] : [Identity(noun: "netns", name: here)]
        if let device { all.append(device) }
        switch identity.noun {
        case "link":
            if let (name, namespace) = attributes["peer"].flatMap(Fact.end) {
                all += [link(name, namespace), Identity(noun: "netns", name: namespace)]
            }
            if let (name, namespace) = attributes["link"].flatMap(Fact.end) { all.append(link(name, namespace)) }
            if let master = attributes["master"] { all.append(link(master, here)) }
        case "nft", "iptables": all += nftHolders
        case "ipset":
            if attributes["element"] != nil {
                let set = identity.name.prefix { $0 != " " }
                all.append(Identity(noun: "ipset", name: String(set), namespace: here))
            }
        case "wireguard":
            if attributes["peer"] != nil {
                let device = identity.name.prefix { $0 != " " }
                all.append(Identity(noun: "wireguard", name: String(device), namespace: here))
            }
        case "class", "filter", "qdisc": all += trafficHolders
        case "nexthop": all += members.map { Identity(noun: "nexthop", name: $0, namespace: here) }
        case "mdb": if let port = attributes["port"] { all.append(link(port, here)) }
        case "fdb": if let master = attributes["master"] { all.append(link(master, here)) }
        case "route":
            if let nexthop = attributes["nexthop"] {
                all.append(Identity(noun: "nexthop", name: nexthop, namespace: here))
            }
        case "file":
            if identity.name.hasPrefix("/run/netns/") {
                all.append(Identity(noun: "netns", name: String(identity.name.dropFirst(11))))
            }
            var path = identity.name[...]
            while let slash = path.lastIndex(of: "/"), slash > path.startIndex {
                path = path[..<slash]
                all.append(Identity(noun: "file", name: String(path)))
            }
        default: break
        }
        return all
    }

    /// The members of a group of nexthops, without their weights.
    private var members: [String] {
        (attributes["group"] ?? "").split(separator: ",").map { member in
            String(member.drop { $0 == " " }.prefix { $0 != "/" })
        }
    }

    /// The discipline at the root of the device, or that of the way in and out, and the class below which it stands.
    private var trafficHolders: [Identity] {
        guard let device = attributes["dev"] else { return [] }
        func holder(_ noun: String, _ place: String) -> Identity {
            Identity(noun: noun, name: "\(place) dev \(device)", namespace: identity.namespace)
        }
        let place = identity.name.prefix { $0 != " " }
        var all: [Identity] = []
        if identity.noun == "filter", place == "ingress" || place == "egress" {
            all.append(holder("qdisc", "ingress"))
        } else if identity.noun != "qdisc" || !["root", "ingress"].contains(place) {
            all.append(holder("qdisc", "root"))
        }
        if let above = attributes["parent"] { all.append(holder("class", above)) }
        if identity.noun != "class" { all.append(holder("class", String(place))) }
        if let flow = attributes["flowid"] { all.append(holder("class", flow)) }
        return all
    }

    /// The table, the chain or set, and the chains to which a rule jumps.
    private var nftHolders: [Identity] {
        let words = identity.name.split(separator: " ").map(String.init)
        guard words.count >= 3 else { return [] }
        func object(_ kind: String, _ further: [String]) -> Identity {
            Identity(
                noun: identity.noun, name: ([kind, words[1], words[2]] + further).joined(separator: " "),
                namespace: identity.namespace)
        }
        var all = words[0] == "table" ? [] : [object("table", [])]
        guard words.count >= 4 else { return all }
        if words[0] == "rule" { all.append(object("chain", [words[3]])) }
        if words[0] == "element" { all.append(object("set", [words[3]])) }
        let text = attributes["text"]?.split(separator: " ").map(String.init) ?? []
        for (verb, chain) in zip(text, text.dropFirst()) where ["jump", "goto", "-j"].contains(verb) {
            all.append(object("chain", [chain]))
        }
        return all
    }

    /// `eth0 in pod`, as a peer is told.
    private static func end(_ text: String) -> (name: String, namespace: String)? {
        guard let separator = text.firstRange(of: " in ") else { return nil }
        return (String(text[..<separator.lowerBound]), String(text[separator.upperBound...]))
    }
}

/// The addresses among some differences, by what a route needs of them.
private struct AddressIndex {
    private struct Place: Hashable {
        var namespace: String
        var device: String
        var text: String
    }

    private var places: [Place: Int] = [:]

    init(_ differences: [Difference]) {
        for (place, difference) in differences.enumerated() where difference.identity.noun == "address" {
            let fact = difference.fact
            guard let device = fact.device?.name,
                let text = fact.identity.name.split(separator: " ").first.map(String.init)
            else { continue }
            let address = text.split(separator: "/").first.map(String.init) ?? text
            for key in [address] + [Prefix(text)?.networkText].compactMap(\.self) {
                let index = Place(namespace: fact.identity.namespace, device: device, text: key)
                if places[index] == nil { places[index] = place }
            }
        }
    }

    /// The addresses without which a route is not there: its source, or the one whose network it is.
    func needed(by fact: Fact) -> [Int] {
        guard !places.isEmpty, fact.identity.noun == "route", let device = fact.device?.name else { return [] }
        var texts = [fact.attributes["src"]].compactMap(\.self)
        if fact.attributes["proto"] == "kernel", let first = fact.identity.name.split(separator: " ").first {
            texts.append(Prefix(first)?.networkText ?? String(first))
        }
        return texts.compactMap {
            places[Place(namespace: fact.identity.namespace, device: device, text: $0)]
        }
    }
}

/// Groups of numbers from 0 that grow together.
private struct DisjointGroups {
    private var parents: [Int]

    init(count: Int) { parents = Array(0..<count) }

    private mutating func root(_ place: Int) -> Int {
        var place = place
        while parents[place] != place {
            parents[place] = parents[parents[place]]
            place = parents[place]
        }
        return place
    }

    mutating func join(_ one: Int, _ other: Int) {
        let roots = (root(one), root(other))
        // The earlier one stays, so groups keep the order in which they begin.
        parents[max(roots.0, roots.1)] = min(roots.0, roots.1)
    }

    /// The groups in the order of their first members.
    var all: [[Int]] {
        var copy = self
        var order: [Int] = []
        var members: [Int: [Int]] = [:]
        for place in parents.indices {
            let root = copy.root(place)
            if members[root] == nil { order.append(root) }
            members[root, default: []].append(place)
        }
        return order.map { members[$0] ?? [] }
    }
}
