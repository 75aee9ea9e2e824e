import Faults
import Model
import NetlinkCodec

extension WorldEditor {
    /// Adds a route; taking it back deletes it.
    func add(_ route: Model.RouteSpecification) throws -> WorldEdit {
        let namespace = try run.worldNamespace(route.namespace)
        let socket = try namespace.open()
        let destination = route.to == "default" ? nil : try read(route.to, IPPrefix(route.to))
        let gateway = try route.via.map { try read($0, IPPrefix($0)).address }
        let device = try route.dev.map { try socket.link($0) }
        let table = try read(route.table, WorldTable.number(route.table))
        let new = NetlinkCodec.RouteSpecification(
            family: destination?.address.family ?? gateway?.family ?? .ipv4, destination: destination, gateway: gateway,
            device: device?.index, table: table, metric: route.metric.map { UInt32($0) })
        var text = route.to
        if let gateway { text += " via \(gateway)" }
        if let device { text += " dev \(device.name)" }
        if route.table != "main" { text += " table \(route.table)" }
        if let metric = route.metric { text += " metric \(metric)" }
        try socket.send(.addRoute(new), "route.add \(text)")
        return WorldEdit(detail: "route \(text) in \(namespace.name) was added") {
            try namespace.takeBack { try $0.send(.deleteRoute(new), "route.delete \(text)") }
        }
    }

    /// Deletes a route; taking that back adds it with all the attributes that it had.
    func deleteRoute(_ object: Phrase) throws -> WorldEdit {
        let (namespace, socket) = try open(object)
        var object = object
        object.qualifiers["table"] = object.qualifiers["table"].map(WorldTable.word)
        let links = try socket.links()
        // Without IPv6 the kernel answers a request for it with what it has of other families.
        let all: [DumpedObject<RouteRecord>] = try [Family.ipv4, .ipv6].flatMap { family in
            try socket.dump(.dumpRoutes(family)).filter { (each: DumpedObject<RouteRecord>) in
                each.record.family == family
            }
        }
        let isLocalMeant = object.qualifiers["table"] == "local"
        let candidates = all.filter { isLocalMeant || isPlain($0.record) }.map { ($0, fact($0.record, links)) }
        let route = try socket.one(object, among: candidates)
        let text = fact(route.record, links).identity.which
        try socket.send(route.deletion, "route.delete \(text)")
        return WorldEdit(detail: "route \(text) in \(namespace.name) was deleted") {
            try namespace.takeBack { try $0.send(route.addition, "route.add \(text)") }
        }
    }

    /// Adds a policy rule; taking it back deletes that one and no other like it.
    func add(_ rule: Model.RuleSpecification) throws -> WorldEdit {
        let namespace = try run.worldNamespace(rule.namespace)
        let socket = try namespace.open()
        let from = rule.from == "all" ? nil : try read(rule.from, IPPrefix(rule.from))
        let to = try rule.to.map { try read($0, IPPrefix($0)) }
        let mark = rule.fwmark.map { $0.split(separator: "/", maxSplits: 1).map(String.init) } ?? []
        let new = NetlinkCodec.RuleSpecification(
            family: from?.address.family ?? to?.address.family ?? .ipv4, from: from, to: to, iif: rule.iif,
            fwmark: try mark.first.map { try read($0, WorldTable.integer($0)) },
            fwmask: try mark.dropFirst().first.map { try read($0, WorldTable.integer($0)) },
            table: try read(rule.table, WorldTable.number(rule.table)), priority: rule.priority.map { UInt32($0) })
        let before = try rules(socket)
        try socket.send(.addRule(new), "rule.add from \(rule.from) table \(rule.table)")
        // The kernel chooses the priority where none is said, so the rule is found by its being new.
        let made = try rules(socket).first { each in !before.contains { $0.record == each.record } }
        let text = made.map { fact($0.record).identity.which } ?? rule.from
        return WorldEdit(detail: "rule \(text) in \(namespace.name) was added") {
            try namespace.takeBack { try $0.send(made?.deletion ?? .deleteRule(new), "rule.delete \(text)") }
        }
    }

