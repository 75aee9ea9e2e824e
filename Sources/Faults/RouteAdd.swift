import Model

extension FaultKind {
    /// `route.add`: a route is there that the agent did not add.
    static let routeAdd = route(
        "add", cause: "a routing daemon, a DHCP client, or another agent adds the route", WorldChange.addRoute)

    /// An action that makes a route.
    static func route(
        _ verb: String, cause: String, _ make: @escaping @Sendable (RouteSpecification) -> WorldChange
    ) -> FaultKind {
        .change(
            "route.\(verb)", .prefix(or: ["default"]),
            [
                .optional("via", .address, usual: "none"), .optional("dev", .device, usual: "the gateway's"),
                .optional("table", .routingTable, usual: "main"),
                .optional("metric", .number(0...4_294_967_295), usual: "the kernel's"),
                .optional("src", .address, usual: "the kernel's"), .optional("proto", .routingProtocol, usual: "boot"),
            ],
            cause: cause, isReversible: true,
            conflict: { phrase in
                phrase.qualifiers["via"] == nil && phrase.qualifiers["dev"] == nil
                    ? FaultProblem(key: phrase.word, message: "a route needs `via` or `dev`") : nil
            }
        ) { phrase in
            let keys = phrase.qualifiers
            return make(
                RouteSpecification(
                    to: phrase.argument, via: keys["via"], dev: keys["dev"], table: keys["table"] ?? "main",
                    metric: keys["metric"].flatMap { Int($0) }, src: keys["src"], proto: keys["proto"],
                    namespace: phrase.namespaceOrHost))
        }
    }
}
