import FoundationEssentials
import Glibc
import Kernel
import Model
import Reports
import Scenario

/// Scenario files, read and bound.
enum Loading {
    /// The folder in which provisioned agents lie: `$TOCSIN_AGENTS`, or `.agents` in the current one.
    static var agents: String {
        let chosen = environmentVariable("TOCSIN_AGENTS") ?? ".agents"
        return chosen.hasPrefix("/") ? chosen : "\(FileManager.default.currentDirectoryPath)/\(chosen)"
    }

    /// The files that the arguments mean: a folder is every scenario file below it.
    ///
    /// - Throws: `UnusableInput` for a name under which there is nothing, and a folder that cannot be read.
    static func files(_ arguments: [String]) throws -> [(path: String, isNamed: Bool)] {
        let all = try arguments.flatMap { argument -> [(path: String, isNamed: Bool)] in
            guard Files.exists(argument) else { throw UnusableInput("there is no file \(argument)") }
            guard isFolder(argument) else { return [(argument, true)] }
            let folder = argument.hasSuffix("/") ? String(argument.dropLast()) : argument
            return try names(below: folder).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
                .map { ("\(folder)/\($0)", false) }
        }
        // A file is meant once, however often and by whatever spelling it is named.
        let named = Set(all.filter(\.isNamed).map { spelling($0.path) })
        var seen: Set<String> = []
        return all.compactMap { path, isNamed in
            let spelling = spelling(path)
            return seen.insert(spelling).inserted ? (path, isNamed || named.contains(spelling)) : nil
        }
    }

    /// The path from the root, without dots and slashes that say nothing.
    ///
    /// A `..` stays: it may follow a link.
    private static func spelling(_ path: String) -> String {
        FilePathText.absolute(path).split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// What is said where one plan, the first, stands for several; nil where it is the only one.
    static func others(than plans: [Plan]) -> String? {
        guard let first = plans.first, plans.count > 1 else { return nil }
        let choice = first.bindings.keys.sorted().first { name in
            plans.contains { $0.scenario == first.scenario && $0.bindings[name] != first.bindings[name] }
        }
        let way = choice.map { "--only \($0)=VALUE chooses" } ?? "the path of one file chooses"
        return "the first of \(plans.count) plans: \(way)"
    }

    /// The paths of all that is below a folder, from it; links to folders are not followed.
    private static func names(below folder: String) throws -> [String] {
        let inner: [String]
        do { inner = try listDirectory(folder) } catch {
            throw UnusableInput("\(folder): cannot be read: \(error.errno.explained)")
        }
        return try inner.flatMap { name in
            let path = "\(folder)/\(name)"
            guard readLink(path) == nil, isFolder(path) else { return [name] }
            return [name] + (try names(below: path)).map { "\(name)/\($0)" }
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The scenarios of the files; of a folder, those with a title.
    ///
    /// - Throws: `BrokenFiles` with everything that is wrong with any of them.
    static func scenarios(
        _ arguments: [String], faults: [InlineFault] = [], includingParts: Bool = false
    ) throws -> [LoadedScenario] {
        let environment = LoadEnvironment(agentsFolder: agents)
        var loaded: [LoadedScenario] = []
        var diagnostics: [Diagnostic] = []
        for file in try files(arguments) {
            do throws(DiagnosticList) {
                let scenario = try loadPlans(path: file.path, environment: environment, faults: faults)
                if file.isNamed || includingParts || !scenario.isParts { loaded.append(scenario) }
            } catch {
                // Files that `use` a broken one would say all of it again.
                diagnostics += error.diagnostics.filter { !diagnostics.contains($0) }
            }
        }
        guard diagnostics.isEmpty else { throw BrokenFiles(diagnostics: diagnostics) }
        return loaded
    }

    /// The plans of scenarios that `--only` means.
    ///
    /// - Throws: `UnusableInput` for what is no `name=value`, and for a name that no plan has.
    ///
    /// - Parameter ignoring: Names that say nothing any more, because only the faults that were replaced used them.
    static func select(_ plans: [Plan], only: [String], ignoring: [String] = []) throws -> [Plan] {
        try only.reduce(plans) { plans, text in
            guard let sign = text.firstIndex(of: "=") else {
                throw UnusableInput("--only \(text): name=value is needed")
            }
            let name = String(text[..<sign])
            let value = String(text[text.index(after: sign)...])
            if ignoring.contains(name) { return plans }
            let names = Set(plans.flatMap(\.bindings.keys)).sorted()
            guard plans.isEmpty || names.contains(name) else {
                let known = names.isEmpty ? "they have no matrix" : "they have \(names.joined(separator: ", "))"
                throw UnusableInput("--only \(text): no plan has \(name); \(known)")
            }
            return plans.filter { $0.bindings[name] == value }
        }
    }
}

/// Everything that is wrong with some scenario files.
struct BrokenFiles: Error, CustomStringConvertible {
    var diagnostics: [Diagnostic]

    /// One line each.
    var description: String { diagnostics.map { VisibleText.line($0.description) }.joined(separator: "\n") }
}
