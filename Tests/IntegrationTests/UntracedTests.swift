import Foundation
import Kernel
import Model
import Testing

/// The control of `scripts/unperturbed`: an agent in the same kind of host, without the tracer.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct UntracedTests {
    @Test func itIsNeitherFilteredNorRecorded() throws {
        let look = shell("grep Seccomp_filters: /proc/self/status; ip netns add demo; exit 3")
        let (native, traced) = (try trial(look, traced: false), try trial(look, traced: true))
        // The host's own filter is there both ways.
        #expect(native.attempt?.output == "Seccomp_filters:\t1\n")
        #expect(traced.attempt?.output == "Seccomp_filters:\t2\n")
        #expect(native.attempt?.end == .exited(3))
        #expect(traced.attempt?.end == .exited(3))
        #expect(native.operations.count == 0)
        #expect(traced.operations("netns.name").count == 1)
    }

    @Test func rootEnvironmentDescriptorsAndCPUAreThoseOfATracedOne() throws {
        let look = shell(
            """
            env | sort; pwd; readlink /proc/self/ns/user; findmnt -rno TARGET,FSTYPE,OPTIONS | sort | sed 's/size=[0-9]*k//'
            for f in /proc/self/fd/*; do readlink $f | tr -d '0-9'; done | sort; grep -E 'Cap|Cpus|Sig[BIC]|Groups' /proc/self/status
            """)
        let native = try trial(look, traced: false).attempt?.output
        let traced = try trial(look, traced: true).attempt?.output
        #expect(native == traced)
        #expect(native?.contains("Cpus_allowed_list") == true)
    }

    @Test func itsEndBySignalAndByTimeAreTold() throws {
        #expect(try trial(shell("kill -TERM $$"), traced: false).attempt?.end == .signalled(15))
        let late = try trial(shell("exec sleep 600"), traced: false, timeout: 200_000_000).attempt
        #expect(late?.timedOut == true)
        #expect(late?.end == .signalled(9))
    }

    @Test func aProgramThatIsNotThereIsTold() throws {
        guard case .notStarted? = try trial(["/nowhere/program"], traced: false).attempt?.end else {
            Issue.record("a program that is not there began")
            return
        }
    }

    private func trial(_ argv: [String], traced: Bool, timeout: Nanoseconds = 10_000_000_000) throws -> Record {
        let folder = "/tmp/tocsin-test-\(UUID().uuidString)"
        // The record is read whole; its folder is of no more use.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let job = Job(plan: plan(argv, timeout: timeout), role: .trace, folder: "\(folder)/record", traced: traced)
        let report = try report(of: job, in: folder, pinned: true)
        if let failure = report.failure { throw WorkerFailure(description: failure) }
        let record = try RecordFolder(report.folder).read()
        #expect(record.header.error == nil)
        return record
    }
}
