/// A change that the world makes, typed: everything that its deliverer needs.
///
/// Namespaces and names of devices may be patterns. Where one is, or where an `object` is meant, exactly one must match
/// at that moment; an object matches as in a state (`Phrase.matches(_:)` on a `Fact`).
public enum WorldChange: Hashable, Codable, Sendable {
    /// Makes a device, and its peer where it is a veth.
    case createLink(LinkSpecification)
    /// Deletes the device that the object means, and with it its peer.
    case deleteLink(object: Phrase)
    /// Changes the device that the object means.
    case setLink(object: Phrase, LinkSettings)
    /// Deletes the device and makes one of the same name, type and peer, so that it has another index.
    case replaceLink(object: Phrase)
    /// Gives a device an address.
    case addAddress(AddressChange)
    /// Takes the address that the object means from its device.
    case deleteAddress(object: Phrase)
    /// Adds a route.
    case addRoute(RouteSpecification)
    /// Adds a route, or takes the place of the one with its destination, table and metric.
    case replaceRoute(RouteSpecification)
    /// Deletes the route that the object means.
    case deleteRoute(object: Phrase)
    /// Adds a policy rule.
    case addRule(RuleSpecification)
    /// Deletes the policy rule that the object means.
    case deleteRule(object: Phrase)
    /// Adds a permanent neighbour, or a proxy.
    case addNeighbour(NeighbourChange)
    /// Adds a permanent neighbour or a proxy, or takes the place of the one with its address.
    case replaceNeighbour(NeighbourChange)
    /// Deletes the neighbour that the object means.
    case deleteNeighbour(object: Phrase)
    /// Deletes the table, chain, rule, set or element of nftables that the object means.
    case deleteNft(object: Phrase)
    /// Writes a kernel setting.
    case writeSysctl(SysctlSpecification)
    /// Writes a file whole; one that is new gets the mode 0644. The path may be a pattern of one that is there.
    case writeFile(path: String, text: String)
    /// Deletes the one file that the path means.
    case deleteFile(path: String)
    /// Gives the file what it held before the first change of its fault; it is deleted where it was not there.
    case restoreFile(path: String)
    /// Holds the lock of the one file that the path means, which is made where it is not there, to the end of the run.
    case holdLock(path: String)
    /// Keeps the one namespace that the name means open, to the end of the run.
    case holdNamespace(name: String)
    /// Changes addresses and devices of a namespace and takes that back, until somebody there has lost so many notices of it.
    case overflow(notices: Int, namespace: String)
    /// Runs a program to its end in a namespace; another exit status than 0 is a failure.
    case execute(argv: [String], namespace: String)
}

extension WorldChange {
    /// Whether it changes files alone, and nothing of the network.
    public var isOfFiles: Bool {
        switch self {
        case .writeFile, .deleteFile, .restoreFile, .holdLock: true
        default: false
        }
    }

    /// The word and the keys by which a scenario says it; what is usual is left out.
    var phrase: Phrase {
        switch self {
        case .createLink(let link): link.creation
        case .deleteLink(let object): object.action("delete")
        case .setLink(let object, let settings): object.action("set", settings.keys)
        case .replaceLink(let object): object.action("replace")
        case .addAddress(let address):
            Phrase("address.add", address.prefix, ["dev": address.dev], in: unusual(address.namespace))
        case .deleteAddress(let object): object.action("delete")
        case .addRoute(let route): route.action("add")
        case .replaceRoute(let route): route.action("replace")
        case .deleteRoute(let object): object.action("delete")
        case .addRule(let rule):
            Phrase(
                "rule.add", rule.from,
                keys(
                    ("to", rule.to), ("iif", rule.iif), ("fwmark", rule.fwmark), ("table", rule.table),
                    ("priority", rule.priority.map { String($0) })), in: unusual(rule.namespace))
        case .deleteRule(let object): object.action("delete")
        case .addNeighbour(let neighbour): neighbour.action("add")
        case .replaceNeighbour(let neighbour): neighbour.action("replace")
        case .deleteNeighbour(let object): object.action("delete")
        case .deleteNft(let object): object.action("delete")
        case .writeSysctl(let setting):
            Phrase("sysctl.write", setting.sysctl, ["value": setting.value], in: unusual(setting.namespace))
        case .writeFile(let path, let text): Phrase("file.write", path, ["text": text])
        case .deleteFile(let path): Phrase("file.delete", path)
        case .restoreFile(let path): Phrase("file.restore", path)
        case .holdLock(let path): Phrase("lock.hold", path)
        case .holdNamespace(let name): Phrase("netns.hold", name)
        case .overflow(let notices, let namespace): Phrase("overflow", "\(notices)", in: unusual(namespace))
        case .execute(let argv, let namespace): Phrase("exec", ArgumentVector.text(argv), in: unusual(namespace))
        }
    }
}

