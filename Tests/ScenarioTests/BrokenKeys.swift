extension BrokenFileTests {
    static let keys: [Broken] = [
        Broken(
            #"""
            tocsin: 1
            titel: t

            """#,
            "2:1: error: unknown key `titel`; did you mean `title`?"),
        Broken(
            #"""
            tocsin: 2

            """#,
            "1:1: error: format `2` is not known: this is the reader of format 1"),
        Broken(
            #"""
            title: t
            steps: []

            """#,
            "1:1: error: a scenario needs `steps`",
            "1:1: error: a scenario needs `tocsin`"),
        Broken(
            #"""
            tocsin: 1
            title:

            """#,
            "2:1: error: `title` has no value",
            "2:1: error: a scenario needs `steps`"),
        Broken(
            faulty + #"""
                  - { before: { netns.enter: p }, occurrence: 2, do: { kill: process } }

                """#,
            "13:35: error: unknown key `occurrence`; it is called `nth`"),
        Broken(
            faulty + #"""
                  - before: { netns.entr: pod }
                    do: { kill: process }

                """#,
            "13:15: error: unknown word `netns.entr`; did you mean `netns.enter`?"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    do: { kil: process }

                """#,
            "14:11: error: unknown word `kil`; did you mean `kill`?"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod, nam: x }
                    do: { kill: process, signl: SIGTERM }

                """#,
            "13:33: error: unknown key `nam`",
            "14:26: error: unknown key `signl`; did you mean `signal`?"),
        Broken(
            story + #"""
                allow:
                  - { residue: { link: a }, because: it is, as designed }

                """#,
            "13:45: error: `as designed` has no value; is it the rest of the text before it? a text with a comma needs quotes inside { }"
        ),
        Broken(
            story.replacing("- run: del", with: "- { run: del, timeout: 50, exit: x, retry: -1, within: 1s }"),
            "10:17: error: `50` is no duration: a number and us, ms, s, m or h",
            "10:30: error: `x` is no whole number",
            "10:39: error: -1 is no `retry`: it is 0...100",
            "10:50: error: `within` says nothing in a step that runs a command"),
        Broken(
            story.replacing("- run: del", with: "- { runn: del }"),
            "10:5: error: a step is one of `run`, `do`, `check`, `start`, `stop`, `signal` and `together`",
            "10:7: error: unknown key `runn`; did you mean `run`?"),
        Broken(
            story.replacing("- run: del", with: "- { run: del, do: { netns.delete: a } }"),
            "10:5: error: `run` or `do`, not both"),
        Broken(
            story.replacing("- run: del", with: "- del"),
            "10:5: error: a step is a map of keys"),
        Broken(
            #"""
            tocsin: 1
            title: t
            agents: [a]
            steps: 5

            """#,
            "3:1: error: `agents` is a map of names",
            "4:1: error: `steps` is a list"),
        Broken(
            #"""
            tocsin: 1
            title: t

            """#,
            "2:1: error: a scenario needs `steps`"),
        Broken(
            #"""
            tocsin: 1
            faults: []

            """#,
            "2:1: error: a scenario with faults needs a `title`"),
        Broken(
            #"""
            tocsin: 1
            cwe: [367]
            runs: 0
            tags: [a b]
            title: { a: b }
            steps: []

            """#,
            "2:7: error: `367` is no weakness: CWE- and a number",
            "3:1: error: 0 is no `runs`: it is 1...100000",
            "4:8: error: `a b` is no name: letters, digits, - and _",
            "5:1: error: `title` is a text",
            "5:1: error: a scenario needs `steps`"),
    ]
}
