import ArgumentParser
import Campaign
import Kernel
import Model
import Worker

/// Says what this machine can do.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what this machine can do, and what each missing thing costs.",
        discussion: "Exit status 3 when something is missing without which no plan can run.")

    func run() throws {
        let machine = try Machine(trying: false)
        Output.print("here     \(Standing())")
        var findings =
            Doctor.kernel() + (try Doctor.capabilities()) + [try Doctor.openFiles()] + Doctor.interfaces()
            + Doctor.programs(machine)
        if findings.allSatisfy({ $0.isThere || !$0.isNeeded }) {
            findings += try Doctor.linkTypes() + Doctor.hosts()
        }
        for finding in findings {
            Output.print("\(finding.isThere ? "ok      " : "missing ") \(finding.name): \(finding.detail)")
            if !finding.isThere { Output.print("         costs: \(finding.cost)") }
        }
        let needed = findings.filter { !$0.isThere && $0.isNeeded }
        let others = findings.filter { !$0.isThere && !$0.isNeeded }
        guard needed.isEmpty else {
            for remedy in Surroundings().remedies { Output.print("perhaps: \(remedy)") }
            Output.print("no plan can run here: \(needed.map(\.name).joined(separator: ", "))")
            throw ExitCode.of(ExitStatus.error)
        }
        Output.print(
            others.isEmpty
                ? "everything is there" : "plans can run; missing: \(others.map(\.name).joined(separator: ", "))")
    }
}

/// One thing that a machine has or has not.
struct DoctorFinding {
    /// What it is called.
    var name: String
    /// Whether it is there.
    var isThere: Bool
    /// What was seen.
    var detail: String
    /// What cannot be done without it.
    var cost: String
    /// Whether no plan can run without it.
    var isNeeded: Bool
}
