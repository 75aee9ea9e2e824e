extension BrokenFileTests {
    static let notBuilt: [Broken] = [
        Broken(
            story.replacing(
                #"""
                agents:

                """#,
                with: #"""
                    agents:
                      d: { driver: [x], user: "", capabilities: [NET_ADMIN], warm: true, commands: { go: {} } }

                    """#),
            "4:21: error: `user` has no value",
            "4:46: error: `NET_ADMIN` is no word of `capabilities`",
            "4:58: error: `warm` forks a driver that began as root, with all capabilities: leave it out"),
        Broken(
            faulty + #"""
                  - before: { sysctl.write: a }
                    do: [{ late: 1s }, { overflow: 0 }, { user: nobody }]

                """#,
            "14:12: error: `late` is no action: the kernel puts a notice into each queue at once, so it is late where its reader is: `delay` at `before: { notice.receive: … }`",
            "14:26: error: `0` is no number in 1...100000"),
        Broken(
            faulty + #"""
                  - before: { sysctl.write: a }
                    do: [{ capability.drop: CAP_NET_ADMIN }, { user: nobody }]
                  - after: { step: add }
                    do: { capability.drop: NET_ADMIN }

                """#,
            "14:10: error: `capability.drop` is for `before: { step: … }`: it is not taken from a process that runs",
            "16:11: error: no capability `NET_ADMIN`; did you mean `CAP_NET_ADMIN`?"),
        Broken(
            story + #"""
                redact: [abc, "/a*/", "add", "/^add/", hunter2, "/(/"]

                """#,
            "12:10: error: `abc` is too short to be taken out: it stands in words by chance; 4 characters, or a `/regex/`",
            "12:15: error: `/a*/` would take out `ip` too, by which a record is read; say more of what is to be hidden",
            "12:23: error: `add` is too short to be taken out: it stands in words by chance; 4 characters, or a `/regex/`",
            "12:30: error: `/^add/` would take out `add` too, by which a record is read; say more of what is to be hidden",
            "12:49: error: `/(/` is no regular expression: a group has no `)`"),
        Broken(
            faulty + #"""
                  - before: { process.exit: a }
                    do: { kill: process }

                """#,
            "13:15: error: `process.exit` is not built yet"),
    ]
}
