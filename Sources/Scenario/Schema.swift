/// Every key of the format; a new one is one line.
enum Schema {
    static let file = Table(
        what: "a scenario",
        keys: [
            Key("tocsin", .any, required: true), Key("use", .text), Key("title", .text),
            Key("cwe", .list(.weakness)), Key("see", .list(.text)), Key("tags", .list(.name)),
            Key("runs", .integer(1...100_000)), Key("requires", .table(requires)), Key("variables", .named(.any)),
            Key("matrix", .named(.any)), .later("plant"), Key("host", .table(host)),
            Key("agents", .named(.table(agent))), Key("steps", .list(.table(step))),
            Key("faults", .list(.table(fault))), .later("order"), Key("allow", .list(.phrase(.allowance))),
            Key("known", .list(.phrase(.known))),
            .later("explore"),
        ])

    static let requires = Table(
        what: "a requirement", keys: [Key("kernel", .text), Key("programs", .list(.text))])

    static let host = Table(
        what: "a host",
        keys: [
            Key("sysfs", .word(["writable", "read-only"])), Key("namespaces", .list(.text)),
            Key("links", .list(.table(link))), Key("routes", .list(.table(route))), Key("rules", .list(.table(rule))),
            Key("sysctls", .list(.table(sysctl))), Key("files", .named(.table(content))),
        ])

    static let linkTypes = ["veth", "bridge", "dummy", "ifb"]
    private static let end = [
        Key("name", .interface, required: true), Key("in", .text), Key("up", .truth), Key("addresses", .list(.prefix)),
        Key("mtu", .integer(68...65_535)), Key("mac", .hardwareAddress), Key("master", .interface),
    ]
    static let peer = Table(what: "a peer", keys: end)
    static let link = Table(
        what: "a link", keys: end + [Key("type", .text), Key("peer", .table(peer)), .later("id"), .later("link")])
    static let route = Table(
        what: "a route",
        keys: [
            Key("to", .prefixOr(["default"]), required: true), Key("via", .prefix), Key("dev", .interface),
            Key("table", .text), Key("metric", .integer(0...4_294_967_295)), Key("in", .text),
        ])
    static let rule = Table(
        what: "a rule",
        keys: [
            Key("from", .prefixOr(["all"])), Key("to", .prefix), Key("iif", .interface), Key("fwmark", .text),
            Key("table", .text, required: true), Key("priority", .integer(0...4_294_967_295)), Key("in", .text),
        ])
    static let sysctl = Table(
        what: "a sysctl",
        keys: [Key("sysctl", .text, required: true), Key("value", .value, required: true), Key("in", .text)])
    static let content = Table(
        what: "a content", keys: [Key("text", .value), Key("json", .any), Key("file", .text), Key("mode", .mode)])

    static let agent = Table(
        what: "an agent",
        keys: [
            Key("version", .text), .later("provision"), .later("driver"), .later("service"), .later("ready"),
            .later("stop"), .later("warm"), Key("environment", .named(.value)), Key("directory", .path), .later("user"),
            .later("capabilities"), Key("state", .list(.path)), Key("logs", .list(.path)), Key("timeout", .duration),
            Key("commands", .named(.table(command))),
        ])
    static let command = Table(
        what: "a command",
        keys: [
            Key("run", .list(.value)), Key("stdin", .table(content)), Key("environment", .named(.value)),
            Key("timeout", .duration), Key("undoes", .text),
        ])

    /// The keys that say what a step is.
    static let stepKinds = ["run", "do", "check", "start", "stop", "together"]
    private static let anyStep = [Key("name", .name), Key("if", .named(.any))]
    static let runStep = Table(
        what: "a step that runs a command",
        keys: anyStep + [
            Key("run", .text), .later("with"), Key("stdin", .table(content)), Key("environment", .named(.value)),
            Key("timeout", .duration), Key("exit", .some(.integer(0...255))), Key("retry", .integer(0...100)),
        ])
    static let doStep = Table(what: "a step of the world", keys: anyStep + [Key("do", .phrase(.action))])
    static let checkStep = Table(
        what: "a check", keys: anyStep + [Key("check", .phrase(.condition)), Key("within", .duration)])
    static let step = Table(
        what: "a step",
        keys: runStep.keys + [
            Key("do", .phrase(.action)), Key("check", .phrase(.condition)), Key("within", .duration), .later("start"),
            .later("stop"),
            .later("together"),
        ])

    static let fault = Table(
        what: "a fault",
        keys: [
            Key("name", .name), Key("if", .named(.any)), Key("before", .phrase(.operation)),
            Key("after", .phrase(.operation)), Key("nth", .nth),
            Key("during", .text), Key("agent", .text), .later("once"), Key("do", .phrase(.actions), required: true),
            .later("until"),
        ])
}
