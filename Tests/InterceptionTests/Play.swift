import CLinux
import Glibc
import Kernel
import Model

@testable import Interception

/// A play of stops: threads that do what the test says, in the order in which the kernel might tell of it.
final class Play: StopSource {
    /// What was done to a thread.
    enum Deed: Hashable {
        case goesOn(Int32)
        case toExit(Int32)
        case given(Int32, signal: Int32)
        case listens(Int32)
        case givesWay
        case interrupted(Int32)
        case sent(Int32, signal: Int32)
    }

    /// What is to come: a stop, and what is true of its thread from then on.
    private var acts: [(stop: ThreadStop, begin: () -> Void)] = []
    /// Threads that stand still.
    private var standing: Set<Int32> = []
    private var calls: [Int32: cl_call] = [:]
    private var messages: [Int32: UInt64] = [:]
    private var texts: [UInt64: [UInt8]] = [:]
    private(set) var registers: [Int32: cl_registers] = [:]
    /// The process of each thread.
    var groups: [Int32: Int32] = [:]
    /// What /proc calls the parent of a process.
    var parents: [Int32: Int32] = [:]
    var programs: [Int32: String] = [:]
    var namespaces: [Int32: UInt64] = [:]
    var dispositions = SignalDispositions()
    var time: UInt64 = 0
    private(set) var deeds: [Deed] = []

    // MARK: - What the test says

    /// A thread stops, or ends.
    func tell(_ thread: Int32, _ reason: ThreadStop.Reason, _ begin: @escaping () -> Void = {}) {
        acts.append((ThreadStop(thread, reason), begin))
    }

    /// A thread stops at a call that the filter traps.
    func enter(
        _ thread: Int32, _ number: Int32, _ arguments: [UInt64] = [], at stack: UInt64 = 0x7000,
        mark: UInt16 = FilterProgram.callMark
    ) {
        var call = cl_call()
        call.architecture = CL_AUDIT_ARCH_X86_64
        call.mark = UInt32(mark)
        call.instruction = 0x401002
        call.stack = stack
        call.number = UInt64(number)
        withUnsafeMutableBytes(of: &call.arguments) { space in
            for (place, value) in arguments.enumerated() {
                space.storeBytes(of: value, toByteOffset: place * 8, as: UInt64.self)
            }
        }
        var registers = cl_registers()
        registers[.call] = UInt64(number)
        registers[.instruction] = call.instruction
        for (register, value) in zip(Register.arguments, arguments) { registers[register] = value }
        tell(thread, .call) { [self, call, registers] in
            calls[thread] = call
            self.registers[thread] = registers
        }
    }

    /// A thread stops at the exit of its call.
    func leave(_ thread: Int32, _ result: Int64 = 0) {
        tell(thread, .callExit) { [self] in
            calls[thread]?.at_exit = 1
            calls[thread]?.result = result
        }
    }

    /// A thread makes a folder: an operation that needs nothing but its path.
    func enterMakeFolder(_ thread: Int32, _ path: String, at stack: UInt64 = 0x7000) {
        enter(thread, __NR_mkdir, [place(path), 0o755], at: stack)
    }

    /// Where a text stands in everybody's memory.
    func place(_ text: String) -> UInt64 {
        let bytes = Array(text.utf8) + [0]
        if let known = texts.first(where: { $0.value == bytes }) { return known.key }
        let address = UInt64(texts.count + 1) * 4096
        texts[address] = bytes
        return address
    }

    /// A word at that place in everybody's memory.
    func place(word: UInt64, at address: UInt64) { texts[address] = withUnsafeBytes(of: word) { Array($0) } }

    /// A thread says that it has made a child, by vfork(2) if it waits.
    func bear(_ thread: Int32, _ child: Int32, makerWaits: Bool = false) {
        tell(thread, .child(makerWaits: makerWaits)) { [self] in messages[thread] = UInt64(child) }
    }

