import Model
import NetlinkCodec

extension WorldEditor {
    /// Adds a route; taking it back deletes it.
    func add(_ route: RouteSpecification) throws -> WorldEdit {
        let namespace = try host.worldNamespace(route.namespace)
        let socket = try namespace.open()
        let device = try route.dev.map { try socket.link($0) }
        let new = try ObjectRequests.route(route, device: device?.index)
        var text = new.destination?.description ?? "default"
        if let gateway = new.gateway { text += " via \(gateway)" }
        if let device { text += " dev \(device.name)" }
        if route.table != "main" { text += " table \(route.table)" }
        if let metric = route.metric { text += " metric \(metric)" }
        if let source = new.source { text += " src \(source)" }
        if let proto = route.proto { text += " proto \(RoutingProtocol.canonical(proto))" }
        try socket.send(.addRoute(new), "route.add \(text)")
        return WorldEdit(detail: "route \(text) in \(namespace.name) was added") {
            try namespace.takeBack { try $0.send(.deleteRoute(new), "route.delete \(text)") }
        }
    }

    /// Deletes a route; taking that back adds it with all the attributes that it had.
    ///
    /// Those of the table `local`, which no state shows, are meant by that table alone.
    func deleteRoute(_ object: Phrase) throws -> WorldEdit {
        let (namespace, socket) = try open(object)
        // Without IPv6 the kernel answers a request for it with what it has of other families.
        let all: [DumpedObject<RouteRecord>] = try [Family.ipv4, .ipv6].flatMap { family in
            try socket.dump(.dumpRoutes(family)).filter { (each: DumpedObject<RouteRecord>) in
                each.record.family == family
            }
        }
        let isLocalMeant = object.qualifiers["table"].map(RoutingTable.canonical) == "local"
        return try delete(object, all, in: namespace, socket) { route, _ in isLocalMeant && route.tableName == "local" }
    }

    /// Adds a policy rule; taking it back deletes that one and no other like it.
    func add(_ rule: RuleSpecification) throws -> WorldEdit {
        let namespace = try host.worldNamespace(rule.namespace)
        let socket = try namespace.open()
        let new = try ObjectRequests.rule(rule)
        let before = try rules(socket)
        try socket.send(.addRule(new), "rule.add from \(rule.from) table \(rule.table)")
        // The kernel chooses the priority where none is said, so the rule is found by its being new.
        let made = try rules(socket).first { each in !before.contains { $0.record == each.record } }
        let builder = try builder(socket)
        let text = made.flatMap { $0.record.fact(by: builder)?.identity.name } ?? rule.from
        return WorldEdit(detail: "rule \(text) in \(namespace.name) was added") {
            try namespace.takeBack { try $0.send(made?.deletion ?? .deleteRule(new), "rule.delete \(text)") }
        }
    }

    /// Deletes a policy rule; taking that back adds it with all the attributes that it had.
    func deleteRule(_ object: Phrase) throws -> WorldEdit {
        let (namespace, socket) = try open(object)
        return try delete(object, try rules(socket), in: namespace, socket)
    }

    private func rules(_ socket: WorldSocket) throws -> [DumpedObject<RuleRecord>] {
        try [Family.ipv4, .ipv6].flatMap { family in
            try socket.dump(.dumpRules(family)).filter { (each: DumpedObject<RuleRecord>) in
                each.record.family == family
            }
        }
    }
}
