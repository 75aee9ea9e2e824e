import FoundationEssentials
import Model
import Scenario

/// The scenario of one command line: an agent with one command, run once.
struct InlineScenario {
    /// The name under which it is loaded, which diagnostics say.
    static let name = "command-line"

    /// The program and its arguments.
    var argv: [String]
    /// `before netns.enter pod: netns.delete pod`, as they were given.
    var faults: [String] = []
    /// Namespaces that are there before.
    var namespaces: [String] = []
    /// Where the faults happen, if they are actions alone.
    var point: Point?

    /// The text of the scenario file that it stands for.
    ///
    /// - Throws: `BrokenFiles` for a fault that does not read `POINT: ACTION`.
    func text() throws -> String {
        let faults = try InlineScenario.read(faults, at: point)
        let lines = faults.isEmpty ? [] : ["", "faults:"] + faults.flatMap(\.lines)
        return try undisturbed() + lines.map { "\($0)\n" }.joined()
    }

    /// The faults of the command line: each `POINT: ACTION`, or an action alone where `--at` gives the point.
    ///
    /// - Throws: `BrokenFiles` with what is wrong, at the option and the column.
    static func read(_ faults: [String], at point: Point?) throws -> [InlineFault] {
        try named(faults).map { text, option in
            do throws(Diagnostic) {
                if let point { return try InlineFault(action: text, at: point, option: option) }
                return try InlineFault(text, option: option)
            } catch {
                throw BrokenFiles(diagnostics: [error])
            }
        }
    }

    /// Looks at actions for which `--at` says the point, before that is looked for.
    ///
    /// - Throws: `BrokenFiles` with what is wrong, at the option and the column.
    static func check(actions: [String], agents: [String]) throws {
        for (text, option) in named(actions) {
            do throws(DiagnosticList) {
                try InlineFault.check(action: text, agents: agents, option: option)
            } catch {
                throw BrokenFiles(diagnostics: error.diagnostics)
            }
        }
    }

    private static func named(_ faults: [String]) -> [(text: String, option: String)] {
        faults.enumerated().map { ($1, faults.count > 1 ? "--fault \($0 + 1)" : "--fault") }
    }

    private func undisturbed() throws -> String {
        var argv = argv
        guard let program = argv.first, !program.isEmpty else {
            throw UnusableInput("a command is needed behind --\(argv.isEmpty ? "" : ": its program is an empty word")")
        }
        // A relative path would be looked for where the agent starts.
        if program.contains("/") { argv[0] = FilePathText.absolute(program) }
        let command = Self.commandName(program)
        var lines = ["tocsin: 1", "title: \(Self.quoted(argv.joined(separator: " ")))", ""]
        if !namespaces.isEmpty { lines += ["host:", "  namespaces: \(Self.list(namespaces))", ""] }
        lines += ["agents:", "  agent:"]
        if let folder { lines.append("    directory: \(Self.quoted(folder))") }
        lines += ["    commands:", "      \(command): { run: \(Self.list(argv)) }", ""]
        lines += ["steps:", "  - run: \(command)"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// The plans of it.
    ///
    /// - Throws: `BrokenFiles` with what is wrong in the text.
    func plans() throws -> [Plan] {
        let text = try undisturbed()
        let faults = try InlineScenario.read(faults, at: point)
        let disk = LoadEnvironment(agentsFolder: Loading.agents)
        let environment = LoadEnvironment(
            agentsFolder: disk.agentsFolder, currentFolder: disk.currentFolder,
            readFile: { $0 == Self.name ? Array(text.utf8) : nil })
        do throws(DiagnosticList) {
            return try loadPlans(path: Self.name, environment: environment, faults: faults).plans.map { plan in
                var plan = plan
                plan.scenario = argv.joined(separator: " ")
                return plan
            }
        } catch {
            throw BrokenFiles(diagnostics: error.diagnostics)
        }
    }

    /// Where the command starts: here, unless the host has no such folder, for its /run and /tmp are empty.
    private var folder: String? {
        let here = FileManager.default.currentDirectoryPath
        let own = ["/tmp", "/run", "/var/run", "/proc", "/sys", "/dev"]
        return own.contains { here == $0 || here.hasPrefix($0 + "/") } ? nil : here
    }

    /// The program's name as the name of a command.
    private static func commandName(_ program: String) -> String {
        let name = program.split(separator: "/").last.map(String.init) ?? program
        let plain = name.map { $0.isASCII && ($0.isLetter || $0.isNumber) || "-_".contains($0) ? $0 : "-" }
        return plain.first?.isLetter == true ? String(plain) : "command"
    }

    private static func list(_ words: [String]) -> String { "[\(words.map(quoted).joined(separator: ", "))]" }

    /// A text as YAML has it, with variables kept from being looked for.
    private static func quoted(_ text: String) -> String {
        YAMLText.quoted(text.split(separator: "$(", omittingEmptySubsequences: false).joined(separator: "$$("))
    }
}
