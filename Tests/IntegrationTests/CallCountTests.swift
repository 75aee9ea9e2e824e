import FoundationEssentials
import Glibc
import Kernel
import Model
import Testing

@testable import tocsin

private let strace = "/usr/bin/strace"

/// What an operation costs the worker in system calls: a number that does not depend on how busy the machine is, without those by
/// which the worker waits.
@Suite(
    .needsHost, .enabled(if: access(strace, X_OK) == 0, "needs strace"), .serialized, .timeLimit(.patient(minutes: 2)))
struct CallCountTests {
    /// The calls of a worker during one run of a program, by name.
    private func calls(_ argv: [String]) throws -> [String: Int] {
        let folder = "/tmp/tocsin-calls-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let counted = "\(folder)/counted"
        let script = "\(folder)/worker"
        try Data(
            "#!/bin/sh\nexec \(strace) -c -U name,calls -o \(counted) \(try builtProgram()) \"$@\"\n"
                .utf8
        ).write(to: URL(filePath: script))
        chmod(script, 0o755)
        let process: Int32
        do {
            let worker = try WorkerProcess(executable: script, cpu: 0, log: "\(folder)/worker.log")
            process = worker.process
            try worker.give(
                Job(plan: plan(argv, timeout: 60_000_000_000), role: .fault, folder: "\(folder)/record"),
                guardTime: .seconds(60))
            var report: JobReport?
            while report == nil {
                _ = try poll(worker.items, timeout: .seconds(60))
                switch try worker.answer() {
                case .report(let answer)?: report = answer
                case .dead(let how)?: throw WorkerFailure(description: how)
                case .pause?, nil: continue
                }
            }
            #expect(report?.failure == nil)
        }
        // It ends when nobody has work for it, and strace says its numbers then.
        _ = try waitBlocking(for: process)
        var counts: [String: Int] = [:]
        for line in try readFile(counted).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, let count = Int(words[1]) { counts[String(words[0])] = count }
        }
        return counts
    }

    /// What the n-th time of something costs.
    private func calls(forEachOf count: Int, _ argv: (Int) -> [String]) throws -> [String: Double] {
        let few = try calls(argv(100))
        let many = try calls(argv(100 + count))
        let each = many.map { ($0.key, Double($0.value - (few[$0.key] ?? 0)) / Double(count)) }
        // How often it looks in vain is the scheduler's.
        let left = ["total", "wait4", "ppoll", "rt_sigreturn", "sched_yield"]
        return Dictionary(uniqueKeysWithValues: each.filter { $0.1 > 0.02 && !left.contains($0.0) })
    }

    @Test func aRouteCostsFewCalls() throws {
        // Without a random stack: a message across the end of a page takes two reads.
        let each = try calls(forEachOf: 1000) { count in
            ["/usr/bin/setarch", "-R"]
                + python(
                    """
                    import subprocess
                    with open('/tmp/batch', 'w') as file:
                        file.write('link set lo up\\n' + ''.join(
                            'route add 10.%d.%d.0/24 dev lo\\n' % (n // 250, n % 250) for n in range(\(count))))
                    subprocess.run(['ip', '-batch', '/tmp/batch'], check=True)
                    """)
        }
        // What is done at its two stops.
        let limits = [
            "ptrace": 4.0, "pidfd_getfd": 1, "close": 1, "getsockopt": 1, "process_vm_readv": 1, "ioctl": 1, "poll": 2,
            "recvfrom": 1,
        ]
        for (name, count) in each {
            let limit = limits[name] ?? 0
            #expect(count <= limit + 0.05, "\(name): \(count) for each route, not \(limit); \(each)")
        }
    }

    @Test(
        .enabled(
            if: NamespaceIdentity.preferred == .handles,
            "needs nsfs file handles (Linux 6.18): without them a process is searched for among all"))
    func aProcessCostsFewCalls() throws {
        let each = try calls(forEachOf: 200) { count in
            shell("n=0; while [ $n -lt \(count) ]; do /bin/true; n=$((n+1)); done")
        }
        let all = each.values.reduce(0, +)
        #expect(all < 45, "\(all): \(each)")
    }
}
