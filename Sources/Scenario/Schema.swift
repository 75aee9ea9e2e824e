import Model

/// Every key of the format; a new one is one line.
enum Schema {
    static let file = Table(
        what: "a scenario",
        keys: [
            Key("tocsin", .any, required: true), Key("use", .text), Key("title", .text),
            Key("cwe", .list(.weakness)), Key("see", .list(.text)), Key("tags", .list(.name)),
            Key("runs", .integer(1...100_000)), Key("requires", .table(requires)), Key("variables", .named(.any)),
            Key("matrix", .named(.any)), Key("plant", .named(.any)), Key("redact", .list(.text)),
            Key("host", .table(host)),
            Key("cycles", .integer(4...1000)), Key("agents", .named(.table(agent))), Key("steps", .list(.table(step))),
            Key("faults", .list(.table(fault))), Key("order", .list(.phrase(.orderPoint))),
            Key("allow", .list(.phrase(.allowance))), Key("disallow", .list(.named(.any))),
            Key("known", .list(.phrase(.known))),
            Key("explore", .table(explore)),
        ])

    static let explore = Table(
        what: "an exploration",
        keys: [
            Key("during", .list(.text)), Key("at", .list(.text)), Key("faults", .list(.text)),
            Key("depth", .integer(1...2)), Key("audit", .text), Key("seed", .integer(0...4_294_967_295)),
            Key("budget", .text),
        ])

    static let requires = Table(
        what: "a requirement", keys: [Key("kernel", .text), Key("programs", .list(.text))])

    static let host = Table(
        what: "a host",
        keys: [
            Key("sysfs", .word(["writable", "read-only"])), Key("duplicate-address-detection", .word(["on", "off"])),
            Key("capabilities", .list(.word(HostSpecification.heldCapabilities))), Key("namespaces", .list(.text)),
            Key("links", .list(.table(link))), Key("routes", .list(.table(route))), Key("rules", .list(.table(rule))),
            Key("sysctls", .list(.table(sysctl))), Key("files", .named(.table(hostFile))),
        ])

    static let linkTypes = LinkSpecification.types
    private static let end = [
        Key("name", .interface, required: true), Key("in", .text), Key("up", .truth), Key("addresses", .list(.prefix)),
        Key("mtu", .integer(68...65_535)), Key("mac", .hardwareAddress), Key("master", .interface),
    ]
    static let peer = Table(what: "a peer", keys: end)
    static let link = Table(
        what: "a link",
        keys: end + [
            Key("type", .text), Key("peer", .table(peer)), Key("link", .interface),
            Key("id", .integer(0...4095)), Key("table", .routingTable), Key("settings", .text),
        ])
    static let route = Table(
        what: "a route",
        keys: [
            Key("to", .prefixOr(["default"]), required: true), Key("via", .address), Key("dev", .interface),
            Key("table", .routingTable), Key("metric", .integer(0...4_294_967_295)), Key("src", .address),
            Key("proto", .routingProtocol), Key("in", .text),
        ])
    static let rule = Table(
        what: "a rule",
        keys: [
            Key("from", .prefixOr(["all"])), Key("to", .prefix), Key("iif", .interface), Key("fwmark", .mark),
            Key("table", .routingTable, required: true), Key("priority", .integer(0...4_294_967_295)), Key("in", .text),
        ])
    static let sysctl = Table(
        what: "a sysctl",
        keys: [Key("sysctl", .text, required: true), Key("value", .value, required: true), Key("in", .text)])
    private static let contentKeys = [Key("text", .value), Key("json", .any), Key("file", .text)]
    static let content = Table(what: "a content", keys: contentKeys + [Key("mode", .mode)])
    private static let input = Table(what: "a content", keys: contentKeys + [.refused("mode")])
    static let hostFile = Table(
        what: "a file of the host",
        keys: content.keys + [
            Key("folder", .word(["true"])), Key("owner", .integer(0...4_294_967_294)),
            Key("group", .integer(0...4_294_967_294)),
        ])

