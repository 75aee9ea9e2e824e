extension BrokenFileTests {
    static let notBuilt: [Broken] = [
        Broken(
            scenario(
                #"""
                plant: {}
                order: []
                explore: {}
                """#),
            "3:1: error: `plant` is not built yet",
            "4:1: error: `order` is not built yet",
            "5:1: error: `explore` is not built yet"),
        Broken(
            story.replacing(
                #"""
                agents:

                """#,
                with: #"""
                    agents:
                      d: { service: [x], ready: {}, warm: true, stop: SIGTERM, driver: [x], provision: [x], user: a, capabilities: all, commands: { go: {} } }

                    """#),
            "4:8: error: `service` is not built yet",
            "4:22: error: `ready` is not built yet",
            "4:33: error: `warm` is not built yet",
            "4:45: error: `stop` is not built yet",
            "4:60: error: `driver` is not built yet",
            "4:73: error: `provision` is not built yet",
            "4:89: error: `user` is not built yet",
            "4:98: error: `capabilities` is not built yet"),
        Broken(
            story.replacing(
                "- run: del",
                with: #"""
                    - start: ip
                      - stop: ip
                      - together: []
                      - { run: del, with: {} }
                    """#),
            "10:5: error: `start` is not built yet",
            "11:5: error: `stop` is not built yet",
            "12:5: error: `together` is not built yet",
            "13:17: error: `with` is not built yet"),
        Broken(
            faulty + #"""
                  - before: { sysctl.write: a }
                    once: {}
                    do: [{ link.delete: a }, { exec: [x] }, { dump: short }]

                """#,
            "14:5: error: `once` is not built yet",
            "15:12: error: `link.delete` is not built yet",
            "15:32: error: `exec` is not built yet",
            "15:47: error: `dump` is not built yet"),
        Broken(
            faulty + #"""
                  - before: { ipset.add: a }
                    do: { kill: process }

                """#,
            "13:15: error: `ipset.add` is not built yet"),
    ]
}
