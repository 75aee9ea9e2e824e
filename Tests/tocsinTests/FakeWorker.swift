import FoundationEssentials
import Kernel
import Model

@testable import tocsin

/// A worker that is a script: what it does with a job stands in the job's plan, as its title.
final class FakeWorker {
    /// A folder of its own, gone with it.
    let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Asked on descriptor 3 and answering there, as the worker does; one line of its log for each job.
        try """
        #!/bin/bash
        member='"folder":"([^"]*)'
        while IFS= read -r line <&3; do
          # Keys stand in any order, and bash takes the square of the length to cut off what stands before one.
          [[ $line =~ $member ]] && folder=${BASH_REMATCH[1]}
          folder=${folder//'\\/'/'/'}
          case $line in *'"isPlanKept":false'*) plan=$line ;; esac
          echo "$$ $* ${folder##*/}" >>"\(folder)/log"
          case $plan in
            *'"title":"die"'*) echo 'last words' >&2; kill -9 $$ ;;
            *'"title":"exit"'*) exit 7 ;;
            *'"title":"hang"'*) exec sleep 1000 ;;
            *'"title":"deaf"'*) trap '' TERM; exec sleep 1000 ;;
            *'"title":"babble"'*) echo 'what?' >&3; continue ;;
            *'"title":"orphan"'*) sleep 5 & kill -9 $$ ;;
            *'"title":"fail"'*) failure='"no host"' ;;
            *) failure=null ;;
          esac
          printf '{"folder":"%s",' "$folder" >&3
          printf '"failure":%s}\\n' "$failure" >&3
        done
        """.write(toFile: executable, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: executable)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var executable: String { "\(folder)/worker" }

    /// A job that does what `title` says.
    func job(_ title: String, _ name: String) -> Job {
        Job(plan: Plan(scenario: "x.yaml", title: title), role: .fault, folder: "\(folder)/\(name)")
    }

    /// A pool of it with that many workers.
    func pool(_ workers: Int, recycling: Int = 200, guardTime: Duration = .seconds(20)) -> WorkerPool {
        var configuration = WorkerPool.Configuration(slots: Array(0..<workers), logs: folder)
        configuration.executable = executable
        configuration.recycling = recycling
        configuration.guardTime = { $0.plan.title == "hang" ? .milliseconds(200) : guardTime }
        return WorkerPool(configuration)
    }

    /// Runs jobs; returns the failures by the folder's name, "ok" for none.
    func run(_ jobs: [Job], in pool: WorkerPool, then: (Job) -> [Job] = { _ in [] }) throws -> [String: String] {
        var ends: [String: String] = [:]
        try pool.run(jobs) { job, report in
            ends[String(job.folder.dropFirst(folder.count + 1))] = report.failure ?? "ok"
            return then(job)
        }
        return ends
    }

    /// The lines of the log: pid, arguments, job.
    var log: [[String]] {
        get throws {
            try String(contentsOfFile: "\(folder)/log", encoding: .utf8).split(separator: "\n")
                .map { $0.split(separator: " ").map(String.init) }
        }
    }

    /// The workers that are alive.
    var left: [Int32] {
        get throws {
            try Set(log.compactMap(\.first)).compactMap { Int32($0) }.filter { (try? ProcessState.of($0)) != nil }
        }
    }
}
