extension BrokenFileTests {
    static let steps: [Broken] = [
        Broken(
            story.replacing("- run: del", with: "- run: dell"),
            "10:5: error: no command `dell`; did you mean `del`?"),
        Broken(
            story.replacing("- run: del", with: "- run: ipp.del"),
            "10:5: error: no agent `ipp`; did you mean `ip`?"),
        Broken(
            story.replacing("- run: del", with: "- run: ip.dell"),
            "10:5: error: no command `ip.dell`; did you mean `ip.del`?"),
        Broken(
            story.replacing("undoes: add", with: "undoes: ad"),
            "7:42: error: no command `ad`; did you mean `add`?"),
        Broken(
            story.replacing(
                #"""
                  - run: add

                """#, with: ""),
            "9:5: error: undoes `add`, which no step before it runs"),
        Broken(
            story.replacing("- run: del", with: "- { name: a.b, run: del }"),
            "10:7: error: `a.b` is no name: letters, digits, - and _"),
        Broken(
            story.replacing("- run: del", with: "- do: { kill: process }"),
            "10:11: error: `kill` is for faults: a step is what the world does"),
        Broken(
            story.replacing("- run: del", with: "- do: { netns.delete: \"p*\" }"),
            "10:11: error: a step of the world names one object, not a pattern"),
        Broken(
            story.replacing("- run: del", with: "- check: { present: { link: a }, absent: { link: b } }"),
            "10:5: error: `present` or `absent`, not both: two checks are two steps"),
        Broken(
            story.replacing("- run: del", with: "- check: { presnt: { link: a } }"),
            "10:14: error: unknown key `presnt`; did you mean `present`?"),
        Broken(
            story.replacing("- run: del", with: "- check: { present: { file: /a, in: pod } }"),
            "10:35: error: `in` says nothing of a `file`, which stands in no network namespace; leave it out"),
        Broken(
            story.replacing("- run: del", with: "- check: { absent: { netns: pod, in: host } }"),
            "10:36: error: `in` says nothing of a `netns`, which stands in no network namespace; its name stands behind `netns`"
        ),
        Broken(
            story.replacing("- run: del", with: "- check: { present: { lnk: a } }"),
            "10:25: error: unknown word `lnk`; did you mean `link`?"),
        Broken(
            story.replacing("- run: del", with: "- check: { not: { absent: { bpf: x } } }"),
            "10:31: error: `bpf` is not built yet"),
        Broken(
            story.replacing("add: { run: [ip, netns, add, pod] }", with: "add: { run: ip }"),
            "6:14: error: `run` is a list"),
        Broken(
            story.replacing("add: { run: [ip, netns, add, pod] }", with: "add: { run: [] }"),
            "6:14: error: `run` begins with a program"),
        Broken(
            story.replacing("add: { run: [ip, netns, add, pod] }", with: "add: {}"),
            "6:7: error: a command needs `run`; without it, it is a request to a `driver`"),
        Broken(
            story.replacing("add: { run: [ip, netns, add, pod] }", with: "add: { run: [ip, [a]] }"),
            "6:24: error: `run` is a text"),
        Broken(
            story.replacing(
                "add: { run: [ip, netns, add, pod] }", with: "add: { run: [ip], stdin: { text: a, json: b } }"),
            "6:25: error: a content is one of { text: … }, { json: … } and { file: … }"),
        Broken(
            story.replacing(
                "add: { run: [ip, netns, add, pod] }",
                with: "add: { run: [ip], stdin: a, environment: { \"A=B\": 1, C: [] } }"),
            "6:25: error: a content is a map of keys",
            "6:50: error: `A=B` is no name of an environment variable",
            "6:60: error: `C` is a text"),
        Broken(
            story.replacing(
                "add: { run: [ip, netns, add, pod] }", with: "add: { run: [ip], stdin: { file: none, mode: 9 } }"),
            "6:34: error: no file none",
            "6:46: error: a standard input has no `mode`"),
        Broken(
            story.replacing(
                "add: { run: [ip, netns, add, pod] }", with: "add: { run: [ip], stdin: { json: { a: .inf } } }"),
            "6:42: error: JSON has no number `.inf`"),
        Broken(
            story.replacing(
                #"""
                agents:

                """#,
                with: #"""
                    agents:
                      other: { commands: { add: { run: [x] } }, directory: tmp, state: [a], user: root }

                    """#),
            "4:45: error: `tmp` is no path: it begins with /",
            "4:69: error: `a` is no path: it begins with /",
            "10:5: error: several agents have a command `add`; write `ip.add` or `other.add`"),
        Broken(
            story.replacing(
                #"""
                agents:

                """#,
                with: #"""
                    agents:
                      "a b": { comands: {} }

                    """#),
            "4:3: error: `a b` is no name: letters, digits, - and _",
            "4:12: error: unknown key `comands`; did you mean `commands`?"),
    ]
}
