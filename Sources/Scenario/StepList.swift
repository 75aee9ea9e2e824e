import Model

/// The steps of a plan.
struct StepList {
    var read: [ReadStep] = []
    /// The names of those that could not be read.
    var unread: Set<String> = []
    /// The agents of which a process may be there at the beginning and at the end of a step, by its id.
    var running: [String: [Point.Side: Set<String>]] = [:]

    /// The story.
    var steps: [Step] { read.map(\.step) }
    /// Every step, those of a `together` behind it.
    var all: [Step] { read.flatMap { [$0.step] + $0.parts.map(\.step) } }

    /// Numbers the steps of each name, those inside a `together` with the others.
    mutating func name(_ unnamed: [ReadStep]) {
        read = unnamed
        var counts: [String: Int] = [:]
        forEach { step in
            counts[step.name, default: 0] += 1
            step.occurrence = counts[step.name] ?? 1
        }
        forEach { step in step.siblings = counts[step.name] ?? 1 }
        for index in read.indices where !read[index].parts.isEmpty {
            read[index].step.body = .together(read[index].parts.map(\.step))
        }
    }

    private mutating func forEach(_ change: (inout Step) -> Void) {
        for index in read.indices {
            change(&read[index].step)
            for part in read[index].parts.indices { change(&read[index].parts[part].step) }
        }
    }

    /// Whether a text means a step; says so at `position` where it does not.
    func check(_ text: String, at position: Position, _ diagnostics: Diagnostics) -> Bool {
        if all.contains(where: { $0.isMeant(by: text) }) { return true }
        if isUnread(text) { return true }
        diagnostics.add(
            position, "no step `\(text)`", misspelt: text,
            among: all.flatMap { [$0.name, "\($0.name).\($0.occurrence)"] })
        return false
    }

    /// Whether a text may mean a step that could not be read.
    func isUnread(_ text: String) -> Bool { unread.contains { text == $0 || text.hasPrefix("\($0).") } }

    /// The agents that may run at that edge of any step that `text` means.
    func running(_ side: Point.Side, of text: String) -> Set<String> {
        all.filter { $0.isMeant(by: text) }
            .reduce(into: []) { $0.formUnion(running[$1.id]?[side] ?? []) }
    }
}
