import Model
import Scenario

/// Scenario files in memory.
struct Files {
    var texts: [String: String]

    var environment: LoadEnvironment {
        let texts = texts
        return LoadEnvironment(agentsFolder: "/agents", currentFolder: "/base") { path in
            texts[path].map { Array($0.utf8) }
        }
    }

    /// The scenario `path`.
    func load(_ path: String) throws(DiagnosticList) -> LoadedScenario {
        try loadPlans(path: path, environment: environment)
    }

    /// What is wrong with the scenario `path`, one line each.
    func problems(_ path: String) -> [String] {
        do {
            _ = try load(path)
            return []
        } catch {
            return error.diagnostics.map(\.description)
        }
    }
}

extension [Fault] {
    /// The faults without the places at which they are written.
    var unplaced: [Fault] {
        map { fault in
            var fault = fault
            fault.location = nil
            return fault
        }
    }
}
