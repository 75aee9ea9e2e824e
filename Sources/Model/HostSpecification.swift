/// The machine as the agents find it: what the `host` key of a scenario says, bound.
public struct HostSpecification: Hashable, Codable, Sendable {
    /// Whether the settings of devices below /sys/class/net can be written; the rest of /sys never can.
    public var sysfsWritable = true
    /// Whether a new IPv6 address is tentative for a second (RFC 4862, 5.4), as the kernel has it.
    public var duplicateAddressDetection = false
    /// Those of ``heldCapabilities`` that agents have all the same.
    public var capabilities: [String] = []
    /// The capabilities that agents do not have, for with them they change the machine: its clock, log, modules, accounting.
    public static let heldCapabilities = [
        "CAP_AUDIT_CONTROL", "CAP_AUDIT_READ", "CAP_BLOCK_SUSPEND", "CAP_MAC_ADMIN", "CAP_MAC_OVERRIDE", "CAP_SYSLOG",
        "CAP_SYS_BOOT", "CAP_SYS_MODULE", "CAP_SYS_PACCT", "CAP_SYS_RAWIO", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG",
        "CAP_WAKE_ALARM",
    ]
    /// The named namespaces besides `host`.
    public var namespaces: [String] = []
    /// The devices, in the order in which they are made.
    public var links: [LinkSpecification] = []
    /// The routes, added after all links.
    public var routes: [RouteSpecification] = []
    /// The policy rules, added after the routes.
    public var rules: [RuleSpecification] = []
    /// The kernel settings, written before the links are made.
    public var sysctls: [SysctlSpecification] = []
    /// The files, by path.
    public var files: [String: FileContent] = [:]

    /// Makes a host with nothing but `lo`.
    public init() {}
}

/// One device of the host.
public struct LinkSpecification: Hashable, Codable, Sendable {
    /// One end of the device: the device itself or its peer.
    public struct End: Hashable, Codable, Sendable {
        /// The interface name, at most 15 characters.
        public var name: String
        /// The namespace in which it stands.
        public var namespace: String
        /// Whether it is set up.
        public var up: Bool
        /// Addresses with their prefix lengths.
        public var addresses: [String]
        /// The MTU in bytes, the kernel's own where absent.
        public var mtu: Int?
        /// The hardware address, the kernel's choice where absent.
        public var mac: String?
        /// The bridge whose port it is.
        public var master: String?

        /// Makes one end.
        public init(
            name: String, namespace: String = "host", up: Bool = true, addresses: [String] = [], mtu: Int? = nil,
            mac: String? = nil, master: String? = nil
        ) {
            self.name = name
            self.namespace = namespace
            self.up = up
            self.addresses = addresses
            self.mtu = mtu
            self.mac = mac
            self.master = master
        }
    }

    /// The types that a scenario can have made, by the kernel's names.
    public static let types = [
        "veth", "bridge", "dummy", "ifb", "vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "vrf", "vxlan", "geneve",
        "gre",
        "gretap", "ip6gre", "ip6gretap", "ipip", "sit", "ip6tnl", "vti", "vti6", "xfrm", "bond", "team", "wireguard",
    ]
    /// Those that stand on another device, `link`.
    public static let typesOnOthers = ["vlan", "macvlan", "macvtap", "ipvlan", "ipvtap"]
    /// Those that have ports.
    public static let typesOfMasters = ["bridge", "vrf", "bond", "team"]
    /// Those of which another one can be made without what they hold, and would not be the same: the keys of WireGuard, the ports of
    /// a team.
    public static let typesMadeOnce = ["wireguard", "team", "tun"]

    /// The kernel's name of the kind: `veth`, `bridge`.
    public var type: String
    /// The device.
    public var end: End
    /// The other end of a veth.
    public var peer: End?
    /// The device below, in the same namespace.
    public var link: String?
    /// The number of a vlan, from 0 to 4095.
    public var id: Int?
    /// The routing table of a vrf, by number or name.
    public var table: String?
    /// What else of its kind it shall have, in the words of ip-link(8), as states show them: `id 42 remote 10.0.0.1`; absent where
    /// nothing is said.
    public var settings: String?

    /// Makes a device.
    public init(
        type: String = "veth", end: End, peer: End? = nil, link: String? = nil, id: Int? = nil, table: String? = nil,
        settings: String? = nil
    ) {
        self.settings = settings
        self.type = type
        self.end = end
        self.peer = peer
        self.link = link
        self.id = id
        self.table = table
    }

