/// The qualifiers of the objects of a state: those that a snapshot gives them, so that a pattern can match.
enum ObjectWords {
    static let qualifiers: [String: [String]] = [
        "netns": ["state", "holder"],
        "link": ["type", "mtu", "mac", "up", "master", "peer", "alias", "group"],
        "address": ["dev", "scope", "flags", "peer", "broadcast", "label"],
        "route": ["via", "dev", "table", "metric", "proto", "scope", "src", "from", "type", "flags"],
        "rule": ["from", "to", "iif", "oif", "fwmark", "table", "priority", "action", "goto", "proto"],
        "neighbour": ["dev", "lladdr", "proxy", "state"],
        "nft": ["family", "table", "chain", "type", "hook", "priority", "policy", "dev", "text"],
        "file": ["type", "size", "mode", "target"],
        "mount": ["type", "netns"],
        "process": ["count", "zombies"],
    ]

    /// Whether a snapshot shows objects of that noun.
    static func isBuilt(_ noun: String) -> Bool { qualifiers[noun] != nil }
}
