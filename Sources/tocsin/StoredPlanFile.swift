import Campaign
import Model

/// The plan of an earlier run, which is a file and can be run again as it is.
enum StoredPlanFile {
    /// What such a file is called.
    static let name = "plan.json"

    /// Whether a path is one of such a file.
    static func isOne(_ path: String) -> Bool { path.hasSuffix(".json") }

    /// The plan in it.
    ///
    /// - Throws: `UnusableInput` where there is none.
    static func plan(_ path: String) throws -> Plan {
        guard Files.exists(path) else { throw UnusableInput("there is no file \(path)") }
        do {
            return try PlanFolder.plan(file: path)
        } catch {
            throw UnusableInput("\(explained(error))")
        }
    }
}
