extension BrokenFileTests {
    static let faults: [Broken] = [
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    do: { delay: 50ms, kill: process }

                """#,
            "14:5: error: `delay` or `kill`, not both: two actions are a list"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    do: { kill: process, agent: ip }

                """#,
            "14:5: error: `kill: process` is the process at the point: `agent` goes with `main` and `all`"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    do: { netns.delete: pod, kill: process }

                """#,
            "14:5: error: `netns.delete` or `kill`, not both: two actions are a list"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod, netns.open: pod }
                    do: { kill: process }

                """#,
            "13:5: error: `netns.enter` or `netns.open`, not both: a point is one operation"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    during: add.2
                    do: { kill: process }

                """#,
            "14:5: error: no step `add.2`; did you mean `add.1`?"),
        Broken(
            faulty + #"""
                  - before: { address.add: 10.0.0.1/24 }
                    do: { fail: EBUSY }

                """#,
            "14:11: error: this kernel cannot answer EBUSY to address.add IPv4: it can EPERM EEXIST ENODEV ENOBUFS EADDRINUSE; or say `impossible: true`"
        ),
        Broken(
            faulty + #"""
                  - before: { address.add: 10.0.0.1/24 }
                    do: { fail: EBUZY }

                """#,
            "14:11: error: no errno `EBUZY`; did you mean `EBUSY`?"),
        Broken(
            faulty + #"""
                  - before: { step: add }
                    do: { fail: EPERM }

                """#,
            "14:5: error: `fail` needs an operation with a result"),
        Broken(
            faulty + #"""
                  - before: { notice.receive: link }
                    do: { fail: EPERM }

                """#,
            "13:15: error: `notice.receive` is not built yet"),
        Broken(
            faulty + #"""
                  - after: { netns.enter: pod }
                    do: { fail: EPERM }

                """#,
            "14:5: error: `fail` is for `before`: after it, the kernel has acted"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    do: { capability.drop: CAP_NET_ADMIN }

                """#,
            "14:5: error: `capability.drop` is for `before: { step: … }`: it is not taken from a process that runs"),
        Broken(
            faulty + #"""
                  - before: { address.add: 10.0.0.1/24, result: ok }
                    do: { kill: process }

                """#,
            "13:41: error: there is no result before"),
        Broken(
            faulty + #"""
                  - after: { address.add: 10.0.0.1/24, result: EXIST }
                    do: { kill: process }

                """#,
            "13:40: error: no errno `EXIST`; did you mean `EEXIST`?"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    do: { kill: process }
                    until: 1s

                """#,
            "15:5: error: `kill` cannot be taken back"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    do: { kill: parent, signal: SIGKIL, agent: ipp }

                """#,
            "14:11: error: `parent` is none of `process` `main` `all`",
            "14:25: error: no signal `SIGKIL`; did you mean `SIGKILL`?",
            "14:41: error: no agent `ipp`; did you mean `ip`?"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    do: { netns.delete: pod, settle: lingring, in: pod }

                """#,
            "14:30: error: `lingring` is none of `done` `lingering`; did you mean `lingering`?",
            "14:48: error: `netns.delete` is in no namespace: `in` says nothing"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    do: { netns.delete: a/b }

                """#,
            "14:11: error: `a/b` is no name of a namespace"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    agent: ipp
                    nth: 0
                    do: []

                """#,
            "14:5: error: no agent `ipp`; did you mean `ip`?",
            "15:5: error: `nth` is a number from 1, a list of them, `last` or `all`"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    nth: [1, one]
                    do: { kill: process }

                """#,
            "14:5: error: `nth` is a number from 1, a list of them, `last` or `all`"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    after: { netns.enter: pod }
                    do: { kill: process }

                """#,
            "13:5: error: `before` or `after`, not both"),
        Broken(
            faulty + #"""
                  - do: { kill: process }

                """#,
            "13:5: error: a fault needs `before` or `after`"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }

                """#,
            "13:5: error: a fault needs `do`"),
        Broken(
            faulty + #"""
                  - before: [netns.enter]
                    do: kill

                """#,
            "13:5: error: an operation is a map: { WORD: ARGUMENT, … }",
            "14:5: error: an action is a map: { WORD: ARGUMENT, … }"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: }
                    do: { kill: process }

                """#,
            "13:15: error: `netns.enter` has no value"),
        Broken(
            faulty + #"""
                  - before: { in: pod }
                    do: { kill: process }

                """#,
            "13:5: error: an operation begins with its word: { WORD: ARGUMENT, … }"),
        Broken(
            faulty + #"""
                  - before: { link.set: "a/*" }
                    do: { kill: process }

                """#,
            "13:15: error: `a/*` can match no link: an interface name has no /"),
        Broken(
            faulty + #"""
                  - before: { link.set: abcdefghijklmnop }
                    do: { kill: process }

                """#,
            "13:15: error: `abcdefghijklmnop` is no interface name (15 characters, no /)"),
        Broken(
            faulty + #"""
                  - before: { address.add: 10.0.0.300/24, dev: "x/y*" }
                    do: { kill: process }

                """#,
            "13:15: error: `10.0.0.300/24` is no address",
            "13:43: error: `x/y*` can match no link: an interface name has no /"),
        Broken(
            faulty + #"""
                  - before: { file.create: var/lib }
                    do: { kill: process }

                """#,
            "13:15: error: `var/lib` is no path: it begins with /"),
        Broken(
            faulty + #"""
                  - name: a
                    before: { netns.enter: pod }
                    do: { kill: process }
                  - name: a
                    before: { step: ad }
                    do: { netns.delete: pod }

                """#,
            "16:5: error: there is another fault `a`",
            "17:15: error: no step `ad`; did you mean `add`?"),
        Broken(
            faulty + #"""
                  - before: { step: add, by: ip }
                    do: { netns.delete: pod }

                """#,
            "13:26: error: unknown key `by`"),
        Broken(
            faulty + #"""
                  - before: { step: add }
                    do: { kill: main }

                """#,
            "14:5: error: `kill` needs an operation of an agent: at the edge of a step none runs"),
        Broken(
            faulty + #"""
                  - before: { route.add: 10.0.0.0/8 }
                    do: [{ fail: ENETUNREACH }, { fail: EEXISTS }]

                """#,
            "14:35: error: no errno `EEXISTS`; did you mean `EEXIST`?"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    do: { fail: EPERM, impossible: yes }

                """#,
            "14:24: error: `yes` is neither true nor false"),
        Broken(
            faulty + #"""
                  - before: { netns.enter: pod }
                    do: { fail: EPERM, message: no }

                """#,
            "14:24: error: only netlink answers carry a `message`: netns.enter is none"),
    ]
}
