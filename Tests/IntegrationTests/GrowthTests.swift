import FoundationEssentials
import Glibc
import Kernel
import Model
import Testing

@testable import tocsin

/// A worker that has run many plans holds no more than one that has run few.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct GrowthTests {
    @Test func descriptorsDoNotGrow() throws {
        let folder = "/tmp/tocsin-growth-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let worker = try startWorker(in: folder)
        defer {
            worker.kill(SIGKILL)
            _ = try? waitBlocking(for: worker.process)
        }
        // Many processes, and operations whose exits are watched: each holds a descriptor while it lives.
        let plan = plan(
            shell(
                "for n in 1 2 3 4 5; do ip netns add n$n; ip netns exec n$n ip link add b type bridge; ip netns del n$n; done"
            ))
        var counts: [Int] = []
        for round in 0..<12 {
            try worker.give(Job(plan: plan, role: .fault, folder: "\(folder)/\(round)"), guardTime: .seconds(60))
            var answer: WorkerProcess.Answer?
            while answer == nil {
                _ = try poll(worker.items, timeout: .seconds(60))
                answer = try worker.answer()
            }
            guard case .report(let report)? = answer, report.failure == nil else {
                Issue.record("\(String(describing: answer))")
                return
            }
            counts.append(try listDirectory("/proc/\(worker.process)/fd").count)
        }
        #expect((counts.last ?? 0) <= counts[1] + 2, "\(counts)")
    }
}
