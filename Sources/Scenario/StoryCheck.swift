import Model

/// Says where the order of the steps makes no sense, and finds out which agents run at their edges.
struct StoryCheck {
    let agents: [String: AgentDefinition]
    let diagnostics: Diagnostics

    /// What has happened before a step.
    private struct Past {
        var done: Set<[String]> = []
        /// Services that run, and drivers that had a request.
        var running: Set<String> = []
        var stopped: Set<String> = []

        mutating func add(_ step: Step) {
            if case .run(let command) = step.body {
                done.insert([command.agent, command.name])
                if command.request != nil { running.insert(command.agent) }
            }
            guard let use = step.serviceUse else { return }
            if use.leavesIt {
                running.insert(use.agent)
                stopped.remove(use.agent)
            } else {
                running.remove(use.agent)
                stopped.insert(use.agent)
            }
        }
    }

    func check(_ list: inout StepList) {
        var past = Past()
        var told: [Step] = []
        for read in list.read {
            let before = past.running
            if read.parts.isEmpty {
                check(read, past, after: told, list)
            } else {
                checkTogether(read, past, after: told, list)
            }
            for step in [read] + read.parts {
                past.add(step.step)
                told.append(step.step)
            }
            list.running[read.step.id] = [.before: before, .after: past.running]
            let meanwhile = read.parts.reduce(into: before.union(past.running)) { agents, part in
                if case .run(let command) = part.step.body { agents.insert(command.agent) }
            }
            for part in read.parts { list.running[part.step.id] = [.before: meanwhile, .after: meanwhile] }
        }
    }

    /// The steps of a `together` have no order: what one of them makes is there for the others.
    private func checkTogether(_ read: ReadStep, _ past: Past, after told: [Step], _ list: StepList) {
        var here = past
        for part in read.parts {
            if case .run(let command) = part.step.body { here.done.insert([command.agent, command.name]) }
            if let use = part.step.serviceUse, use.leavesIt { here.running.insert(use.agent) }
        }
        for step in read.parts { check(step, here, after: told, list) }
    }

    private func check(_ read: ReadStep, _ past: Past, after told: [Step], _ list: StepList) {
        switch read.step.body {
        case .run(let command):
            if let undone = command.undoes, agents[command.agent]?.commands[undone] != nil,
                !past.done.contains([command.agent, undone]), !list.isUnread(undone)
            {
                diagnostics.add(read.tree.position, "undoes `\(undone)`, which no step before it runs")
            }
            if agents[command.agent]?.isService == true, past.stopped.contains(command.agent) {
                diagnostics.add(read.tree.position, "uses `\(command.agent)`, which was stopped before")
            }
        case .check:
            for (text, position) in ConditionParser.sinces(of: read.tree["check"]) {
                guard list.check(text, at: position, diagnostics), !list.isUnread(text),
                    !read.step.isMeant(by: text), !told.contains(where: { $0.isMeant(by: text) })
                else { continue }
                diagnostics.add(position, "`since` looks back: `\(text)` comes later")
            }
        default: break
        }
        checkService(read, past, list)
    }

    private func checkService(_ read: ReadStep, _ past: Past, _ list: StepList) {
        // A step that could not be read may have been the one that starts it.
        guard let use = read.step.serviceUse, use.needsIt, !past.running.contains(use.agent),
            !list.unread.contains(where: { $0.hasPrefix("start-") })
        else { return }
        let why = past.stopped.contains(use.agent) ? "which was stopped before" : "which no step before it starts"
        diagnostics.add(read.tree.position, "\(use.verb) `\(use.agent)`, \(why)")
    }
}
