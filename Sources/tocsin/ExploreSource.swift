import Model
import Scenario

/// Where an explored story comes from.
enum ExploreSource {
    /// A scenario file.
    case file(String)
    /// A command line.
    case command(InlineScenario)

    /// Takes the command behind `--`, or else the file.
    ///
    /// - Parameters:
    ///   - undo: The command that undoes it, as one argument.
    ///   - resync: The command that repairs what it finds, as one argument.
    ///   - netns: The namespaces that are there before.
    ///   - beside: Commands that run at the same time, each as one argument.
    /// - Throws: `UnusableInput` for what is no command.
    init(
        _ scenario: ScenarioOptions, undo: String?, resync: String? = nil, netns: [String], beside: [String] = []
    ) throws {
        guard let command = DoubleDash.command, !command.isEmpty else {
            self = .file(scenario.files[0])
            return
        }
        func words(_ text: String?, of option: String) throws -> [String] {
            guard let text else { return [] }
            let words = try ShellWords.read(text, option: option)
            guard words.first?.isEmpty == false else { throw UnusableInput("\(option): a command is needed") }
            return words
        }
        self = .command(
            InlineScenario(
                argv: command, namespaces: netns, undo: try words(undo, of: "--undo"),
                resync: try words(resync, of: "--resync"),
                beside: try beside.map { try words($0, of: "--beside") }))
    }

    /// The story without faults; of several plans the first that is meant, which is said.
    ///
    /// - Throws: `BrokenFiles` and `UnusableInput` with what is wrong.
    func story(_ scenario: ScenarioOptions) throws -> Plan {
        let plans: [Plan]
        switch self {
        case .command(let inline): plans = try inline.plans()
        case .file:
            let loaded = try Loading.scenarios(scenario.files)
            for warning in loaded.flatMap(\.warnings) { Output.note(warning.description) }
            plans = try Loading.select(loaded.flatMap(\.plans), only: scenario.only).withoutFaults
        }
        guard let plan = plans.first else { throw UnusableInput("--only matched no plan, or the file has no steps") }
        if let others = Loading.others(than: plans) { Output.note("this is \(plan.name); \(others)") }
        return plan.withoutFaults
    }
}
