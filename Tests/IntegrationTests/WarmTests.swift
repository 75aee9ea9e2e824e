import CLinux
import Glibc
import Kernel
import Testing

@testable import Worker

/// A driver that is started once stands in each host as if it had been started there.
///
/// Each test is a process of its own: its tracees are its children, and it moves between namespaces.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct WarmTests {
    @Test func theChildStandsInTheHost() async {
        await #expect(processExitsWith: .success) { saying(Self.standInTheHost) }
    }

    private static func standInTheHost() throws {
        let warmDrivers = WarmDrivers()
        let warmDriver = try WarmDriverText.warmDriver(warmDrivers)
        #expect(warmDriver.version == "1")
        let bench = try WarmBench(warmDrivers)
        let driver = try bench.fork(warmDriver, in: "/usr")
        let namespaces = try driver.ask("namespaces").value ?? [:]
        #expect(namespaces.count > 5)
        for (name, link) in namespaces where !["time", "time_for_children"].contains(name) {
            #expect(link == readLink("/proc/\(bench.host.initPID)/ns/\(name)"), "\(name)")
        }
        let process = try driver.ask("process").value ?? [:]
        let inside = try ProcessStatus.of(driver.process).namespacePIDs.last
        #expect(process["pid"] == inside.map(String.init))
        #expect(process["parent"] == "0")
        #expect(process["session"] == process["pid"])
        #expect(process["seccomp"] == "2")
        #expect(process["privileges"] == "0")
        #expect(process["folder"] == "/usr")
        #expect(process["warm"] == "False")
        // The last is the listing itself.
        #expect(process["fds"] == "0 1 2 3 4 5")
        try bench.destroy()
    }

    @Test func whatItDoesIsSeenAsIfItWereStartedThere() async {
        await #expect(processExitsWith: .success) { saying(Self.compareWithACold) }
    }

    private static func compareWithACold() throws {
        let warmDrivers = WarmDrivers()
        let warmDriver = try WarmDriverText.warmDriver(warmDrivers)
        func keys(_ begin: (WarmBench) throws -> HostDriver) throws -> [String] {
            let bench = try WarmBench(warmDrivers)
            let driver = try begin(bench)
            let before = bench.operations.count
            for request in ["add", "thread"] { #expect(try driver.ask(request).ok == true) }
            #expect(bench.problems.isEmpty)
            #expect(readLink("/proc/\(bench.host.initPID)/root/run/netns/x") == nil)
            #expect(try listDirectory("/proc/\(bench.host.initPID)/root/run/netns") == ["x"])
            try bench.destroy()
            bench.interceptor.recordRest()
            return bench.operations.dropFirst(before).map { "\($0.lineage): \($0.phrase.lineText)" }
        }
        let warm = try keys { try $0.fork(warmDriver) }
        let cold = try keys { try $0.start(WarmDriverText.argv(), environment: WarmDriverText.environment) }
        #expect(warm.contains("python3/ip: netns.create ns(python3/ip)#1 in host"))
        #expect(warm.contains("python3/ip: netns.name x in ns(python3/ip)#1"))
        #expect(warm.contains("python3: netns.stat x in host"))
        #expect(warm == cold)
        #expect(!((try? listDirectory("/run/netns")) ?? []).contains("x"))
    }

    @Test func twentyHostsInARowLeaveNothing() async throws {
        let before = try Machine.now()
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            saying(Self.forkIntoTwentyHosts)
        }
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        for line in output.split(separator: "\n") where line.hasPrefix("WARM") { print(line) }
        #expect(output.contains("WARM"))
        let left = try Machine.left(before)
        #expect(left == nil)
    }

    private static func forkIntoTwentyHosts() throws {
        try Placement.confine(to: [0])
        let warmDrivers = WarmDrivers()
        let warmDriver = try WarmDriverText.warmDriver(warmDrivers)
        let held = try listDirectory("/proc/\(warmDriver.process)/fd")
        var times: [(birth: Duration, injection: Duration, running: Duration)] = []
        for _ in 0..<20 {
            let bench = try WarmBench(warmDrivers)
            let driver = try bench.fork(warmDriver)
            times.append((driver.birth, driver.injection, driver.running))
            #expect(try driver.ask("add").ok == true)
            try bench.destroy()
            #expect(warmDriver.isUsable)
            #expect(try readFile("/proc/\(warmDriver.process)/task/\(warmDriver.process)/children") == "")
            #expect(try listDirectory("/proc/\(warmDriver.process)/fd") == held)
        }
        let byTime = times.sorted { $0.running < $1.running }
        let middle = byTime[10]
        print("WARM request to birth \(middle.birth), injection \(middle.injection), to running \(middle.running)")
        // The best of twenty, which a busy machine disturbs least; to start an interpreter takes longer than that.
        #expect(byTime[0].running < .milliseconds(20))
    }

    @Test func itForksAgainIntoTheSameHost() async {
        await #expect(processExitsWith: .success) { saying(Self.forkAgain) }
    }

    private static func forkAgain() throws {
        let warmDrivers = WarmDrivers()
        let exited = "worker.sendall(json.dumps({'exited': child, 'status': 9}).encode() + b'\\n')"
        let warmDriver = try WarmDriverText.warmDriver(warmDrivers, WarmDriverText.argv(reaped: exited))
        let bench = try WarmBench(warmDrivers)
        for _ in 0..<3 {
            let driver = try bench.fork(warmDriver)
            #expect(try driver.ask("process").value?["parent"] == "0")
            kill(driver.process, SIGKILL)
            try bench.serve { bench.hasEnded(driver.process) }
        }
        try bench.destroy()
        #expect(warmDriver.isUsable)
    }

    @Test func aSignalOnTheWayIsDeliveredOnArrival() async {
        await #expect(processExitsWith: .success) { saying(Self.signalOnTheWay) }
    }

    private static func signalOnTheWay() throws {
        let warmDrivers = WarmDrivers()
        let warmDriver = try WarmDriverText.warmDriver(warmDrivers)
        let bench = try WarmBench(warmDrivers)
        var child: Int32?
        // What it does to a driver is up to the driver: this one dies of it, as a process of the host.
        #expect(throws: BenchError.self) {
            try bench.fork(warmDriver) {
                child = $0
                kill($0, SIGTERM)
            }
        }
        #expect(bench.hasEnded(child))
        #expect(bench.ends[child ?? 0] == SIGTERM)
        #expect(warmDriver.isUsable)
        try bench.destroy()
    }

    /// The driver stands at a signal when the host dies: its pid namespace needs it to go on.
    @Test func aSignalledDriverDoesNotKeepTheHostAlive() async {
        await #expect(processExitsWith: .success) { saying(Self.signalAndDestroy) }
    }

    private static func signalAndDestroy() throws {
        let warmDrivers = WarmDrivers()
        let warmDriver = try WarmDriverText.warmDriver(warmDrivers)
        let bench = try WarmBench(warmDrivers)
        _ = try bench.fork(warmDriver)
        kill(warmDriver.process, SIGUSR1)
        try bench.destroy()
        let next = try WarmBench(warmDrivers)
        #expect(try next.fork(warmDriver).ask("add").ok == true)
        try next.destroy()
    }

    @Test func aDriverThatDiesTakesNobodyAlong() async {
        await #expect(processExitsWith: .success) { saying(Self.killTheDriver) }
    }

    private static func killTheDriver() throws {
        let warmDrivers = WarmDrivers()
        let warmDriver = try WarmDriverText.warmDriver(warmDrivers)
        let bench = try WarmBench(warmDrivers)
        let driver = try bench.fork(warmDriver)
        kill(warmDriver.process, SIGKILL)
        try bench.serve { !warmDriver.isUsable }
        #expect("\(String(describing: warmDriver.failure))".contains("signal 9"))
        // Its orphan is ours to reap, or the host could not end where pid 1 of the machine reaps nobody.
        #expect(try ProcessState.of(driver.process).parent == getpid())
        #expect(try driver.ask("add").ok == true)
        try bench.destroy()
        #expect(try nothingIsLeft())
    }

    @Test func itDiesWithItsWorker() async throws {
        let result = await #expect(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
            saying(Self.dieWithADriver)
        }
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        let line = output.split(separator: "\n").first { $0.hasPrefix("WARM") } ?? ""
        let processes = line.split(separator: " ").compactMap { Int32($0) }
        #expect(processes.count == 3)
        let patience = Monotonic.now() + .seconds(5).patient
        func alive() -> [Int32] {
            processes.filter { process in
                guard let state = try? ProcessState.of(process) else { return false }
                return state.state != "Z"
            }
        }
        while !alive().isEmpty, Monotonic.now() < patience { usleep(2000) }
        #expect(alive().isEmpty)
    }

    private static func dieWithADriver() throws {
        let warmDrivers = WarmDrivers()
        let warmDriver = try WarmDriverText.warmDriver(warmDrivers)
        let bench = try WarmBench(warmDrivers)
        let driver = try bench.fork(warmDriver)
        print("WARM \(warmDriver.process) \(driver.process) \(bench.host.initPID)")
        fflush(nil)
        kill(getpid(), SIGKILL)
    }
}
