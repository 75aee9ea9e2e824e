/// Actions of one point of which a later one could not act, and numbers that mean no operation.
extension BrokenFileTests {
    private static func sequence(_ actions: String, _ problem: String) -> Broken {
        Broken(
            faulty + """
                  - before: { netns.enter: pod }
                    do: [\(actions)]

                """, "14:\(problem)")
    }

    static let sequences: [Broken] = [
        sequence(
            "{ fail: EPERM }, { fail: EINVAL }",
            "29: error: `fail` could not act here: the request has one answer: `fail: EPERM` stands before it"),
        sequence(
            "{ fail: each }, { fail: EPERM }",
            "28: error: `fail` could not act here: the request has one answer: `fail: each` stands before it"),
        sequence(
            "{ kill: process }, { fail: EPERM }",
            "31: error: `fail` could not act here: nobody is left to be told: `kill process` stands before it"),
        sequence(
            "{ fail: EPERM }, { kill: all }",
            "29: error: `kill` could not act here: it keeps the agent from being told: `fail: EPERM` stands before it"),
        sequence(
            "{ kill: main }, { kill: main, signal: SIGTERM }",
            "28: error: `kill` could not act here: nobody is left to be killed: `kill main` stands before it"),
        sequence(
            "{ kill: all }, { delay: 1s }",
            "27: error: `delay` could not act here: nobody is left to wait: `kill all` stands before it"),
        sequence(
            "{ netns.delete: pod }, { netns.delete: pod, settle: lingering }",
            "35: error: `netns.delete` could not act here: no namespace bears the name `pod` by then: "
                + "`netns.delete` stands before it"),
        sequence(
            "{ netns.unmount: pod }, { link.delete: eth0, in: pod }",
            "36: error: `link.delete` could not act here: no namespace bears the name `pod` by then: "
                + "`netns.unmount` stands before it"),
        sequence(
            "{ link.delete: eth0 }, { link.set: eth0, up: true }",
            "35: error: `link.set` could not act here: nothing of that name is left by then: "
                + "`link.delete` stands before it"),
        sequence(
            "{ address.add: 10.0.0.1/24, dev: eth0 }, { address.add: 10.0.0.1/24, dev: eth0 }",
            "53: error: `address.add` could not act here: it is there by then: `address.add` stands before it"),
        sequence(
            "{ file.delete: /x }, { file.delete: /x }",
            "33: error: `file.delete` could not act here: nothing of that name is left by then: "
                + "`file.delete` stands before it"),
    ]

    static let numbers: [Broken] = [
        point(
            "nth: [5, 2, 2]",
            "14:5: error: `nth` has the number 2 twice; "
                + "a fault comes once at an operation; two faults can come at the same one"),
        point("nth: []", "14:5: error: `nth` is an empty list: no operation is meant; `all` means each"),
        point("nth: 0", "14:5: error: `nth` is a number from 1, a list of them, `last` or `all`"),
        until("{ after: { netns.enter: pod }, nth: all }"), until("{ after: { netns.enter: pod }, nth: [1, 2] }"),
        until("{ after: netns.enter pod nth all }", column: 5), until("{ after: { netns.enter: pod }, nth: last }"),
        Broken(
            faulty + """
                  - before: netns.enter pod during ad
                    do: { kill: process }

                """, "13:5: error: no step `ad`; did you mean `add`?"),
        Broken(
            faulty + """
                  - before: netns.enter pod agent ipp
                    do: { kill: process }

                """, "13:5: error: no agent `ipp`; did you mean `ip`?"),
        Broken(
            faulty + """
                  - before: { route.add: within x }
                    do: { kill: process }

                """, "13:15: error: `x` is no prefix: `within 10.0.0.0/8`"),
        Broken(
            faulty + """
                  - before: { netns.enter: pod }
                    do: { kill: process, signal: TERM }

                """, "14:26: error: no signal `TERM`; did you mean `SIGTERM`?"),
        Broken(
            faulty + """
                  - before: { netns.enter: pod }
                    do: { kill: process, signal: SIGRTMIN+31 }

                """, "14:26: error: no signal `SIGRTMIN+31`"),
    ]

    private static func point(_ nth: String, _ problem: String) -> Broken {
        Broken(
            faulty + """
                  - before: { netns.enter: pod }
                    \(nth)
                    do: { kill: process }

                """, problem)
    }

    private static func until(_ text: String, column: Int = 43) -> Broken {
        Broken(
            faulty + """
                  - before: { netns.enter: pod }
                    do: { address.delete: 10.0.0.1, dev: eth0 }
                    until: \(text)

                """,
            "15:\(column): error: a fault is taken back once: `nth` behind `until` is one number, "
                + "counted from when the fault fired")
    }
}

extension BrokenFileTests {
    /// An errno that one kind of a call can get.
    static let kinds: [Broken] = [
        Broken(
            faulty + """
                  - before: { address.add: "*" }
                    do: { fail: EACCES }
                  - before: { route.add: default }
                    do: { fail: ENETUNREACH }

                """,
            "14:11: error: this kernel cannot answer EACCES to address.add: it can EPERM EEXIST ENODEV ENOBUFS EADDRINUSE; "
                + "say `address.add: within ::/0` at the point, or `impossible: true`",
            "16:11: error: this kernel cannot answer ENETUNREACH to route.add: it can EPERM EEXIST ENODEV ENETDOWN EINVAL; "
                + "say `route.add: 0.0.0.0/0` at the point, or `impossible: true`"),
        Broken(
            faulty + """
                  - before: { file.delete: /run/x }
                    do: { fail: ENOTEMPTY }

                """,
            "14:11: error: this kernel cannot answer ENOTEMPTY to file.delete: it can ENOENT EACCES ENOTDIR ELOOP EBUSY "
                + "EPERM EROFS ENOMEM EIO; say `type: directory` at the point, or `impossible: true`"),
        Broken(
            faulty + """
                  - before: { file.create: /run/x, type: directory }
                    do: { fail: EMFILE }

                """,
            "14:11: error: this kernel cannot answer EMFILE to file.create type directory: it can EEXIST ENOENT EACCES "
                + "ENOTDIR ELOOP ENOSPC EDQUOT EROFS ENOMEM EIO EMLINK; say `type: file` at the point, or `impossible: true`"
        ),
    ]
}
