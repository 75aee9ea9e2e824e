import Model

extension FaultKind {
    /// `route.delete`: a route goes behind the agent's back.
    static let routeDelete = FaultKind.change(
        "route.delete", .prefixPattern(or: ["default"]),
        [
            .optional("via", .prefixPattern(or: []), usual: "any"), .optional("dev", .device, usual: "any"),
            .optional("table", .text, usual: "any"), .optional("metric", .text, usual: "any"),
            .optional("src", .prefixPattern(or: []), usual: "any"), .optional("proto", .text, usual: "any"),
        ],
        cause: "a routing daemon, an operator, or another agent takes the route away", isReversible: true
    ) { .deleteRoute(object: $0.object) }
}
