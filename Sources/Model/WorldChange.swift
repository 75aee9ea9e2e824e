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
    /// Deletes the route that the object means.
    case deleteRoute(object: Phrase)
    /// Adds a policy rule.
    case addRule(RuleSpecification)
    /// Deletes the policy rule that the object means.
    case deleteRule(object: Phrase)
    /// Adds a permanent neighbour, or a proxy.
    case addNeighbour(NeighbourChange)
    /// Deletes the neighbour that the object means.
    case deleteNeighbour(object: Phrase)
    /// Writes a kernel setting.
    case writeSysctl(SysctlSpecification)
    /// Writes a file whole; one that is new gets the mode 0644. The path may be a pattern of one that is there.
    case writeFile(path: String, text: String)
    /// Deletes the one file that the path means.
    case deleteFile(path: String)
    /// Gives the file what it held before the first change of its fault; it is deleted where it was not there.
    case restoreFile(path: String)
    /// Runs a program to its end in a namespace; another exit status than 0 is a failure.
    case execute(argv: [String], namespace: String)
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

    /// Makes settings that change nothing.
    public init(
        up: Bool? = nil, mtu: Int? = nil, mac: String? = nil, master: Master? = nil, name: String? = nil
    ) {
        self.up = up
        self.mtu = mtu
        self.mac = mac
        self.master = master
        self.name = name
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
