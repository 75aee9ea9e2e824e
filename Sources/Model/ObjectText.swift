/// Objects of a state as ip(8), nft(8) and sysctl(8) say them, as far as the state knows.
public enum ObjectText {
    /// The object: `route default via 10.0.0.1 dev eth0 in pod`.
    ///
    /// - Parameter namespace: Whether its namespace is said, as scenarios say it.
    public static func line(_ fact: Fact, in namespace: Bool = false) -> String {
        let words = Words(fact, place: namespace ? fact.identity.namespace : "")
        return switch fact.identity.noun {
        case "link": link(words)
        case "address": address(words)
        case "route": route(words)
        case "rule": rule(words)
        case "neighbour": neighbour(words)
        case "nft": nft(words)
        case "qdisc", "class", "filter": traffic(words, fact.identity.noun)
        case "nexthop": nexthop(words)
        case "ipset":
            words["element"] == nil
                ? words.line(["ipset", words.name] + words.pairs(("type", "type")), without: ["type"])
                : words.line(
                    ["ipset", words.name, "element"] + [words["element"]].compactMap(\.self), without: ["element"])
        case "iptables": iptables(words)
        case "xfrm-state":
            words.line(
                ["xfrm-state", "dst", words.name]
                    + words.pairs(
                        ("src", "src"), ("proto", "proto"), ("spi", "spi"), ("reqid", "reqid"), ("mode", "mode"),
                        ("mark", "mark")),
                without: ["src", "proto", "spi", "reqid", "mode", "mark"])
        case "xfrm-policy":
            words.line(
                ["xfrm-policy", "dst", words.name]
                    + words.pairs(
                        ("src", "src"), ("dir", "dir"), ("priority", "priority"), ("action", "action"),
                        ("mark", "mark")),
                without: ["src", "dir", "priority", "action", "mark"])
        case "fdb", "mdb": forwarding(words, fact.identity.noun)
        case "address-label":
            words.line(
                ["address-label", "prefix", words.name] + words.pairs(("dev", "dev"), ("label", "label")),
                without: ["dev", "label"])
        case "conntrack": connection(words)
        case "vlan":
            words.line(
                ["vlan"] + words.pairs(("dev", "dev")) + ["vid", words.name]
                    + (words["flags"]?.split(separator: ",").map { String($0.drop { $0 == " " }) } ?? [])
                    + words.pairs(("state", "state"), ("tunnel_info id", "tunnel")),
                without: ["dev", "flags", "state", "tunnel"])
        case "neighbour-table":
            words.line(
                ["neighbour-table", words.name] + words.pairs(("dev", "dev")) + [words["settings"]].compactMap(\.self),
                without: ["dev", "settings"])
        case "wireguard":
            words.line(
                ["wireguard", words.name]
                    + words.pairs(
                        ("listen-port", "listen-port"), ("fwmark", "fwmark"), ("peer", "peer"),
                        ("endpoint", "endpoint"), ("persistent-keepalive", "persistent-keepalive"),
                        ("allowed-ips", "allowed-ips")),
                without: ["dev", "listen-port", "fwmark", "peer", "endpoint", "persistent-keepalive", "allowed-ips"])
        case "sysctl":
            "sysctl \(words.argument) = \(words["value"] ?? "")" + words.place + words.comment(without: ["value"])
        case "file": file(words)
        case "netns": netns(words)
        default: "\(fact.identity.noun) \(words.argument)" + words.place + words.comment(without: [])
        }
    }

    /// How an object is not as it should be: `missing  route default via 10.0.0.1 dev eth0 in pod`.
    public static func line(_ difference: Difference) -> String {
        switch difference {
        case .extra(let fact): "extra    \(line(fact, in: true))"
        case .missing(let fact): "missing  \(line(fact, in: true))"
        case .changed(let expected, let there): "changed  \(changes(from: expected, to: there))"
        }
    }

    /// Differences, those of one cause on one line: `missing  netns pod and 11 things in it`.
    public static func lines(_ differences: [Difference]) -> [String] {
        differences.related.map { group in line(group.first) + (group.others.isEmpty ? "" : "  \(group.text)") }
    }

    /// What is not the same of an object: `route 10.0.0.0/8 in pod: src 10.0.0.2, expected src 10.0.0.3`.
    private static func changes(from expected: Fact, to there: Fact) -> String {
        let names = Set(expected.attributes.keys).union(there.attributes.keys)
            .filter { expected.attributes[$0] != there.attributes[$0] }.sorted()
        func side(_ fact: Fact) -> String {
            names.map { name in fact.attributes[name].map { "\(name) \($0)" } ?? "no \(name)" }.joined(separator: ", ")
        }
        return "\(there.identity): \(side(there)), expected \(side(expected))"
    }

    private static func netns(_ words: Words) -> String {
        switch words["state"] {
        case "mounted": "netns \(words.argument)" + words.comment(without: ["state"])
        case "dead": "netns \(words.argument)  # a file that leads to no namespace"
        default: "netns \(words.argument)" + words.comment(without: ["role"])
        }
    }