    /// A thread runs another program: it is told of by the leader's id.
    func execute(_ leader: Int32, former: Int32, _ program: String) {
        tell(leader, .exec) { [self] in
            programs[leader] = program
            messages[leader] = UInt64(former)
        }
    }

    /// What was done since the last time it was asked.
    func takeDeeds() -> [Deed] {
        defer { deeds = [] }
        return deeds
    }

    // MARK: - What the tracer asks

    /// The next stop of a thread that runs; an end, and an exec by another thread, come to those that stand still too.
    func next() -> ThreadStop? {
        guard
            let place = acts.firstIndex(where: {
                $0.stop.isEnd || $0.stop.reason == .exec || !standing.contains($0.stop.thread)
            })
        else { return nil }
        let act = acts.remove(at: place)
        standing.insert(act.stop.thread)
        act.begin()
        return act.stop
    }

    var deadline: UInt64? { nil }
    var isAlone: Bool { false }
    /// Whether the tracer shares its CPU with all that it traces.
    var isOnOneCPU = false
    /// Whether threads are runnable; one that is not here is gone.
    var runnable: [Int32: Bool] = [:]
    func giveWay() { deeds.append(.givesWay) }
    func isRunnable(_ thread: Int32) -> Bool? { runnable[thread] }
    func seize(_ thread: Int32) -> Int32 { 0 }

    func resume(_ thread: Int32, toExit: Bool, signal: Int32) -> Int32 {
        standing.remove(thread)
        deeds.append(signal != 0 ? .given(thread, signal: signal) : toExit ? .toExit(thread) : .goesOn(thread))
        return 0
    }

    func listen(_ thread: Int32) -> Int32 {
        standing.remove(thread)
        deeds.append(.listens(thread))
        return 0
    }

    func interrupt(_ thread: Int32) -> Int32 {
        deeds.append(.interrupted(thread))
        return 0
    }

    func signal(thread: Int32, of process: Int32, _ signal: Int32) -> Int32 {
        deeds.append(.sent(thread, signal: signal))
        return 0
    }

    func signal(_ process: Int32, _ signal: Int32) -> Int32 {
        deeds.append(.sent(process, signal: signal))
        return 0
    }

    /// The threads whose signals come from outside of the host.
    var reachedFromOutside: Set<Int32> = []
    func isSignalFromOutside(_ thread: Int32) -> Bool { reachedFromOutside.contains(thread) }

    func message(of thread: Int32) -> UInt64? { messages[thread] }
    func call(of thread: Int32) -> cl_call? { calls[thread] }
    func registers(of thread: Int32) -> cl_registers? { registers[thread] }

    func setRegisters(_ registers: cl_registers, of thread: Int32) -> Int32 {
        self.registers[thread] = registers
        return 0
    }

    func read(_ thread: Int32, at address: UInt64, into buffer: UnsafeMutableRawPointer, count: Int) -> Int {
        guard let bytes = texts[address] else { return -Int(EFAULT) }
        let part = bytes.prefix(count)
        buffer.copyMemory(from: Array(part), byteCount: part.count)
        return part.count
    }

    func write(_ thread: Int32, at address: UInt64, from buffer: UnsafeRawPointer, count: Int) -> Int {
        texts[address] = Array(UnsafeRawBufferPointer(start: buffer, count: count))
        return count
    }

    func isThread(_ thread: Int32, of process: Int32) -> Bool { groups[thread] == process }
    func process(of thread: Int32) -> Int32? { groups[thread] ?? thread }
    func parent(of process: Int32) -> Int32? { parents[process] }

    func namespace(of thread: Int32) -> NamespaceHandle? {
        NamespaceHandle(id: NetworkNamespaceID(rawValue: namespaces[thread] ?? 1), type: 0, inode: 0)
    }

    func namespace(at path: String) -> NamespaceHandle? { nil }
    func program(of thread: Int32) -> String { programs[thread] ?? "agent" }
    func exists(_ path: String, for thread: Int32) -> Bool? { true }
    func resolve(_ path: String, for thread: Int32) -> String? { path }
    func file(behind descriptor: Int32, of thread: Int32) -> KernelIdentity.File? { nil }
    func file(at path: String, of thread: Int32) -> KernelIdentity.File? { nil }
    func dispositions(of process: Int32) -> SignalDispositions { dispositions }
    func clock() -> UInt64 { time }
}

