import Model

/// A rule of the routing policy leads into a table without routes.
struct RuleEmpty: Invariant {
    static let name = OracleName(rawValue: "rule-empty")
    static let cwe = "CWE-459"
    static let meaning =
        "a rule of the routing policy leads into a table that has no route, so that its packets go where the next rule says"
    static let blindSpots = "a table that has routes, but not that which the rule was for"
    static let pairs = ["rule-without-routes", "table-emptied-rule-kept", "rule-before-its-routes"]

    static func broken(in state: Snapshot, _ evidence: Evidence) -> [(object: Fact, blame: (Fact.Identity) -> Bool)] {
        func place(_ fact: Fact) -> String {
            let isVersion6 = fact.identity.name.contains(":") || fact.identity.name.hasSuffix(" inet6")
            return "\(fact.identity.namespace) \(fact.attributes["table"] ?? "main") \(isVersion6)"
        }
        let filled = Set(state.facts.filter { $0.identity.noun == "route" }.map(place))
        return state.facts.compactMap { rule in
            guard rule.identity.noun == "rule", rule.attributes["action"] == "lookup",
                let table = rule.attributes["table"], !["local", "main", "default"].contains(table),
                !filled.contains(place(rule))
            else { return nil }
            return (
                rule,
                { identity in
                    identity == rule.identity
                        || identity.noun == "route" && identity.namespace == rule.identity.namespace
                            && "\(identity.name) ".contains(" table \(table) ")
                }
            )
        }
    }

    static func sentence(_ object: Fact) -> String {
        "\(Lines.name(object)) leads into table \(object.attributes["table"] ?? ""), which has no route"
    }
}
