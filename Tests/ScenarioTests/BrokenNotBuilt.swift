extension BrokenFileTests {
    static let notBuilt: [Broken] = [
        Broken(
            scenario(
                #"""
                explore: {}
                """#),
            "3:1: error: `explore` is not built yet"),
        Broken(
            story.replacing(
                #"""
                agents:

                """#,
                with: #"""
                    agents:
                      d: { driver: [x], user: a, capabilities: all, commands: { go: {} } }

                    """#),
            "4:21: error: `user` is not built yet",
            "4:30: error: `capabilities` is not built yet"),
        Broken(
            faulty + #"""
                  - before: { sysctl.write: a }
                    do: [{ late: 1s }, { overflow: 0 }, { user: nobody }]

                """#,
            "14:12: error: `late` is not built yet",
            "14:26: error: `0` is no number in 1...100000",
            "14:43: error: `user` is not built yet"),
        Broken(
            faulty + #"""
                  - before: { ipset.add: a }
                    do: { kill: process }

                """#,
            "13:15: error: `ipset.add` is not built yet"),
    ]
}