    static let agent = Table(
        what: "an agent",
        keys: [
            Key("version", .text), Key("provision", .list(.value)), Key("driver", .list(.value)),
            Key("service", .list(.value)), Key("ready", .phrase(.condition)), Key("stop", .text), Key("warm", .truth),
            Key("stdin", .word(["open"])),
            Key("says-error", .text), Key("claims", .list(.table(claim))),
            Key("environment", .named(.value)), Key("directory", .path), Key("user", .text),
            Key("capabilities", .list(.word(Privileges.capabilityNames))), Key("state", .list(.path)),
            Key("logs", .list(.path)), Key("timeout", .limit),
            Key("commands", .named(.table(command))), Key("resync", .text),
        ])
    static let claim = Table(
        what: "a claim",
        keys: [Key("log", .text, required: true), Key("means", .phrase(.condition), required: true)])
    static let command = Table(
        what: "a command",
        keys: [
            Key("run", .list(.value)), Key("stdin", .table(input)), Key("environment", .named(.value)),
            Key("timeout", .limit), Key("undoes", .text),
        ])

    private static let exit = Shape.some(.integer(0...255))

    /// The keys that say what a step is.
    static let stepKinds = ["run", "do", "check", "start", "stop", "signal", "together"]
    private static let partKeys = [Key("name", .name), Key("if", .named(.any))]
    private static let setup = Key("setup", .truth)
    private static let keeps = Key("keeps", .phrase(.condition))
    private static let anyStep = partKeys + [setup]
    private static let runKeys =
        partKeys + [
            Key("run", .text), Key("with", .named(.any)), Key("stdin", .table(input)),
            Key("environment", .named(.value)),
            Key("timeout", .limit), Key("exit", exit),
        ]
    private static let retry = Key("retry", .integer(0...100))
    static let runStep = Table(what: "a step that runs a command", keys: runKeys + [retry, setup, keeps])
    static let doStep = Table(what: "a step of the world", keys: anyStep + [Key("do", .phrase(.action))])
    static let checkStep = Table(
        what: "a check", keys: anyStep + [Key("check", .phrase(.condition)), Key("within", .duration)])
    static let startStep = Table(what: "a step that starts a service", keys: anyStep + [Key("start", .text), keeps])
    static let stopStep = Table(
        what: "a step that stops a service", keys: anyStep + [Key("stop", .text), Key("exit", exit), keeps])
    static let signalStep = Table(
        what: "a step that signals a service", keys: anyStep + [Key("signal", .text), Key("send", .text), keeps])
    static let togetherStep = Table(
        what: "a `together`", keys: anyStep + [Key("together", .list(.table(partStep))), keeps])
    /// The tables of the kinds.
    static let stepTables = [
        "run": runStep, "do": doStep, "check": checkStep, "start": startStep, "stop": stopStep,
        "signal": signalStep, "together": togetherStep,
    ]
    private static let otherKinds = [
        Key("do", .phrase(.action)), Key("check", .phrase(.condition)), Key("within", .duration),
        Key("start", .text), Key("stop", .text), Key("signal", .text), Key("send", .text),
    ]
    /// A step inside a `together`: a command; the reader of steps says why it is nothing else.
    private static let partStep = Table(
        what: "a step",
        keys: runKeys + (otherKinds.map(\.name) + ["retry", "together", "setup", "keeps"]).map(Key.refused))
    static let step = Table(
        what: "a step", keys: runKeys + [retry, setup, keeps] + otherKinds + [Key("together", .list(.table(partStep)))])

    private static let place = [
        Key("before", .phrase(.operation)), Key("after", .phrase(.operation)), Key("nth", .nth),
        Key("during", .text), Key("agent", .text), Key(Point.countingFromKey, .phrase(.condition)),
    ]
    /// A point that stands by itself, behind `until`.
    static let point = Table(what: "a point", keys: place)
    /// A point of an order, which may be one that a lock makes impossible.
    static let orderPoint = Table(what: "a point", keys: place + [Key("or", .word(["blocked"]))])
    /// Who accepts the connection of a check.
    static let server = Table(
        what: "a server", keys: [Key("in", .text), Key("at", .text, required: true)])

    static let fault = Table(
        what: "a fault",
        keys: [
            Key("name", .name), Key("if", .named(.any)), Key("do", .phrase(.actions), required: true),
            Key("until", .phrase(.until)),
        ] + place)
}
