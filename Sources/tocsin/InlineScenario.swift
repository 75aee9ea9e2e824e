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

    /// The text of the scenario file that it stands for.
    ///
    /// - Throws: `UnusableInput` for a fault that does not read `POINT: ACTION`.
    func text() throws -> String {
        var argv = argv
        guard let program = argv.first else { throw UnusableInput("a command is needed behind --") }
        // A relative path would be looked for where the agent starts.
        if program.contains("/") { argv[0] = FilePathText.absolute(program) }
        let command = Self.commandName(program)
        var lines = ["tocsin: 1", "title: \(Self.quoted(argv.joined(separator: " ")))", ""]
        if !namespaces.isEmpty { lines += ["host:", "  namespaces: \(Self.list(namespaces))", ""] }
        lines += ["agents:", "  agent:"]
        if let folder { lines.append("    directory: \(Self.quoted(folder))") }
        lines += ["    commands:", "      \(command): { run: \(Self.list(argv)) }", ""]
        lines += ["steps:", "  - run: \(command)"]
        if !faults.isEmpty { lines += ["", "faults:"] }
        for fault in faults { lines += try Self.fault(fault) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The plans of it.
    ///
    /// - Throws: `BrokenFiles` with what is wrong in the text.
    func plans() throws -> [Plan] {
        let text = try text()
        let disk = LoadEnvironment(agentsFolder: Loading.agents)
        let environment = LoadEnvironment(
            agentsFolder: disk.agentsFolder, currentFolder: disk.currentFolder,
            readFile: { $0 == Self.name ? Array(text.utf8) : nil })
        do throws(DiagnosticList) {
            return try loadPlans(path: Self.name, environment: environment).plans.map { plan in
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

    /// Reads `before netns.enter pod by ip: netns.delete pod`: words as `tocsin trace` prints them.
    private static func fault(_ text: String) throws -> [String] {
        guard let middle = text.firstRange(of: ": ") else {
            throw UnusableInput(
                "--fault '\(text)': POINT: ACTION is needed, as in 'before netns.enter pod: netns.delete pod'")
        }
        var point = text[..<middle.lowerBound].split(separator: " ").map(String.init)
        guard point.count > 1, ["before", "after"].contains(point[0]) else {
            throw UnusableInput("--fault '\(text)': a point begins with before or after, and an operation")
        }
        let side = point.removeFirst()
        let action = text[middle.upperBound...].split(separator: " ").map(String.init)
        guard !action.isEmpty else { throw UnusableInput("--fault '\(text)': there is no action") }
        return ["  - \(side): \(try phrase(point, in: text))", "    do: \(try phrase(action, in: text))"]
    }

    private static func phrase(_ words: [String], in text: String) throws -> String {
        // The word and which one; then pairs. A word alone means any.
        let which = words.count > 1 ? words[1] : "*"
        let rest = words.dropFirst(2)
        guard rest.count % 2 == 0 else {
            throw UnusableInput("--fault '\(text)': \(rest.last ?? "") has no value")
        }
        var parts = ["\(words[0]): \(quoted(which))"]
        var pair = rest[...]
        while let name = pair.popFirst(), let value = pair.popFirst() { parts.append("\(name): \(quoted(value))") }
        return "{ \(parts.joined(separator: ", ")) }"
    }

    /// The program's name as the name of a command.
    private static func commandName(_ program: String) -> String {
        let name = program.split(separator: "/").last.map(String.init) ?? program
        let plain = name.map { $0.isASCII && ($0.isLetter || $0.isNumber) || "-_".contains($0) ? $0 : "-" }
        return plain.first?.isLetter == true ? String(plain) : "command"
    }

    private static func list(_ words: [String]) -> String { "[\(words.map(quoted).joined(separator: ", "))]" }

    /// A text in double quotes where YAML might read another thing, with variables kept from being looked for.
    private static func quoted(_ text: String) -> String {
        let dollars = text.split(separator: "$(", omittingEmptySubsequences: false).joined(separator: "$$(")
        let plain = dollars.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        if plain && !dollars.isEmpty { return dollars }
        var quoted = "\""
        for scalar in dollars.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7f {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }
}
