import CLinux
import Glibc
import Interception
import Kernel

/// A driver that is started once in the life of a worker, and forks into each new host (docs/warm.md).
///
/// It runs outside of any host and without filter. It is attached once it is ready, so that the kernel attaches its
/// children at birth, before their first instruction. Its stops come through the worker's one loop: give them to
/// ``take(_:)``. It dies with the worker, which may be the parent of its orphans.
final class WarmDriver: EventSource {
    /// The environment variable that tells a driver to be one, and by which descriptor.
    static let variable = "TOCSIN_WARM_FD"
    /// Above what a driver is given while it forks, so that no descriptor is ever moved onto itself.
    static let socketNumber: Int32 = 10

    /// The process, as the worker sees it.
    var process: Int32 { start.process }
    /// The version of the agent, as the driver said when it was ready.
    let version: String?
    /// Why it can fork no more; nil while it can.
    private(set) var failure: WarmDriverError?
    /// The fork under way.
    var underWay: WarmFork?
    /// Children whose pid it has not said yet, oldest first.
    var unanswered: [Int32] = []
    /// Children that were moved into hosts: they are the tracer's.
    var handedOver: Set<Int32> = []

    let patience: Duration
    let inspection = WarmInspection(socket: WarmDriver.socketNumber)
    /// Its pid namespace, as the link of a descriptor of it.
    let home: String
    private let start: WarmStart
    private var received: [UInt8]
    /// When it counts as gone, for it has closed its socket.
    private var closed: Monotonic?
    private var isReaped = false

    /// Starts a driver and waits until it is ready: before the host exists, for nobody else is served meanwhile.
    ///
    /// - Parameters:
    ///   - argv: The program, searched along PATH of `environment`, and its arguments.
    ///   - environment: All its environment but ``variable``.
    ///   - directory: Its working directory, outside of hosts.
    ///   - held: The capabilities that neither it nor its children have.
    ///   - timeout: How long it may take to be ready.
    ///   - patience: How long each fork may take.
    /// - Throws: ``WarmDriverError`` when it cannot be used; nothing of it is then left. `SystemError` when the worker cannot.
    init(
        _ argv: [String], environment: [String: String], directory: String = "/", held: Set<Capability> = [],
        timeout: Duration = .seconds(10).patient, patience: Duration = .seconds(5).patient
    ) throws {
        self.patience = patience
        // If it dies before its children do, they become ours, and not those of a pid 1 that may reap nobody.
        try adoptOrphans()
        let start = try WarmStart(argv, environment: environment, directory: directory, held: held)
        self.start = start
        do {
            var early: [UInt8] = []
            let answer = try start.awaitReady(timeout, &early)
            try WarmInspection.checkThreads(of: start.process)
            home = readLink("/proc/\(start.process)/ns/pid") ?? ""
            try inspection.checkDescriptors(of: start.process, home: home)
            try Ptrace.seize(start.process)
            version = answer.version
            received = early
        } catch {
            start.end()
            throw error
        }
    }

    deinit { end() }

    /// Kills it and waits for its end; its children live on.
    func end() {
        condemn(.misbehaved("was ended"))
        guard !isReaped else { return }
        start.end()
        isReaped = true
    }

    /// Whether it can be asked to fork.
    var isUsable: Bool { failure == nil }

    /// Makes it unusable for good, and tells whoever waits for a fork.
    func condemn(_ error: WarmDriverError) {
        guard failure == nil else { return }
        failure = error
        start.kill()
        if let underWay { fail(underWay, error) }
    }

    // MARK: - Stops

    /// Handles a stop or end of the driver, or of a child that is on its way into a host.
    ///
    /// - Returns: Whether it was one of these; otherwise it is somebody else's.
    func take(_ stop: ThreadStop) -> Bool {
        if stop.thread == process {
            served(stop)
            return true
        }
        return takeChild(stop)
    }

    private func served(_ stop: ThreadStop) {
        switch stop.reason {
        case .exited(let status):
            isReaped = true
            condemn(.ended("ended with status \(status)", log: start.lastWords))
        case .signalled(let signal):
            isReaped = true
            condemn(.ended("was killed by signal \(signal)", log: start.lastWords))
        case .child:
            if let child = Ptrace.child(of: process) { born(child) }
            Ptrace.resume(process)
        case .exec:
            condemn(.misbehaved("executed another program"))
            Ptrace.resume(process)
        case .group: Ptrace.listen(process)
        case .signal(let signal): Ptrace.resume(process, signal: signal)
        default: Ptrace.resume(process)
        }
    }

    // MARK: - Its socket

    var descriptors: [PollItem] { isUsable && closed == nil ? [PollItem(start.socket.raw, .readable)] : [] }
    var deadline: Monotonic? { isUsable ? [underWay?.deadline, closed].compactMap { $0 }.min() : nil }

    /// Reads what it says, and looks at the clock.
    func advance() throws {
        while isUsable, closed == nil, let piece = try start.receive() {
            received += piece
            while let line = takeLine() { answered(line) }
            guard !piece.isEmpty else {
                // If that is how it dies, its end is told in a moment, and says more.
                closed = Monotonic.now() + .milliseconds(100)
                break
            }
        }
        if let closed, Monotonic.now() >= closed { condemn(.ended("closed its socket", log: start.lastWords)) }
        if let underWay, Monotonic.now() >= underWay.deadline { condemn(.late(patience)) }
    }

    /// Asks it to fork.
    func send(_ line: String, _ descriptors: [Int32]) throws {
        let bytes = Array(line.utf8)
        try systemCall("sendmsg", stage: "to the warm driver") {
            bytes.withUnsafeBytes { all in
                all.baseAddress.map {
                    cl_send_descriptors(
                        start.socket.raw, $0, all.count, descriptors, descriptors.count, CL_MSG_DONTWAIT)
                } ?? 0
            }
        }
    }

    private func takeLine() -> [UInt8]? {
        guard let end = received.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { received.removeFirst(end + 1) }
        return Array(received[..<end])
    }
}