    /// What is missing of the keys that its type needs, or said of those that it has not; nil where nothing is.
    public var problem: (key: String, message: String)? {
        let article = "a \(type)"
        let isOnOther = LinkSpecification.typesOnOthers.contains(type)
        let mayBeOnOther = isOnOther || LinkKinds.lowerDevices[type] != nil
        let given: [(key: String, isThere: Bool, isNeeded: Bool, isKnown: Bool)] = [
            ("peer", peer != nil, type == "veth", type == "veth"), ("link", link != nil, isOnOther, mayBeOnOther),
            ("id", id != nil, type == "vlan", type == "vlan"), ("table", table != nil, type == "vrf", type == "vrf"),
        ]
        for (key, isThere, isNeeded, isKnown) in given {
            if isThere, !isKnown { return (key, "\(article) has no \(key)") }
            if isNeeded, !isThere { return ("", "\(article) needs \(key == "peer" ? "a peer" : "`\(key)`")") }
        }
        // What has a key of its own is said there.
        let keys = (id.map { "id \($0) " } ?? "") + (table == nil ? "" : "table 1 ")
        do throws(LinkSettingProblem) { _ = try LinkKinds.settings(keys + (settings ?? ""), of: type) } catch {
            return ("settings", error.message)
        }
        return nil
    }
}

/// One route of the host.
public struct RouteSpecification: Hashable, Codable, Sendable {
    /// The destination prefix, or `default`.
    public var to: String
    /// The gateway.
    public var via: String?
    /// The device.
    public var dev: String?
    /// The table's number or name (`main`, `local`, `default`).
    public var table: String
    /// The metric.
    public var metric: Int?
    /// The address from which packets go that have none yet.
    public var src: String?
    /// Who says to have added it, by name or number; `boot` where absent, as with ip-route(8).
    public var proto: String?
    /// The namespace.
    public var namespace: String

    /// Makes a route.
    public init(
        to: String, via: String? = nil, dev: String? = nil, table: String = "main", metric: Int? = nil,
        src: String? = nil, proto: String? = nil, namespace: String = "host"
    ) {
        self.to = to
        self.via = via
        self.dev = dev
        self.table = table
        self.metric = metric
        self.src = src
        self.proto = proto
        self.namespace = namespace
    }
}

/// One policy rule of the host.
public struct RuleSpecification: Hashable, Codable, Sendable {
    /// The source prefix, or `all`.
    public var from: String
    /// The destination prefix.
    public var to: String?
    /// The incoming device.
    public var iif: String?
    /// The firewall mark.
    public var fwmark: String?
    /// The table's number or name.
    public var table: String
    /// The priority; the kernel's choice where absent.
    public var priority: Int?
    /// The namespace.
    public var namespace: String

    /// Makes a rule.
    public init(
        from: String = "all", to: String? = nil, iif: String? = nil, fwmark: String? = nil, table: String,
        priority: Int? = nil, namespace: String = "host"
    ) {
        self.from = from
        self.to = to
        self.iif = iif
        self.fwmark = fwmark
        self.table = table
        self.priority = priority
        self.namespace = namespace
    }
}

/// One kernel setting of the host.
public struct SysctlSpecification: Hashable, Codable, Sendable {
    /// The name in dots: `net.ipv4.ip_forward`.
    public var sysctl: String
    /// The text written to it.
    public var value: String
    /// The namespace.
    public var namespace: String

    /// Makes a setting.
    public init(sysctl: String, value: String, namespace: String = "host") {
        self.sysctl = sysctl
        self.value = value
        self.namespace = namespace
    }
}

/// What a file or a standard input holds.
public struct FileContent: Hashable, Codable, Sendable {
    /// The bytes.
    public var bytes: [UInt8]
    /// The permission bits.
    public var mode: UInt32
    /// Whether it is a folder, which holds no bytes; absent is false.
    public var folder: Bool?
    /// The number of its owner; root where absent.
    public var owner: UInt32?
    /// The number of its group; root's where absent.
    public var group: UInt32?

    /// Makes a content.
    public init(
        bytes: [UInt8], mode: UInt32 = 0o644, folder: Bool? = nil, owner: UInt32? = nil, group: UInt32? = nil
    ) {
        self.bytes = bytes
        self.mode = mode
        self.folder = folder
        self.owner = owner
        self.group = group
    }
}
