import FoundationEssentials
import Glibc
import Kernel
import Model

@testable import tocsin

/// Runs one job in a worker of its own, started as `tocsin` starts its workers.
func report(of job: Job, in folder: String, pinned: Bool = false) throws -> JobReport {
    let worker = try startWorker(in: folder, cpu: pinned ? 0 : nil)
    defer {
        worker.kill(SIGKILL)
        _ = try? waitBlocking(for: worker.process)
    }
    try worker.give(job, guardTime: .seconds(60))
    while true {
        _ = try poll(worker.items, timeout: .seconds(60))
        switch try worker.answer() {
        case .report(let report)?: return report
        case .dead(let how)?: throw WorkerFailure(description: how)
        case .pause?, nil: continue
        }
    }
}

/// Starts a worker.
func startWorker(in folder: String, cpu: Int? = nil) throws -> WorkerProcess {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return try WorkerProcess(executable: try builtProgram(), cpu: cpu, log: "\(folder)/worker.log")
}

/// `tocsin` beside the bundle that holds these tests.
func builtProgram() throws -> String {
    for line in try readFile("/proc/self/maps").split(separator: "\n") where line.hasSuffix(".xctest") {
        guard let slash = line.firstIndex(of: "/") else { continue }
        let beside = line[slash...].split(separator: "/").dropLast().joined(separator: "/")
        return "/\(beside)/tocsin"
    }
    throw WorkerFailure(description: "these tests are in no bundle")
}

/// A worker that could not make a record.
struct WorkerFailure: Error, CustomStringConvertible {
    let description: String
}