    private static func link(_ words: Words) -> String {
        let flag = words["up"] == "true" ? ["up"] : []
        return words.line(
            ["link", words.name] + words.pairs(("type", "type"), ("address", "mac"), ("mtu", "mtu")) + flag
                + words.pairs(
                    ("master", "master"), ("alias", "alias"), ("group", "group"), ("txqueuelen", "txqueuelen"),
                    ("addrgenmode", "addrgenmode"), ("token", "token")),
            without: [
                "type", "mac", "mtu", "up", "master", "alias", "group", "txqueuelen", "addrgenmode", "token",
            ])
    }

    private static func address(_ words: Words) -> String {
        words.line(
            ["address", words.name]
                + words.pairs(("peer", "peer"), ("broadcast", "broadcast"), ("dev", "dev"), ("scope", "scope")),
            without: ["peer", "broadcast", "dev", "scope"])
    }

    private static func route(_ words: Words) -> String {
        let kind = words["type"].flatMap { $0 == "unicast" ? nil : $0 }
        let table = words["table"] == "main" ? [] : words.pairs(("table", "table"))
        let scope = words["scope"] == "global" ? [] : words.pairs(("scope", "scope"))
        let isSix = words.argument.contains(" inet6")
        return words.line(
            [isSix ? "-6 route" : "route"] + [kind].compactMap(\.self) + [words.name] + words.pairs(("from", "from"))
                + words.pairs(("via", "via"), ("dev", "dev")) + table + words.pairs(("proto", "proto")) + scope
                + words.pairs(("src", "src"), ("metric", "metric")),
            without: ["type", "via", "dev", "table", "proto", "scope", "src", "metric", "from"])
    }

    private static func rule(_ words: Words) -> String {
        let not = words["not"] == "true" ? ["not"] : []
        let action = words["action"].flatMap { $0 == "lookup" ? nil : $0 }
        return words.line(
            [words.argument.contains(" inet6") ? "-6 rule" : "rule"] + not
                + words.pairs(
                    ("from", "from"), ("to", "to"), ("iif", "iif"), ("oif", "oif"), ("fwmark", "fwmark"),
                    ("priority", "priority"))
                + [action].compactMap(\.self) + words.pairs(("lookup", "table"), ("goto", "goto")),
            without: ["not", "from", "to", "iif", "oif", "fwmark", "priority", "action", "table", "goto", "proto"])
    }

    private static func neighbour(_ words: Words) -> String {
        let proxy = words["proxy"] == "true" ? ["proxy"] : []
        return words.line(
            ["neighbour"] + proxy + [words.name]
                + words.pairs(("lladdr", "lladdr"), ("dev", "dev"), ("nud", "state")),
            without: ["proxy", "lladdr", "dev", "state"])
    }

    /// As tc(8) lists them: `qdisc htb 1: dev eth0 root`.
    private static func traffic(_ words: Words, _ noun: String) -> String {
        let device = words.pairs(("dev", "dev"))
        let kind = [words["type"]].compactMap(\.self)
        let place = words.name.contains(":") && noun != "class" ? ["parent", words.name] : [words.name]
        switch noun {
        case "qdisc":
            return words.line(
                ["qdisc"] + kind + [words["handle"]].compactMap(\.self) + device + place,
                without: ["dev", "type", "handle"])
        case "class":
            let parent = words["parent"] == "root" ? ["root"] : words.pairs(("parent", "parent"))
            return words.line(["class"] + kind + place + device + parent, without: ["dev", "type", "parent"])
        default:
            return words.line(
                ["filter"] + device + place
                    + words.pairs(("protocol", "protocol"), ("pref", "priority"), ("chain", "chain")) + kind
                    + words.pairs(("flowid", "flowid"), ("action", "action")),
                without: ["dev", "type", "protocol", "priority", "chain", "flowid", "action"])
        }
    }

    /// As iptables(8) is told it: `iptables -t nat -A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE`.
    private static func iptables(_ words: Words) -> String {
        let program = ["ip6": "ip6tables", "arp": "arptables"][words["family"] ?? ""] ?? "iptables"
        let own = ["family", "table", "chain", "text", "digest", "policy"]
        let place = [program, "-t", words["table"] ?? ""]
        let chain = words["chain"] ?? ""
        if let text = words["text"] { return words.line(place + ["-A", chain, text], without: own) }
        let policy = words["policy"].map { ["-P", chain, $0] } ?? ["-N", chain]
        return words.line(place + policy, without: own)
    }

    /// As conntrack(8) lists them: `conntrack src 10.0.0.1 dst 10.0.0.2 proto 6 sport 1000 dport 80 mark 7`.
    private static func connection(_ words: Words) -> String {
        words.line(
            ["conntrack", "src", words.name]
                + words.pairs(
                    ("dst", "dst"), ("proto", "proto"), ("sport", "sport"), ("dport", "dport"), ("zone", "zone"),
                    ("state", "state"), ("mark", "mark"), ("reply", "reply")),
            without: ["dst", "proto", "sport", "dport", "zone", "state", "mark", "reply"])
    }

