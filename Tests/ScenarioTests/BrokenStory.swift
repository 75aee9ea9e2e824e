extension BrokenFileTests {
    static let told: [Broken] = [
        Broken(served.replacing("- start: k", with: "- start: kk"), "12:5: error: no agent `kk`; did you mean `k`?"),
        Broken(served.replacing("- start: k", with: "- start: ip"), "12:5: error: `ip` is no service"),
        Broken(
            served.replacing("- start: k", with: "- start: d"),
            "12:5: error: `d` is a driver: its first request starts it"),
        Broken(
            served.replacing("  - start: k\n", with: ""), "16:5: error: stops `k`, which no step before it starts"),
        Broken(served + "  - stop: k\n", "18:5: error: stops `k`, which was stopped before"),
        Broken(
            served.replacing("    ready: {", with: "    commands: { look: { run: [l] } }\n    ready: {")
                + "  - run: look\n",
            "19:5: error: uses `k`, which was stopped before"),
        Broken(
            served.replacing("- start: k", with: "- { start: k, within: 1s }"),
            "12:17: error: `within` says nothing in a step that starts a service"),
        Broken(
            served.replacing("- stop: k", with: "- { stop: k, timeout: 1s }"),
            "17:16: error: `timeout` says nothing in a step that stops a service"),
        Broken(
            served.replacing("- stop: k", with: "- { stop: k, exit: [0, 300] }"),
            "17:26: error: 300 is no `exit`: it is 0...255"),
        Broken(
            served.replacing("- start: k", with: "- { start: k, exit: 0 }"),
            "12:17: error: `exit` says nothing in a step that starts a service"),
        Broken(served.replacing("- stop: k", with: "- signal: kk"), "17:5: error: no agent `kk`; did you mean `k`?"),
        Broken(served + "  - signal: k\n", "18:5: error: signals `k`, which was stopped before"),
        Broken(
            served.replacing("  - start: k\n", with: "").replacing("- stop: k", with: "- signal: k"),
            "16:5: error: signals `k`, which no step before it starts"),
        Broken(
            served.replacing("- stop: k", with: "- { signal: k, send: HUP }"),
            "17:18: error: no signal `HUP`; did you mean `SIGHUP`?"),
        Broken(
            served.replacing("- stop: k", with: "- { signal: k, send: SIGTERM }"),
            "17:18: error: SIGTERM stops `k`: that is a step `stop: k`"),
        Broken(
            served.replacing("- stop: k", with: "- { signal: k, send: SIGKILL }"),
            "17:18: error: no service can answer SIGKILL: `kill` is a fault"),
        Broken(
            served.replacing("- start: k", with: "- { start: k, send: SIGHUP }"),
            "12:17: error: `send` says nothing in a step that starts a service"),
        Broken(
            served.replacing("- start: k", with: "- { start: k, stop: k }"), "12:5: error: `start` or `stop`, not both"),
        Broken(served.replacing("      - { run: add }\n", with: ""), "14:5: error: a `together` needs two steps"),
        Broken(
            served.replacing("      - { run: add }\n", with: String(repeating: "      - { run: add }\n", count: 6)),
            "14:5: error: what runs at the same time can come in more than 120 orders, and without faults each of them is "
                + "run several times; fewer steps in a `together`, or in all of them: five have 120 orders"),
        Broken(
            served.replacing("- { run: add }", with: "- { together: [] }"),
            "16:11: error: a `together` holds no other `together`"),
        Broken(
            served.replacing("- { run: add }", with: "- { do: { file.write: /x, text: x } }"),
            "16:11: error: only commands run at the same time: `do` stands before or behind the `together`"),
        Broken(
            served.replacing("- { run: add }", with: "- { run: add, stdin: { text: x, mode: \"0644\" } }"),
            "16:39: error: a standard input has no `mode`"),
        Broken(
            served.replacing("- { run: add }", with: "- { run: add, retry: 1 }"),
            "16:21: error: `retry` says nothing inside a `together`: the state is compared after all of it"),
        Broken(
            served.replacing("- { run: add }", with: "- { run: ad }"),
            "16:11: error: no command `ad`; did you mean `add`?"),
        Broken(
            served.replacing("- { run: add }", with: "- { run: add, name: a.b, wth: {} }"),
            "16:21: error: `a.b` is no name: letters, digits, - and _",
            "16:32: error: unknown key `wth`; did you mean `with`?"),
        Broken(served.replacing("  - run: go\n", with: ""), "14:9: error: undoes `go`, which no step before it runs"),
        Broken(
            served + "known: [{ not-ready: go, because: x }]\n",
            "18:11: error: `go` starts no service: it is always ready"),
        Broken(
            served + "known: [{ not-ready: start-kk, because: x }]\n",
            "18:11: error: no step `start-kk`; did you mean `start-k`?"),
    ]

    static let conditions: [Broken] = [
        check("{ log: up, agent: x }", "10:23: error: no agent `x`"),
        check("{ running: x }", "10:14: error: no agent `x`"),
        check("{ log: up, since: addd }", "10:23: error: no step `addd`; did you mean `add`?"),
        check("{ not: { log: up, since: late } }", "10:30: error: `since` looks back: `late` comes later"),
        check("{ log: \"/(/\" }", "10:14: error: `/(/` is no regular expression: a group has no `)`"),
        check("{ log: \"\" }", "10:14: error: `log` has no value"),
        check("{ log: [a] }", "10:14: error: `log` is a text"),
        check("{ log: up, from: pod }", "10:23: error: unknown key `from`"),
        check("{ exec: ip }", "10:14: error: `exec` is a list: a program and its arguments"),
        check("{ exec: [] }", "10:14: error: `exec` begins with a program"),
        check("{ exec: [ip], in: a/b }", "10:26: error: `a/b` is no name of a namespace"),
        check("{ tcp: 10.0.0.1 }", "10:14: error: `10.0.0.1` is no ADDRESS:PORT"),
        check("{ tcp: \"fd00::1:80\" }", "10:14: error: `fd00::1:80` is no ADDRESS:PORT"),
        check("{ tcp: 10.0.0.1:0 }", "10:14: error: `10.0.0.1:0` is no ADDRESS:PORT"),
        check("{ tcp: 10.0.0.1:80, server: { in: pod } }", "10:32: error: a server needs `at`"),
        check(
            "{ tcp: 10.0.0.1:80, server: { at: 10.0.0.1:80, form: a } }",
            "10:59: error: unknown key `form`"),
        check("{ tcp: 10.0.0.1:80, server: pod }", "10:32: error: a server is a map of keys"),
        check("{ ping: 10.0.0.0/8 }", "10:14: error: `10.0.0.0/8` is no address"),
        check(
            "{ ping: 10.0.0.1, from: \"pod*\" }", "10:30: error: `pod*` is a pattern: a check names one namespace"),
        check("{ fired: f }", "10:14: error: `fired` is for `counting-from`"),
        check("{ not: { time: 1s } }", "10:21: error: `time` is for `counting-from`"),
        check(
            "{ ping: 10.0.0.1, tcp: 10.0.0.1:80 }", "10:5: error: `ping` or `tcp`, not both: two checks are two steps"),
    ]

    private static func check(_ condition: String, _ problem: String) -> Broken {
        Broken(
            story.replacing("- run: del", with: "- check: \(condition)\n  - { name: late, run: del }"), problem)
    }
}
