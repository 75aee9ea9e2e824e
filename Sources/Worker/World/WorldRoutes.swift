import Model
import NetlinkCodec

extension WorldEditor {
    /// Adds a route; taking it back deletes it.
    func add(_ route: RouteSpecification) throws -> WorldEdit {
        let namespace = try host.worldNamespace(route.namespace)
        let socket = try namespace.open()
        let (new, text) = try request(route, socket)
        try socket.send(.addRoute(new), "route.add \(text)")
        return WorldEdit(detail: "route \(text) in \(namespace.name) was added") {
            try namespace.takeBack { try $0.send(.deleteRoute(new), "route.delete \(text)") }
        }
    }

    /// Adds a route, or takes the place of the one with its destination, table and metric; taking it back puts that one
    /// there with all the attributes that it had, or deletes the new one.
    func replace(_ route: RouteSpecification) throws -> WorldEdit {
        let namespace = try host.worldNamespace(route.namespace)
        let socket = try namespace.open()
        let (new, text) = try request(route, socket)
        let former = try routes(socket).first { $0.record.givesWay(to: new) }
        try socket.send(.addRoute(new, replacing: true), "route.replace \(text)")
        guard let former else {
            return WorldEdit(detail: "route \(text) in \(namespace.name) was added: there was none to replace") {
                try namespace.takeBack { try $0.send(.deleteRoute(new), "route.delete \(text)") }
            }
        }
        return WorldEdit(detail: "route \(text) in \(namespace.name) took the place of another") {
            try namespace.takeBack { try $0.send(former.replacement, "route.replace \(text) by what it was") }
        }
    }

    private func request(
        _ route: RouteSpecification, _ socket: WorldSocket
    ) throws -> (message: RouteMessage, text: String) {
        let device = try route.dev.map { try socket.link($0) }
        let new = try ObjectRequests.route(route, device: device?.index)
        var text = new.destination?.description ?? "default"
        if let gateway = new.gateway { text += " via \(gateway)" }
        if let device { text += " dev \(device.name)" }
        if route.table != "main" { text += " table \(route.table)" }
        if let metric = route.metric { text += " metric \(metric)" }
        if let source = new.source { text += " src \(source)" }
        if let proto = route.proto { text += " proto \(RoutingProtocol.canonical(proto))" }
        return (new, text)
    }

    /// Deletes a route; taking that back adds it with all the attributes that it had.
    ///
    /// Those of the table `local`, which no state shows, are meant by that table alone.
    func deleteRoute(_ object: Phrase) throws -> WorldEdit {
        let (namespace, socket) = try open(object)
        let isLocalMeant = object.qualifiers["table"].map(RoutingTable.canonical) == "local"
        return try delete(object, try routes(socket), in: namespace, socket) { route, _ in
            isLocalMeant && route.tableName == "local"
        }
    }

    private func routes(_ socket: WorldSocket) throws -> [DumpedObject<RouteRecord>] {
        // Without IPv6 the kernel answers a request for it with what it has of other families.
        try [Family.ipv4, .ipv6].flatMap { family in
            try socket.dump(.dumpRoutes(family)).filter { (each: DumpedObject<RouteRecord>) in
                each.record.family == family
            }
        }
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

extension RouteRecord {
    /// Whether a route takes the place of this one (`fib_table_insert`, `fib6_add_rt2node`).
    fileprivate func givesWay(to new: RouteMessage) -> Bool {
        // IP6_RT_PRIO_USER of linux/ipv6_route.h, which the kernel gives a route of IPv6 that says none.
        let usual: UInt32 = family == .ipv6 ? 1024 : 0
        return family == new.family && destination == new.destination && table == new.table && tos == 0
            && (metric ?? usual) == (new.metric ?? usual)
    }
}
