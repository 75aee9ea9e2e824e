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
    /// Whether there is a story that can be run.
    public var hasSteps: Bool
    /// Whether it has no title: parts for others to `use`, which `trace` can run and `run` does not count.
    public var isParts: Bool { title == nil }
}

/// Reads the scenario file at `path`, checks it whole, and binds every plan of it.
///
/// - Throws: everything that is wrong with it, at least one diagnostic.
public func loadPlans(path: String, environment: LoadEnvironment) throws(DiagnosticList) -> LoadedScenario {
    let diagnostics = Diagnostics()
    let scenario = SourceTree(environment: environment, diagnostics: diagnostics).load(path).map { tree in
        Binder(path: path, tree: tree, environment: environment, diagnostics: diagnostics).bind()
    }
    guard let scenario, diagnostics.isEmpty else { throw diagnostics.sorted(first: path) }
    return scenario
}
