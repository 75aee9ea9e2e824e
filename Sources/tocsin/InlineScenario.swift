import FoundationEssentials
import Model
import Scenario

/// The scenario of one command line: an agent with one command, run once, and with the one that undoes it.
struct InlineScenario {
    /// The name under which it is loaded, which diagnostics say.
    static let name = "command-line"

    /// The program and its arguments.
    var argv: [String]
    /// `before netns.enter pod: netns.delete pod`, as they were given.
    var faults: [String] = []
    /// Namespaces that are there before.
    var namespaces: [String] = []
    /// The program and the arguments that undo the command; empty where nothing does.
    var undo: [String] = []
    /// The program and the arguments by which it repairs what it finds; empty where nothing does.
    var resync: [String] = []
    /// Programs and arguments that run at the same time as the command, each as an agent of its own.
    var beside: [[String]] = []
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
        var lines = try head(title: argv.joined(separator: " "))
        if beside.isEmpty {
            lines += ["steps:", "  - run: \(name)"]
        } else {
            lines += ["steps:", "  - together:", "      - run: agent.\(name)"]
            lines += besideAgents.map { "      - run: \($0.agent).\($0.command)" }
        }
        if !undo.isEmpty { lines.append("  - run: \(undoName)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The lines of the scenario file before its steps.
    ///
    /// - Throws: `UnusableInput` where there is no program.
    func head(title: String) throws -> [String] {
        var argv = argv
        guard let program = argv.first, !program.isEmpty else {
            throw UnusableInput("a command is needed behind --\(argv.isEmpty ? "" : ": its program is an empty word")")
        }
        // A relative path would be looked for where the agent starts.
        if program.contains("/") { argv[0] = FilePathText.absolute(program) }
        var lines = ["tocsin: 1", "title: \(Self.quoted(title))", ""]
        if !namespaces.isEmpty { lines += ["host:", "  namespaces: \(Self.list(namespaces))", ""] }
        lines += ["agents:", "  agent:"]
        if let folder { lines.append("    directory: \(Self.quoted(folder))") }
        lines += ["    commands:", "      \(name): { run: \(Self.list(argv)) }"]
        if !undo.isEmpty {
            var undo = undo
            if undo[0].contains("/") { undo[0] = FilePathText.absolute(undo[0]) }
            lines.append("      \(undoName): { run: \(Self.list(undo)), undoes: \(name) }")
        }
        if !resync.isEmpty {
            var resync = resync
            if resync[0].contains("/") { resync[0] = FilePathText.absolute(resync[0]) }
            lines.append("      \(resyncName): { run: \(Self.list(resync)) }")
            lines.append("    resync: \(resyncName)")
        }
        for (argv, other) in zip(beside, besideAgents) {
            var argv = argv
            if argv[0].contains("/") { argv[0] = FilePathText.absolute(argv[0]) }
            lines.append("  \(other.agent):")
            if let folder { lines.append("    directory: \(Self.quoted(folder))") }
            lines += ["    commands:", "      \(other.command): { run: \(Self.list(argv)) }"]
        }
        return lines + [""]
    }

    /// What those beside it are called: `beside`, `beside-2`.
    private var besideAgents: [(agent: String, command: String)] {
        beside.enumerated().map { ($0 == 0 ? "beside" : "beside-\($0 + 1)", Self.commandName(Self.words($1))) }
    }

    /// What the command is called: the program, and beside the one that undoes it its first words, `ip-netns-add`.
    private var name: String { Self.commandName(undo.isEmpty && resync.isEmpty ? argv.first ?? "" : Self.words(argv)) }

    private var resyncName: String {
        let name = Self.commandName(Self.words(resync))
        return [self.name, undo.isEmpty ? "" : undoName].contains(name) ? "\(name)-resync" : name
    }

    private var undoName: String {
        let name = Self.commandName(Self.words(undo))
        return name == self.name ? "\(name)-undo" : name
    }

    /// The program and its first arguments that are words, up to three together.
    private static func words(_ argv: [String]) -> String {
        let program = argv.first.flatMap { $0.split(separator: "/").last }.map(String.init) ?? ""
        let words = argv.dropFirst().prefix { $0.allSatisfy { $0.isASCII && $0.isLetter } && $0.count > 1 }.prefix(2)
        return ([program] + words).joined(separator: "-")
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
