extension BrokenFileTests {
    /// A good file of seventeen lines: a service, a driver, and two agents at once.
    static let served = """
        tocsin: 1
        title: t
        agents:
          k:
            service: [k, -n]
            ready: { log: up }
          d:
            driver: [d]
            commands: { go: {}, back: { undoes: go } }
          ip: { commands: { add: { run: [ip] } } }
        steps:
          - start: k
          - run: go
          - together:
              - { run: back }
              - { run: add }
          - stop: k

        """

    private static func service(_ line: String) -> String {
        served.replacing("    ready: { log: up }", with: "    \(line)")
    }

    static let agents: [Broken] = [
        Broken(served.replacing("    ready: { log: up }\n", with: ""), "4:3: error: a service needs `ready`"),
        Broken(
            service("ready: { log: up }\n    driver: [x]"),
            "4:3: error: `driver` or `service`, not both: two of them are two agents"),
        Broken(service("ready: { log: up }\n    stop: TERM"), "7:5: error: no signal `TERM`; did you mean `SIGTERM`?"),
        Broken(
            service("ready: { log: up }\n    stop: SIGTREM"), "7:5: error: no signal `SIGTREM`; did you mean `SIGTERM`?"
        ),
        Broken(service("ready: { log: up }\n    warm: true"), "7:5: error: `warm` says nothing without `driver`"),
        Broken(service("ready: { log: up, agent: dd }"), "6:23: error: no agent `dd`; did you mean `d`?"),
        Broken(
            service("ready: { log: up, since: go }"),
            "6:23: error: `since` says nothing in `ready`: it looks at what was said since the start"),
        Broken(service("ready: { time: 1s }"), "6:14: error: `time` is for `counting-from`"),
        Broken(service("ready: {}"), "6:5: error: a condition is a map: { present: OBJECT }"),
        Broken(service("ready:"), "6:5: error: `ready` has no value"),
        Broken(served.replacing("[k, -n]", with: "[]"), "5:5: error: `service` begins with a program"),
        Broken(served.replacing("[k, -n]", with: "k -n"), "5:5: error: `service` is a list"),
        Broken(served.replacing("[d]", with: "[\"\"]"), "8:5: error: `driver` begins with a program"),
        Broken(
            served.replacing("driver: [d]", with: "driver: [d]\n    provision: []"),
            "9:5: error: `provision` begins with a program"),
        Broken(
            served.replacing("driver: [d]", with: "driver: [d]\n    warm: maybe"),
            "9:5: error: `maybe` is neither true nor false"),
        Broken(
            served.replacing("driver: [d]", with: "driver: [d]\n    ready: { log: x }\n    stop: SIGTERM"),
            "9:5: error: `ready` says nothing without `service`",
            "10:5: error: `stop` says nothing without `service`"),
        Broken(
            served.replacing("go: {}", with: "go: { stdin: { text: a }, environment: { A: b } }"),
            "9:23: error: `stdin` says nothing to a request: its arguments are `with`",
            "9:43: error: `environment` says nothing to a request: its arguments are `with`"),
        Broken(
            served.replacing("- run: go", with: "- { run: go, stdin: { text: a } }"),
            "13:16: error: `stdin` says nothing to a request: its arguments are `with`"),
        Broken(
            service("ready: { log: up }\n    commands: { look: {} }"),
            "7:17: error: a command needs `run`; a service answers no requests"),
        Broken(
            served.replacing("- run: go", with: "- { run: go, with: { a: .nan } }"),
            "13:24: error: JSON has no number `.nan`"),
        Broken(
            served.replacing("- run: go", with: "- { run: go, with: [a] }"), "13:16: error: `with` is a map of names"),
        Broken(
            served.replacing("- { run: add }", with: "- { run: add, with: {} }"),
            "16:21: error: `with` is for a request to a driver: `add` is a process"),
    ]
}
