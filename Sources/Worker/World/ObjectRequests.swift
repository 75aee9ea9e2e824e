import Model
import NetlinkCodec

/// What links, addresses, routes, rules and neighbours of a plan ask of the kernel.
///
/// The only way from their texts to requests: `host:` of a scenario and actions take it alike, so what the one accepts
/// the other does. Devices come as indices, since each caller knows its own.
///
/// - Throws: ``UnreadableValue`` for a text that the validator refuses too.
enum ObjectRequests {
    /// One end of a device to be made.
    ///
    /// - Parameter index: The index that it shall have; nil leaves it to the kernel.
    static func end(_ end: LinkSpecification.End, index: UInt32? = nil) throws(UnreadableValue) -> NewLink.End {
        NewLink.End(
            name: end.name, mtu: end.mtu.map { UInt32(clamping: $0) }, mac: try end.mac.map(readMAC), index: index)
    }

    /// Makes a device as a plan describes it.
    ///
    /// - Parameter lower: The index of the device on which it stands.
    static func create(
        _ link: LinkSpecification, _ end: NewLink.End, peer: NewLink.End?, lower: UInt32?
    ) throws(UnreadableValue) -> NetlinkRequest {
        if let peer { return .createLink(NewLink(end, kind: .veth(peer: peer))) }
        var words = [link.id.map { "id \($0)" }, link.settings].compactMap(\.self)
        if let table = link.table { words.append("table \(try readTable(table))") }
        let settings: [RawAttribute]
        do throws(LinkSettingProblem) {
            settings = try KindSettings.asked(words.joined(separator: " "), of: link.type, lower: lower)
        } catch {
            throw UnreadableValue(text: error.word)
        }
        // Of these kinds it is one of the settings.
        let isSetting = LinkKinds.lowerDevices[link.type] != nil
        return .createLink(NewLink(end, kind: .other(link.type, link: isSetting ? nil : lower, settings: settings)))
    }

    /// What makes a new device what it shall be: up, a port of its master, with its addresses; each with its name.
    ///
    /// - Parameter isOnOther: Whether it stands on another device, with which the kernel may have set it up.
    static func configure(
        _ end: LinkSpecification.End, index: UInt32, master: UInt32?, isOnOther: Bool = false
    ) throws(UnreadableValue) -> [(request: NetlinkRequest, name: String)] {
        var requests: [(NetlinkRequest, String)] = []
        let isUp = end.up ? true : isOnOther ? false : nil
        // The ports of bonds and teams are down when they join, and some kernels look at the flags of a request first.
        for changes in [master.map { LinkChanges(master: $0) }, isUp.map { LinkChanges(isUp: $0) }].compactMap(\.self) {
            requests.append((.setLink(.index(index), changes), "link.set \(end.name)"))
        }
        for text in end.addresses {
            let address = try readPrefix(text)
            requests.append((.addAddress(address, to: index), "address.add \(address) dev \(end.name)"))
        }
        return requests
    }

    /// A route over the device with that index.
    static func route(
        _ route: RouteSpecification, device: UInt32?
    ) throws(UnreadableValue) -> RouteMessage {
        let to = route.to == "default" ? nil : try readPrefix(route.to)
        let gateway = try route.via.map(readAddress)
        let source = try route.src.map(readAddress)
        return RouteMessage(
            family: to?.address.family ?? gateway?.family ?? source?.family ?? .ipv4,
            destination: to.flatMap(\.unlessEverything),
            gateway: gateway, device: device, table: try readTable(route.table),
            metric: route.metric.map { UInt32(clamping: $0) }, source: source,
            protocol: try route.proto.map(readProtocol))
    }

    /// A policy rule.
    static func rule(_ rule: RuleSpecification) throws(UnreadableValue) -> RuleMessage {
        let from = rule.from == "all" ? nil : try readPrefix(rule.from)
        let to = try rule.to.map(readPrefix)
        let mark = try rule.fwmark.map(readMark)
        return RuleMessage(
            family: from?.address.family ?? to?.address.family ?? .ipv4, from: from.flatMap(\.unlessEverything),
            to: to.flatMap(\.unlessEverything), iif: rule.iif, fwmark: mark?.value, fwmask: mark?.mask,
            table: try readTable(rule.table), priority: rule.priority.map { UInt32(clamping: $0) })
    }

    /// A permanent neighbour, or a proxy, of the device with that index.
    static func neighbour(
        _ neighbour: NeighbourChange
    ) throws(UnreadableValue) -> (address: IPAddress, lladdr: MACAddress?) {
        (try readAddress(neighbour.address), try neighbour.lladdr.map(readMAC))
    }

    /// The hardware addresses that the ends of a device are given, as the kernel's are written.
    static func hardwareAddresses(of link: LinkSpecification) -> [String] {
        [link.end.mac, link.peer?.mac].compactMap { $0.flatMap { MACAddress($0)?.description } }
    }

    // MARK: - Texts

    /// An address with its prefix length.
    static func readPrefix(_ text: String) throws(UnreadableValue) -> IPPrefix { try read(text, IPPrefix(text)) }

    /// Six bytes in hexadecimal.
    static func readMAC(_ text: String) throws(UnreadableValue) -> MACAddress { try read(text, MACAddress(text)) }

    private static func readAddress(_ text: String) throws(UnreadableValue) -> IPAddress {
        let prefix = try readPrefix(text)
        return try read(text, prefix.length == prefix.address.bitWidth ? prefix.address : nil)
    }

    private static func readTable(_ text: String) throws(UnreadableValue) -> UInt32 {
        try read(text, RoutingTable.number(text))
    }

    private static func readProtocol(_ text: String) throws(UnreadableValue) -> UInt8 {
        try read(text, RoutingProtocol.number(text))
    }

    private static func readMark(_ text: String) throws(UnreadableValue) -> FirewallMark {
        try read(text, FirewallMark(text))
    }

    private static func read<Value>(_ text: String, _ value: Value?) throws(UnreadableValue) -> Value {
        guard let value else { throw UnreadableValue(text: text) }
        return value
    }
}

/// A text of a plan that stands for no value of its kind.
struct UnreadableValue: Error, Hashable, CustomStringConvertible {
    let text: String

    var description: String { "`\(text)` cannot be read" }
}

extension IPPrefix {
    /// The prefix; nil for that of all addresses, which the kernel knows as none.
    fileprivate var unlessEverything: IPPrefix? { length == 0 ? nil : self }
}
