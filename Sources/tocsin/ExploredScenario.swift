import Exploration
import Model
import Scenario

/// A cause as a scenario file, for its example.
struct ExploredScenario {
    private let source: ExploreSource
    private let cause: Cause
    private let plan: Plan
    private let story: Plan
    private let faults: [String]

    init(_ source: ExploreSource, _ exploration: Exploration, _ cause: Cause) {
        self.source = source
        self.cause = cause
        story = exploration.story
        plan = cause.smallest ?? exploration.plan(cause.example)
        faults = plan.faults.map { "\($0.point.lineText): \($0.actions.map(\.lineText).joined(separator: ", "))" }
    }

    /// The text of the file.
    ///
    /// - Parameter folder: The folder in which it will lie, absolute.
    /// - Throws: `BrokenFiles` where the fault cannot be said.
    func text(in folder: String) throws -> String {
        var lines: [String]
        switch source {
        case .command(let inline):
            lines = try inline.head(title: cause.finding.message)
            lines += ["steps:"] + plan.steps.map { "  - \(ExploredScenario.flow($0, agent: nil))" }
        case .file(let path):
            lines = [
                "tocsin: 1", "use: \(YAMLText.quoted(FilePathText.from(folder, to: FilePathText.absolute(path))))",
                "title: \(YAMLText.quoted(cause.finding.message))", "cwe: [\(cause.finding.cwe)]",
            ]
            if !story.bindings.isEmpty {
                let values = story.bindings.sorted { $0.key < $1.key }
                    .map { "\($0.key): [\(YAMLText.quoted($0.value))]" }
                lines += ["", "matrix: { \(values.joined(separator: ", ")) }"]
            }
            if plan.steps != story.steps {
                lines += ["", "steps:"]
                lines += plan.steps.map { "  - \(ExploredScenario.flow($0, agent: $0.agent))" }
            }
        }
        lines += ["", "faults:"]
        for (text, fault) in zip(faults, plan.faults) {
            lines += try InlineScenario.read([text], at: nil).flatMap(\.lines)
            if case .duration(let time)? = fault.until { lines.append("    until: \(time / 1_000_000)ms") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A step as an item of `steps`.
    private static func flow(_ step: Step, agent: String?) -> String {
        switch step.body {
        case .run(let command):
            var keys = ["run: \(agent.map { "\($0)." } ?? "")\(command.name)"]
            if step.name != command.name { keys.append("name: \(step.name)") }
            if let request = command.request, request.with != "{}" { keys.append("with: \(request.with)") }
            if command.exit != [0] { keys.append("exit: [\(command.exit.map(String.init).joined(separator: ", "))]") }
            if command.retry > 0 { keys.append("retry: \(command.retry)") }
            return "{ \(keys.joined(separator: ", ")) }"
        case .start(let agent): return "start: \(agent)"
        case .stop(let agent, _): return "stop: \(agent)"
        case .signal(let agent, let signal): return "{ signal: \(agent), send: \(signal.name) }"
        case .act(let action): return "{ name: \(step.name), do: \(action) }"
        case .check, .together: return "{ name: \(step.name) }"
        }
    }

    /// Whether a text, read as a file at a path, is the plan that was explored.
    func isSame(as text: String, at path: String) -> Bool {
        let disk = LoadEnvironment(agentsFolder: Loading.agents)
        let environment = LoadEnvironment(
            agentsFolder: disk.agentsFolder, currentFolder: disk.currentFolder,
            readFile: { $0 == path ? Array(text.utf8) : disk.readFile($0) })
        do {
            let plans = try loadPlans(path: path, environment: environment).plans
            guard plans.count == 1, let loaded = plans.first else { return false }
            return loaded.steps == plan.steps && loaded.host == plan.host && loaded.agents == plan.agents
                && loaded.faults.map(\.actions) == plan.faults.map(\.actions)
                && loaded.faults.map(\.point) == plan.faults.map(\.point)
                && loaded.faults.map(\.until) == plan.faults.map(\.until)
        } catch {
            return false
        }
    }

    /// The plan, for where it cannot be said as a file.
    var explored: Plan { plan }
}

extension FilePathText {
    /// The path of a file as seen from a folder, both absolute.
    static func from(_ folder: String, to file: String) -> String {
        let here = folder.split(separator: "/").filter { $0 != "." }
        let there = file.split(separator: "/").filter { $0 != "." }
        let common = zip(here, there).prefix { $0 == $1 }.count
        return (here.dropFirst(common).map { _ in ".." } + there.dropFirst(common).map(String.init)).joined(
            separator: "/")
    }
}
