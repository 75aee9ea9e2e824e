extension BrokenFileTests {
    private static func order(_ points: String...) -> String {
        served + "order:\n" + points.map { "  - \($0)\n" }.joined()
    }
    private static let good = "{ agent: d, before: { link.set: a } }"

    static let orders: [Broken] = [
        Broken(order(good), "18:1: error: an order needs two points"),
        Broken(
            order(good, "go"),
            "20:5: error: a point is a map of keys; a line of `tocsin trace` stands behind `before` or `after`: { before: go }"
        ),
        Broken(
            order(good, "{ before: [go] }"), "20:7: error: an operation is a map: { WORD: ARGUMENT, … }"),
        Broken(order(good, "{ before: go }"), "20:7: error: unknown word `go`"),
        Broken(
            order(good, "{ before: link.set a up }"),
            "20:7: error: `up` has no value: a text with a blank in it needs quotes"),
        Broken(order(good, "{ before: link.set a nth 2, nth: 3 }"), "20:7: error: `nth` stands twice"),
        Broken(
            order(good, good).replacing("  - together:\n      - { run: back }\n      - { run: add }\n", with: ""),
            "15:1: error: an order is of steps that run at the same time: there is no `together`"),
        Broken(
            order(good, "{ agent: d }"), "20:5: error: a point needs `before` or `after`"),
        Broken(
            order(good, "{ agent: dd, before: { link.set: a } }"), "20:7: error: no agent `dd`; did you mean `d`?"),
        Broken(
            order(good, "{ during: go, before: { link.set: a } }"), "20:7: error: `go` is not inside a `together`"),
        Broken(
            order(good, "{ after: { step: add } }"),
            "20:7: error: an order is of operations: the steps of a `together` begin at the same time"),
        Broken(
            order(good, "{ before: { link.set: a }, nth: last, counting-from: { time: 1s } }"),
            "20:32: error: `nth: last` is counted in the references, where no `counting-from` is looked at"),
        Broken(
            order(good, "{ agent: e, before: { link.set: a } }")
                .replacing("  ip: {", with: "  e: { commands: { x: { run: [x] } } }\n  ip: {"),
            "21:7: error: no step inside a `together` runs `e`"),
        Broken(
            order(good, "{ before: { link.set: a }, nth: all }"),
            "20:32: error: a point of an order is one operation: `nth` is a number or `last`"),
        Broken(
            order(good, "{ before: { link.set: a }, do: { kill: all } }"), "20:32: error: unknown key `do`"),
        Broken(
            order(good, "{ during: add.2, before: { link.set: a } }")
                .replacing("  - stop: k", with: "  - together: [{ run: add }, { run: add }]\n  - stop: k"),
            "21:5: error: it is never at the same time as the points before it"),
        Broken(
            order(good, good).replacing("title: t\n", with: ""), "17:1: error: a scenario with an order needs a `title`"
        ),
        Broken(
            order(good, "{ before: { link.set: a }, or: blocked }"),
            "20:32: error: `or: blocked` needs `agent`: who is kept from the point, must be said"),
        Broken(
            order(good, "{ agent: d, before: { link.set: a }, or: late }"), "20:42: error: `late` is none of `blocked`"),
        Broken(
            order(good, "{ before: { link.set: a }, counting-from: { fired: f } }"), "20:49: error: no other fault `f`"),
    ]

    private static func fault(_ rest: String) -> String {
        served + "faults:\n  - { before: { link.set: a }, \(rest) }\n"
    }

    static let waits: [Broken] = [
        Broken(fault("do: { kill: all }, until: 1s"), "19:51: error: `kill` cannot be taken back"),
        Broken(
            fault("do: { link.set: a, name: b }, until: 1s"), "19:62: error: `name` of `link.set` cannot be taken back"),
        Broken(
            fault("do: { route.delete: default }, until: 10"),
            "19:63: error: `10` is no duration: a number and us, ms, s, m or h"),
        Broken(
            fault("do: { route.delete: default }, until: { before: { step: gone } }"),
            "19:82: error: no step `gone`"),
        Broken(
            fault("do: { route.delete: default }, until: { during: go }"),
            "19:63: error: a point needs `before` or `after`"),
        Broken(
            fault("do: { route.delete: default }, until: { before: { link.set: a }, nht: 2 }"),
            "19:97: error: unknown key `nht`; did you mean `nth`?"),
        Broken(
            fault("do: { route.delete: default }, until: { before: { link.set: a }, nth: last }"),
            "19:97: error: a fault is taken back once: `nth` behind `until` is one number, counted from when the fault fired"
        ),
        Broken(
            fault("do: { route.delete: default }, until: { before: { link.set: a }, nth: [1, 2] }"),
            "19:97: error: a fault is taken back once: `nth` behind `until` is one number, counted from when the fault fired"
        ),
        Broken(fault("do: { kill: all }, counting-from: { fired: fault-1 }"), "19:68: error: no other fault `fault-1`"),
        Broken(
            fault("do: { kill: all }, counting-from: { time: 5 }"),
            "19:68: error: `5` is no duration: a number and us, ms, s, m or h"),
        Broken(
            fault("do: { kill: all }, counting-from: { log: x, since: gone }"),
            "19:76: error: no step `gone`"),
        Broken(
            fault("do: { kill: all }, counting-from: { fired: a, time: 1s }"),
            "19:51: error: `fired` or `time`, not both: a condition is one"),
    ]

    static let questions: [Broken] = ["exec: [a]", "tcp: 10.0.0.1:80", "ping: 10.0.0.1"].map { question in
        let word = question.prefix { $0 != ":" }
        return Broken(
            fault("do: { kill: all }, counting-from: { not: { \(question) } }"),
            "19:75: error: `\(word)` cannot be asked while the agent waits: it is for `check` and `ready`")
    }

    private static func edge(_ action: String, _ step: String = "go") -> String {
        served + "faults:\n  - { after: { step: \(step) }, do: \(action) }\n"
    }

    static let actions: [Broken] = [
        Broken(
            edge("{ kill: process }"),
            "19:28: error: `kill: process` needs an operation: at the edge of a step no process is at the point"),
        Broken(edge("{ kill: all, agent: ip }"), "19:28: error: `ip` does not run at that edge of the step"),
        Broken(
            served.replacing("  - stop: k", with: "  - stop: k\n  - run: add").replacing("  - run: go\n", with: "")
                .replacing("{ run: back }", with: "{ run: add }")
                + "faults:\n  - { after: { step: add.3 }, do: { kill: main } }\n",
            "19:31: error: `kill` needs an operation of an agent: at the edge of a step none runs"),
        Broken(edge("{ exec: ip }"), "19:34: error: `exec` is a list: a program and its arguments"),
        Broken(edge("{ exec: [] }"), "19:34: error: `exec` begins with a program"),
        Broken(edge("{ link.delete: a, dev: b }"), "19:50: error: unknown key `dev`"),
        Broken(edge("{ address.add: 10.0.0.1/24 }"), "19:34: error: `address.add` needs `dev`"),
        Broken(edge("{ address.add: ten, dev: a }"), "19:34: error: `ten` is no address"),
        Broken(edge("{ link.set: a, mtu: 1 }"), "19:47: error: `1` is no number in 68...65535"),
        Broken(
            edge("{ link.set: abcdefghijklmnop, up: true }"),
            "19:34: error: `abcdefghijklmnop` is no interface name (15 characters, no /)"),
        Broken(edge("{ sysctl.write: a.b }"), "19:34: error: `sysctl.write` needs `value`"),
        Broken(edge("{ file.write: a, text: b }"), "19:34: error: `a` is no path: it begins with /"),
        Broken(edge("{ delay: 5 }"), "19:34: error: `5` is no duration: a number and us, ms, s, m or h"),
        Broken(edge("{ link.create: a, type: veth }"), "19:34: error: a veth needs a peer"),
        Broken(
            served.replacing("- run: go", with: "- do: { link.delete: \"a*\" }\n  - run: go"),
            "13:11: error: a step of the world names one object, not a pattern"),
    ]
}
