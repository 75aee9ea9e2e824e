import CLinux
import FoundationEssentials
import Glibc
import Host
import Interception
import Kernel
import Model
import Observation
import Testing

@testable import Worker

/// A host with a tracer, as a worker has them, for a test that is a process of its own.
///
/// Signals of other threads' children are none of its business, so it looks at its tracees again and again instead of
/// waiting for SIGCHLD, which another thread of the test might be given.
final class WarmBench: InterceptorDelegate {
    let host: Host
    let interceptor: Interceptor
    let warmDrivers: WarmDrivers
    private let directory: HostNamespaces
    private(set) var operations: [Operation] = []
    private(set) var ends: [Int32: Int32] = [:]
    private(set) var problems: [String] = []
    private var spawns = 0
    /// Called once with a child that is on its way into the host.
    private var meanwhile: ((Int32) -> Void)?

    init(_ warmDrivers: WarmDrivers) throws {
        self.warmDrivers = warmDrivers
        host = try Host()
        let registry = NamespaceRegistry(host: try NamespaceHandle.ofThread(host.initPID))
        directory = HostNamespaces(registry: registry, initPID: host.initPID)
        interceptor = Interceptor(directory: directory, watched: ["/run/", "/tmp/"], began: .now())
        interceptor.delegate = self
        interceptor.foreignStop = { [unowned self] stop in
            let isTaken = warmDrivers.take(stop)
            for child in warmDrivers.all.compactMap(\.underWay?.injection?.thread) {
                meanwhile?(child)
                meanwhile = nil
            }
            return isTaken
        }
    }

    /// Serves everybody until something holds, at most for ten seconds.
    func serve(hurried: Bool = false, until done: () throws -> Bool) throws {
        let end = Monotonic.now() + .seconds(10).patient
        while true {
            while interceptor.drain() {}
            try host.processEvents()
            for warmDriver in warmDrivers.all { try warmDriver.advance() }
            if try done() { return }
            guard Monotonic.now() < end else {
                throw BenchError(description: "nothing came of it in 10 s: \(problems)")
            }
            if hurried {
                sched_yield()
            } else {
                let items = warmDrivers.all.flatMap(\.descriptors) + [PollItem(host.fileDescriptor, .readable)]
                _ = try poll(items, timeout: .microseconds(200))
            }
        }
    }

    /// A driver in this host, forked from one that is warm.
    func fork(
        _ warmDriver: WarmDriver, in folder: String = "/", meanwhile: ((Int32) -> Void)? = nil
    ) throws -> HostDriver {
        self.meanwhile = meanwhile
        let driver = try HostDriver(self)
        spawns += 1
        var result: Result<WarmChild, any Error>?
        let asked = Monotonic.now()
        try warmDriver.fork(
            into: host, filter: FilterProgram.standard(receives: false).bytes, directory: folder,
            descriptors: driver.given
        ) { [interceptor, spawns] in
            result = $0
            do {
                let child = try $0.get()
                try interceptor.adopt(born: child.process, agent: "driver", spawn: spawns)
                driver.process = child.process
                driver.birth = child.birth
                driver.injection = child.injection
                driver.running = .now() - asked
            } catch { result = .failure(error) }
        }
        driver.closeGiven()
        try serve(hurried: true) { result != nil }
        _ = try result?.get()
        try driver.awaitReady()
        return driver
    }

    /// The same driver started in this host, as drivers are that cannot be warm.
    func start(_ argv: [String], environment: [String: String]) throws -> HostDriver {
        let driver = try HostDriver(self)
        spawns += 1
        var request = SpawnRequest(
            argv, environment: environment.map { "\($0.key)=\($0.value)" }, filtered: true,
            standard: driver.given.standard)
        request.further = [driver.given.requests, driver.given.replies]
        try host.perform(.setFilter(FilterProgram.standard(receives: false).bytes))
        let process = try host.spawn(request) { _ in }
        try interceptor.adopt(process.pid, agent: "driver", spawn: spawns)
        driver.process = process.pid
        driver.closeGiven()
        try process.go()
        try driver.awaitReady()
        return driver
    }

    func destroy() throws { try host.destroy(foreign: { self.warmDrivers.take($0) }) }