    private static func nexthop(_ words: Words) -> String {
        words.line(
            ["nexthop", "id", words.name] + (words["type"] == "blackhole" ? ["blackhole"] : [])
                + words.pairs(
                    ("via", "via"), ("dev", "dev"), ("group", "group"), ("scope", "scope"), ("proto", "proto")),
            without: ["via", "dev", "group", "scope", "proto"] + (words["type"] == "blackhole" ? ["type"] : []))
    }

    /// As bridge(8) lists them: `fdb 02:00:00:00:00:11 dev u0 master br0 static`, `mdb dev br0 port u0 grp 239.1.1.1 permanent`.
    private static func forwarding(_ words: Words, _ noun: String) -> String {
        let state = [words["state"]].compactMap(\.self)
        guard noun == "fdb" else {
            return words.line(
                ["mdb"] + words.pairs(("dev", "dev"), ("port", "port")) + ["grp", words.name]
                    + words.pairs(("src", "src"), ("vid", "vlan")) + state,
                without: ["dev", "port", "src", "vlan", "state"])
        }
        return words.line(
            ["fdb", words.name] + words.pairs(("dev", "dev"), ("dst", "dst"), ("vlan", "vlan"), ("master", "master"))
                + (words["self"] == "true" ? ["self"] : []) + state,
            without: ["dev", "dst", "vlan", "master", "self", "state"])
    }

    private static func nft(_ words: Words) -> String {
        let own = ["family", "table", "chain", "digest", "text", "set"]
        let comment =
            words.place
            + words.comment(
                without: own + ["type", "hook", "priority", "policy", "dev", "data", "key", "flags"])
        if let text = words["text"], words.argument.hasPrefix("rule ") {
            let place = words.argument.split(separator: " ").prefix(4).joined(separator: " ")
            return "\(place) \(RuleText.line(text, family: words["family"] ?? ""))" + comment
        }
        if words.argument.hasPrefix("chain "), let hook = words["hook"] {
            let kind = words["type"].map { "type \($0) " } ?? ""
            let device = words["dev"].map { " device \($0)" } ?? ""
            let policy = words["policy"].map { " policy \($0);" } ?? ""
            return "\(words.argument) { \(kind)hook \(hook)\(device) priority \(words["priority"] ?? "0");\(policy) }"
                + comment
        }
        if words.argument.hasPrefix("element "), let last = words.argument.split(separator: " ").last {
            let place = words.argument.dropLast(last.count)
            let data = words["data"].map { " : \($0)" } ?? ""
            return "\(place){ \(last)\(data) }" + comment
        }
        let further = ["key", "flags"].compactMap { name in
            words[name].map { name == "key" ? "type \($0);" : "flags \($0);" }
        }
        return words.argument + (further.isEmpty ? "" : " { \(further.joined(separator: " ")) }") + comment
    }

    private static func file(_ words: Words) -> String {
        let slash = words["type"] == "directory" && !words.argument.hasSuffix("/") ? "/" : ""
        let target = words["target"].map { " -> \($0)" } ?? ""
        let kind = words["type"].flatMap { ["file", "directory"].contains($0) ? nil : " type \($0)" } ?? ""
        let size = words["size"].map { " size \($0)" } ?? ""
        let mode = words["mode"].map { " mode \($0)" } ?? ""
        let digest = words["digest"].map { "  # digest \($0.prefix(8))" } ?? ""
        let others = words.comment(without: ["type", "target", "size", "mode", "digest"])
        return "file \(words.argument)\(slash)\(target)\(kind)\(size)\(mode)" + words.place + digest + others
    }
}

/// The parts of a fact, to be put in the order of a program's syntax.
private struct Words {
    let argument: String
    private let attributes: [String: String]

    /// Where it stands: ` in pod`; nothing where that is not said.
    let place: String

    init(_ fact: Fact, place: String) {
        self.place = place.isEmpty ? "" : " in \(place)"
        argument = fact.identity.name
        attributes = fact.attributes
    }

    subscript(name: String) -> String? { attributes[name] }

    /// The first word of the argument.
    var name: String { argument.split(separator: " ").first.map(String.init) ?? argument }

    /// Words of the syntax, each with the attribute behind it, where that is there.
    func pairs(_ all: (word: String, attribute: String)...) -> [String] {
        all.flatMap { word, attribute in attributes[attribute].map { [word, $0] } ?? [] }
    }

    /// The words on one line, and what the syntax has no word for as a comment.
    func line(_ words: [String], without said: [String]) -> String {
        words.joined(separator: " ") + place + comment(without: said)
    }

    /// The attributes that were not said, as a comment.
    func comment(without said: [String]) -> String {
        // What tells an object from its like: `#2`.
        let mark = argument.split(separator: " ").dropFirst().last { $0.hasPrefix("#") }.map {
            [String($0.dropFirst())]
        }
        let isRule = argument.hasPrefix("rule ") && attributes["text"] != nil
        let rest = attributes.filter { !said.contains($0.key) }.sorted { $0.key < $1.key }.map {
            "\($0.key) \($0.value)"
        }
        let all = rest + (isRule ? [] : (mark ?? []).map { "number \($0)" })
        return all.isEmpty ? "" : "  # " + all.joined(separator: ", ")
    }
}
