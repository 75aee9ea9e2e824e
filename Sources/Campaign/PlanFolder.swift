import FoundationEssentials
import Model

/// The folder of one plan's records: `plan-0001-NAME/{reference-1, fault-1, control-before, ...}`.
public struct PlanFolder: Sendable, Hashable {
    /// The folder.
    public let path: String

    /// Means the folder at `path`, whether it is there or not.
    public init(_ path: String) { self.path = path }

    /// The folder of the plan with that number, from 1, inside the folder of a run.
    public init(run: String, number: Int, plan: Plan) {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        path = "\(run)/plan-\(padded)-\(PlanFolder.slug(of: plan))"
    }

    /// The file that holds the plan.
    public var planFile: String { "\(path)/plan.json" }

    /// The file of what the references came to.
    public var referenceFile: String { "\(path)/reference.json" }

    /// The folder of the states of all its records, in which equal ones are kept once.
    public var states: String { "\(path)/\(RecordFolder.statesName)" }

    /// The folder of one run's record.
    public func record(_ role: RunRole, run: Int) -> String {
        switch role {
        case .controlBefore, .controlAfter: "\(path)/\(role.name)\(run > 1 ? "-\(run)" : "")"
        case .reference, .fault, .confirmation, .trace: "\(path)/\(role.name)-\(run)"
        }
    }

    /// Makes the folder and keeps the plan in it.
    ///
    /// - Throws: `FileError`, and what encoding throws.
    public func create(for plan: Plan) throws {
        try Files.makeFolder(path)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try Files.write(try encoder.encode(try Redactor(plan).value(plan)), to: planFile)
    }

    /// Makes these references of another plan those of this one, by links that survive a move of the run's folder.
    ///
    /// - Throws: `FileError`.
    public func share(references runs: ClosedRange<Int>, of other: PlanFolder) throws {
        guard other != self else { return }
        let name = other.path.split(separator: "/").last.map(String.init) ?? other.path
        for run in runs {
            let file = record(.reference, run: run)
            try Files.link(file, to: "../\(name)/\(RunRole.reference.name)-\(run)")
        }
    }

    /// The plan that was kept here.
    ///
    /// - Throws: `RecordError.unreadable` when it is missing or no plan.
    public func plan() throws -> Plan { try PlanFolder.plan(file: planFile) }

    /// The plan in such a file, wherever it lies.
    ///
    /// - Throws: `RecordError.unreadable` when it is missing or no plan.
    public static func plan(file: String) throws -> Plan {
        do {
            return try JSONDecoder().decode(Plan.self, from: Files.read(file))
        } catch {
            throw RecordError.unreadable(file, explained(error))
        }
    }

    /// The records that are here, in the order of their numbers.
    public func records(_ role: RunRole) -> [String] {
        var found: [String] = []
        while Files.exists(record(role, run: found.count + 1)) {
            found.append(record(role, run: found.count + 1))
        }
        return found
    }

    /// The name of the scenario's file and its matrix values, as a file name of at most 60 letters.
    static func slug(of plan: Plan) -> String {
        let file = plan.scenario.split(separator: "/").last.map(String.init) ?? plan.scenario
        let stem = file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file
        let values = plan.bindings.sorted { $0.key < $1.key }.map { "-\($0.value)" }.joined()
        var slug = ""
        for scalar in (stem + values).unicodeScalars where slug.count < 60 {
            let plain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            if plain || scalar == "." || scalar == "_" {
                slug.unicodeScalars.append(scalar)
            } else if slug.last != "-" {
                slug.append("-")
            }
        }
        return slug.last == "-" ? String(slug.dropLast()) : slug
    }
}