/// An audience of a play: an interceptor with a delegate that writes down everything.
final class Audience: InterceptorDelegate {
    let play = Play()
    let interceptor: Interceptor
    private let names = Names()
    /// The namespaces that were made, each with the key of the operation that made it.
    var made: [UInt64: String] { names.made }
    /// Holds a stop: asked for each.
    var holds: (Stop) -> Bool = { _ in false }
    private(set) var held: [Stop] = []
    private(set) var offered: [String] = []
    private(set) var recorded: [Operation] = []
    /// The indexes of operations whose places are kept.
    private(set) var places: [Int] = []
    private(set) var ends: [String] = []
    private(set) var notes: [String] = []

    /// The first process, above every id that the kernel gives (PID_MAX_LIMIT).
    static let first: Int32 = 5_000_000

    /// Begins with one process that has begun the program `agent`.
    init() throws {
        interceptor = Interceptor(directory: names, watched: [], began: Monotonic(nanoseconds: 0), source: play)
        interceptor.delegate = self
        try interceptor.adopt(Audience.first, agent: "agent", spawn: 1)
        play.execute(Audience.first, former: Audience.first, "agent")
        while interceptor.drain() {}
        _ = play.takeDeeds()
    }

    /// `path: result` of each operation that was recorded.
    var said: [String] { recorded.map { "\($0.lineage) \($0.phrase.argument): \($0.result)" } }

    func interceptor(_ interceptor: Interceptor, mayPerform stop: Stop) -> Bool { pass(stop) }
    func interceptor(_ interceptor: Interceptor, mayGoOnAfter stop: Stop) -> Bool { pass(stop) }

    private func pass(_ stop: Stop) -> Bool {
        offered += stop.operations.map { "\(stop.side == .before ? "before" : "after") \($0.phrase.argument)" }
        guard holds(stop) else { return true }
        held.append(stop)
        return false
    }

    func interceptor(_ interceptor: Interceptor, recorded operation: Operation) { recorded.append(operation) }
    func interceptor(_ interceptor: Interceptor, keepsPlaceOf index: Int) { places.append(index) }
    func interceptor(_ interceptor: Interceptor, deliveredFailureOf operation: Operation) {}
    func interceptor(_ interceptor: Interceptor, ended process: TracedProcess, status: Int32, signal: Int32?) {
        ends.append("\(process.lineagePath) \(signal.map { "signal \($0)" } ?? "status \(status)")")
    }
    func interceptor(_ interceptor: Interceptor, untracedEnded process: Int32, signal: Int32?) {}
    func interceptor(_ interceptor: Interceptor, disturbed what: String) { notes.append(what) }
    func interceptor(_ interceptor: Interceptor, unseen what: String) { notes.append(what) }
    func interceptor(_ interceptor: Interceptor, cannotTrace why: String) { notes.append("ERROR \(why)") }
}

/// Namespaces by their number.
private final class Names: NamespaceDirectory {
    private(set) var made: [UInt64: String] = [:]

    func role(of id: NetworkNamespaceID) -> String { id.rawValue == 1 ? "host" : "ns\(id.rawValue)" }
    func isKnown(_ id: NetworkNamespaceID) -> Bool { id.rawValue == 1 || made[id.rawValue] != nil }
    func device(withAddress address: [UInt8]) -> String? { nil }
    func bearer(of name: String) -> NamespaceHandle? { nil }
    func nextRole(creator: String) -> String { "ns#\(made.count + 1)" }
    func made(_ handle: NamespaceHandle, by key: String, creator: String) -> String {
        made[handle.id.rawValue] = key
        return role(of: handle.id)
    }
    func named(_ handle: NamespaceHandle, _ name: String) {}
}
