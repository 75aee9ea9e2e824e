import Model

extension FaultKind {
    /// `route.replace`: a route leads elsewhere than the agent's, which had the same destination, table and metric.
    static let routeReplace = route(
        "replace", cause: "a routing daemon that found a better way, or another agent that uses `ip route replace`",
        WorldChange.replaceRoute)
}