    /// Whether the process has ended.
    func hasEnded(_ process: Int32?) -> Bool { process.map { ends[$0] != nil } ?? false }

    func interceptor(_ interceptor: Interceptor, mayPerform stop: Stop) -> Bool { true }
    func interceptor(_ interceptor: Interceptor, mayGoOnAfter stop: Stop) -> Bool { true }
    func interceptor(_ interceptor: Interceptor, recorded operation: Operation) { operations.append(operation) }
    func interceptor(_ interceptor: Interceptor, keepsPlaceOf index: Int) {}
    func interceptor(_ interceptor: Interceptor, deliveredFailureOf operation: Operation) {}
    func interceptor(_ interceptor: Interceptor, ended process: TracedProcess, status: Int32, signal: Int32?) {
        ends[process.id] = signal ?? status
    }
    func interceptor(_ interceptor: Interceptor, untracedEnded process: Int32, signal: Int32?) {}
    func interceptor(_ interceptor: Interceptor, unseen what: String) {}
    func interceptor(_ interceptor: Interceptor, disturbed what: String) { problems.append(what) }
    func interceptor(_ interceptor: Interceptor, cannotTrace why: String) { problems.append(why) }
}

/// A driver that runs in a host, and our ends of its pipes.
final class HostDriver {
    var process: Int32 = 0
    var birth = Duration.zero
    var injection = Duration.zero
    var running = Duration.zero
    private(set) var given: WarmDescriptors
    private let bench: WarmBench
    private let requests: Int32
    private let replies: Int32
    private var received: [UInt8] = []

    init(_ bench: WarmBench) throws {
        self.bench = bench
        let requests = try Descriptor.pipe()
        let replies = try Descriptor.pipe()
        let input = try Descriptor.open("/dev/null")
        let output = try Descriptor.open("/dev/null", flags: O_WRONLY)
        try replies.first.setNonblocking(true)
        self.requests = try requests.second.duplicate().release()
        self.replies = try replies.first.duplicate().release()
        let written = try output.duplicate().release()
        given = WarmDescriptors(
            standard: (try input.duplicate().release(), written, written),
            requests: try requests.first.duplicate().release(), replies: try replies.second.duplicate().release())
    }

    deinit {
        close(requests)
        close(replies)
    }

    func closeGiven() { for number in Set(given.numbers) { close(number) } }

    /// Asks, and serves the host until the reply is there.
    func ask(_ request: String) throws -> Reply {
        let bytes = Array("{\"request\": \"\(request)\", \"with\": {}}\n".utf8)
        guard write(requests, bytes, bytes.count) == bytes.count else {
            throw BenchError(description: "write: \(errno)")
        }
        return try reply()
    }

    func awaitReady() throws { _ = try reply() }

    private func reply() throws -> Reply {
        var line: [UInt8]?
        try bench.serve {
            var space = [UInt8](repeating: 0, count: 4096)
            let count = read(replies, &space, space.count)
            if count > 0 { received += space.prefix(count) }
            if count == 0 { throw BenchError(description: "the driver is gone: \(bench.ends) \(bench.problems)") }
            guard let end = received.firstIndex(of: UInt8(ascii: "\n")) else { return false }
            line = Array(received[..<end])
            received.removeFirst(end + 1)
            return true
        }
        return try JSONDecoder().decode(Reply.self, from: Data(line ?? []))
    }

    struct Reply: Decodable {
        var ok: Bool?
        var value: [String: String]?
    }
}

struct BenchError: Error, CustomStringConvertible {
    let description: String
}

/// Runs the body of a test that is a process of its own; what it throws is an issue, and not that process's crash.
func saying(_ body: () throws -> Void) {
    do { try body() } catch { Issue.record(error, "\(error)") }
}

/// Whether this process has no child any more, and no tracee: within five seconds, for some of them end by themselves.
func nothingIsLeft() throws -> Bool {
    let patience = Monotonic.now() + .seconds(5).patient
    while Monotonic.now() < patience {
        do {
            if try wait() == nil { usleep(500) }
        } catch let error where error.errno == .noChildProcess { return true }
    }
    return false
}
