import Model

/// A scenario file, bound.
public struct LoadedScenario: Hashable, Sendable {
    /// The path of the file, which is the id of the scenario.
    public var path: String
    /// What it is about, nil for parts.
    public var title: String?
    /// The words it is filed under.
    public var tags: [String]
    /// One plan for each combination of the matrix and each errno of `fail: each`, in the order of the file.
    public var plans: [Plan]
    /// What looks like a slip.
    public var warnings: [Diagnostic] = []
    /// Whether there is a story that can be run.
    public var hasSteps: Bool
    /// The names of the matrix that only the file's own faults use, where others stand in place of these.
    public var replacedNames: [String] = []
    /// Whether it has no title: parts for others to `use`, which `trace` can run and `run` does not count.
    public var isParts: Bool { title == nil }
}

/// Reads the scenario file at `path`, checks it whole, and binds every plan of it.
///
/// - Parameter faults: Faults of the command line, in place of those of the file and of what is known of them.
/// - Throws: everything that is wrong with it, at least one diagnostic that is no warning.
public func loadPlans(
    path: String, environment: LoadEnvironment, faults: [InlineFault] = []
) throws(DiagnosticList) -> LoadedScenario {
    let diagnostics = Diagnostics()
    let scenario = SourceTree(environment: environment, diagnostics: diagnostics).load(path).map { tree in
        let tree = faults.isEmpty ? tree : tree.disturbed(by: faults, called: path)
        return Binder(
            path: path, tree: tree, environment: environment, diagnostics: diagnostics, isDisturbed: !faults.isEmpty
        ).bind()
    }
    let all = diagnostics.sorted(first: path)
    guard var scenario, diagnostics.isEmpty else {
        throw all
    }
    scenario.warnings = all.diagnostics
    return scenario
}

extension Tree {
    /// The scenario with these faults in place of its own.
    fileprivate func disturbed(by faults: [InlineFault], called path: String) -> Tree {
        let items = Tree(content: .list(faults.map(\.tree)), position: position)
        let none = Tree(content: .list([]), position: position)
        let title = Tree(content: .text(path, isPlain: false), position: position)
        var tree = setting("faults", to: items)
        if tree["known"] != nil { tree = tree.setting("known", to: none) }
        return tree["title"] == nil ? tree.setting("title", to: title) : tree
    }
}