    /// Deletes a policy rule; taking that back adds it with all the attributes that it had.
    func deleteRule(_ object: Phrase) throws -> WorldEdit {
        let (namespace, socket) = try open(object)
        var object = object
        object.qualifiers["table"] = object.qualifiers["table"].map(WorldTable.word)
        object.qualifiers["fwmark"] = object.qualifiers["fwmark"].map(WorldTable.mark)
        let rule = try socket.one(object, among: try rules(socket).map { ($0, fact($0.record)) })
        let text = fact(rule.record).identity.which
        try socket.send(rule.deletion, "rule.delete \(text)")
        return WorldEdit(detail: "rule \(text) in \(namespace.name) was deleted") {
            try namespace.takeBack { try $0.send(rule.addition, "rule.add \(text)") }
        }
    }

    private func rules(_ socket: WorldSocket) throws -> [DumpedObject<RuleRecord>] {
        try [Family.ipv4, .ipv6].flatMap { family in
            try socket.dump(.dumpRules(family)).filter { (each: DumpedObject<RuleRecord>) in
                each.record.family == family
            }
        }
    }

    /// Whether a state shows the route: the others follow from addresses and devices.
    private func isPlain(_ route: RouteRecord) -> Bool {
        if WorldTable.word(String(route.table)) == "local" { return false }
        if ["local", "broadcast", "multicast", "anycast"].contains(route.typeName) { return false }
        guard let prefix = route.destination, route.family == .ipv6 else { return true }
        return prefix.description != "fe80::/64" && prefix.address.bytes.first != 0xff
    }

    private func fact(_ route: RouteRecord, _ links: [LinkRecord]) -> Fact {
        let table = WorldTable.word(String(route.table))
        var which = route.destinationText
        if route.destination == nil, route.family == .ipv6 { which += " inet6" }
        if table != "main" { which += " table \(table)" }
        if let metric = route.metric { which += " metric \(metric)" }
        if route.tos != 0 { which += " tos \(route.tos)" }
        func joined(_ parts: [String]) -> String? { parts.isEmpty ? nil : parts.joined(separator: ",") }
        var attributes = ["table": table, "type": route.typeName]
        attributes["via"] = route.gateway?.description ?? joined(route.nextHops.map { $0.gateway?.description ?? "-" })
        attributes["dev"] = route.device.map(links.name) ?? joined(route.nextHops.map { links.name($0.device) })
        attributes["metric"] = route.metric.map { String($0) }
        attributes["src"] = route.preferredSource?.description
        return Fact("route", which, attributes)
    }

    private func fact(_ rule: RuleRecord) -> Fact {
        let from = rule.from?.description ?? "all"
        var mark = rule.fwmark.map { "0x" + String($0, radix: 16) }
        if let mask = rule.fwmask, mask != .max { mark = mark.map { $0 + "/0x" + String(mask, radix: 16) } }
        var attributes = ["from": from, "priority": String(rule.priority), "action": rule.actionName]
        attributes["table"] = rule.table == 0 ? nil : WorldTable.word(String(rule.table))
        let selectors: [(String, String?)] = [
            ("to", rule.to?.description), ("iif", rule.iif), ("oif", rule.oif), ("fwmark", mark),
        ]
        var which = "\(from) priority \(rule.priority)"
        if rule.family != .ipv4 { which += " \(rule.family)" }
        if rule.isInverted { which += " not" }
        for case (let name, let value?) in selectors {
            which += " \(name) \(value)"
            attributes[name] = value
        }
        return Fact("rule", which, attributes)
    }
}

/// Tables and marks as people write them.
enum WorldTable {
    /// The names are those of iproute2's rt_tables.
    private static let numbers: [String: UInt32] = ["default": 253, "main": 254, "local": 255]

    /// The number of a table.
    static func number(_ text: String) -> UInt32? { numbers[text] ?? integer(text) }

    /// The name of a table, or its number where it has none; a pattern stays what it is.
    static func word(_ text: String) -> String {
        guard let number = integer(text) else { return text }
        return numbers.first { $0.value == number }?.key ?? String(number)
    }

    /// A mark as states write it, in hexadecimal; a pattern stays what it is.
    static func mark(_ text: String) -> String {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { integer(String($0)) }
        guard numbers.count == parts.count else { return text }
        return numbers.map { "0x" + String($0, radix: 16) }.joined(separator: "/")
    }

    /// A number, decimal or hexadecimal.
    static func integer(_ text: String) -> UInt32? {
        text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
    }
}
