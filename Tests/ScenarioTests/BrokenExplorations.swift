extension BrokenFileTests {
    private static func explore(_ line: String) -> String { story + "explore: { \(line) }\n" }

    static let explorations: [Broken] = [
        Broken(explore("budget: 10"), "12:12: error: `10` is neither a duration nor `N plans`"),
        Broken(explore("budget: 0 plans"), "12:12: error: `0 plans` is neither a duration nor `N plans`"),
        Broken(
            explore("audit: 101%"), "12:12: error: `101%` is neither a number of plans nor a part of them, as `1%`"),
        Broken(explore("depth: 3"), "12:12: error: 3 is no `depth`: it is 1...2"),
        Broken(explore("seed: -1"), "12:12: error: -1 is no `seed`: it is 0...4294967295"),
        Broken(explore("during: [ad]"), "12:21: error: no step `ad`; did you mean `add`?"),
        Broken(
            explore("at: [netns.entr, link.*]"),
            "12:17: error: no operation is called `netns.entr`; did you mean `netns.enter`?"),
        Broken(explore("at: [step]"), "12:17: error: no operation is called `step`"),
        Broken(
            explore("faults: [kil, netns, delay]"),
            "12:21: error: no fault is called `kil`; did you mean `kill`?",
            "12:33: error: `delay` is placed nowhere: nothing changes meanwhile: at another time is what all the others are"
        ),
        Broken(explore("faults: []"), "12:12: error: `faults` is an empty list: nothing would be explored"),
        Broken(explore("steps: [add]"), "12:12: error: unknown key `steps`"),
        Broken(
            served + "explore: { during: [together] }\n",
            "18:21: error: `together` is no step of an agent by itself, of which operations could be explored"),
        Broken(
            story.replacing("title: t\n", with: "explore: {}\n"),
            "2:1: error: a scenario with an exploration needs a `title`"
        ),
        Broken(
            story.replacing("    commands:\n", with: "    resync: ad\n    commands:\n"),
            "5:5: error: no command `ad`; did you mean `add`?"),
    ]
}