/// What of a device is changed; nil is left as it is.
public struct LinkSettings: Hashable, Codable, Sendable {
    /// Whose port a device becomes.
    public enum Master: Hashable, Codable, Sendable {
        /// Of the device with this name, or of the one that the pattern means.
        case device(String)
        /// Of none: `ip link set DEV nomaster`.
        case nobody
    }

    /// Up or down.
    public var up: Bool?
    /// The MTU in bytes.
    public var mtu: Int?
    /// The hardware address.
    public var mac: String?
    /// Whose port it becomes.
    public var master: Master?
    /// Its new name.
    public var name: String?
    /// The namespace to which it goes, or a pattern of one.
    public var netns: String?

    /// Makes settings that change nothing.
    public init(
        up: Bool? = nil, mtu: Int? = nil, mac: String? = nil, master: Master? = nil, name: String? = nil,
        netns: String? = nil
    ) {
        self.up = up
        self.mtu = mtu
        self.mac = mac
        self.master = master
        self.name = name
        self.netns = netns
    }
}

/// An address for a device.
public struct AddressChange: Hashable, Codable, Sendable {
    /// The address with its prefix length; a single host where none is written.
    public var prefix: String
    /// The device, or a pattern of one.
    public var dev: String
    /// The namespace, or a pattern of one.
    public var namespace: String

    /// Makes an address.
    public init(prefix: String, dev: String, namespace: String = "host") {
        self.prefix = prefix
        self.dev = dev
        self.namespace = namespace
    }
}

/// A neighbour of a device.
public struct NeighbourChange: Hashable, Codable, Sendable {
    /// Its address.
    public var address: String
    /// The device, or a pattern of one.
    public var dev: String
    /// Its hardware address; nil for a proxy.
    public var lladdr: String?
    /// The namespace, or a pattern of one.
    public var namespace: String

    /// Makes a neighbour, a proxy where it has no hardware address.
    public init(address: String, dev: String, lladdr: String?, namespace: String = "host") {
        self.address = address
        self.dev = dev
        self.lladdr = lladdr
        self.namespace = namespace
    }
}

extension LinkSpecification {
    fileprivate var creation: Phrase {
        Phrase(
            "link.create", end.name,
            keys(
                ("type", type == "veth" ? nil : type), ("peer", peer?.name),
                ("peer-netns", peer.flatMap { $0.namespace == end.namespace ? nil : $0.namespace }),
                ("up", end.up ? "true" : nil), ("mtu", end.mtu.map { String($0) }), ("mac", end.mac),
                ("master", end.master), ("link", link), ("id", id.map { String($0) }), ("table", table),
                ("settings", settings)),
            in: unusual(end.namespace))
    }
}

extension RouteSpecification {
    fileprivate func action(_ verb: String) -> Phrase {
        Phrase(
            "route.\(verb)", to,
            keys(
                ("via", via), ("dev", dev), ("table", table == "main" ? nil : table),
                ("metric", metric.map { String($0) }), ("src", src), ("proto", proto)), in: unusual(namespace))
    }
}

extension NeighbourChange {
    fileprivate func action(_ verb: String) -> Phrase {
        Phrase(
            "neighbour.\(verb)", address,
            keys(("dev", dev), ("lladdr", lladdr), ("proxy", lladdr == nil ? "true" : nil)), in: unusual(namespace))
    }
}

extension LinkSettings {
    fileprivate var keys: [String: String] {
        let master: String? =
            switch master {
            case .device(let name)?: name
            case .nobody?: "none"
            case nil: nil
            }
        return Model.keys(
            ("up", up.map { String($0) }), ("mtu", mtu.map { String($0) }), ("mac", mac), ("master", master),
            ("name", name), ("netns", netns))
    }
}

extension Phrase {
    /// The action of that verb on this object.
    fileprivate func action(_ verb: String, _ further: [String: String] = [:]) -> Phrase {
        Phrase(
            "\(word).\(verb)", argument, qualifiers.merging(further) { first, _ in first },
            in: namespace.flatMap(unusual))
    }
}

/// The namespace where it is not `host`, which nobody need say.
private func unusual(_ namespace: String) -> String? { namespace == "host" ? nil : namespace }
