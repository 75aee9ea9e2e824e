extension BrokenFileTests {
    static let notBuilt: [Broken] = [
        Broken(
            scenario(
                #"""
                plant: {}
                explore: {}
                """#),
            "3:1: error: `plant` is not built yet",
            "4:1: error: `explore` is not built yet"),
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
                    do: [{ netns.hold: a }, { overflow: 3 }, { user: nobody }]

                """#,
            "14:12: error: `netns.hold` is not built yet",
            "14:31: error: `overflow` is not built yet",
            "14:48: error: `user` is not built yet"),
        Broken(
            faulty + #"""
                  - before: { ipset.add: a }
                    do: { kill: process }

                """#,
            "13:15: error: `ipset.add` is not built yet"),
    ]
}
