import CLinux
import Glibc
import Kernel
import Model

/// Stops by ptrace(2) and wait(2), and what /proc says.
///
/// All of it belongs to the one thread that traces.
final class PtraceStops: StopSource {
    private let files = FileLookup()
    private var crowd = Crowd()

    var deadline: UInt64? { crowd.deadline }
    var isAlone: Bool { crowd.isAlone }

    func next() -> ThreadStop? {
        while true {
            var status: Int32 = 0
            let asked = crowd.nextToAsk(at: clock())
            guard let asked else { return nil }
            let thread = cl_wait(asked, 1, &status)
            // 0: none of them has stopped; ECHILD: there is nobody to wait for.
            guard thread > 0 else {
                crowd.foundNone(asked, at: clock())
                if asked == Crowd.everybody { return nil }
                continue
            }
            guard let stop = ThreadStop(thread, status: status) else { continue }
            crowd.found(stop)
            return stop
        }
    }

    func seize(_ thread: Int32) -> Int32 { cl_trace_seize(thread) }

    func resume(_ thread: Int32, toExit: Bool, signal: Int32) -> Int32 {
        crowd.resumed(thread)
        return toExit ? cl_trace_to_exit(thread, signal) : cl_trace_continue(thread, signal)
    }

    // What cannot be asked is taken for several.
    private(set) lazy var isOnOneCPU = (try? Placement.cpus())?.count == 1

    func giveWay() { sched_yield() }

    // It is gone.
    func isRunnable(_ thread: Int32) -> Bool? { (try? ProcessState.of(thread)).map { ["R", "t"].contains($0.state) } }

    func listen(_ thread: Int32) -> Int32 { cl_trace_listen(thread) }
    func interrupt(_ thread: Int32) -> Int32 { cl_trace_interrupt(thread) }
    func signal(_ process: Int32, _ signal: Int32) -> Int32 { Glibc.kill(process, signal) == 0 ? 0 : -errno }

    func signal(thread: Int32, of process: Int32, _ signal: Int32) -> Int32 {
        cl_signal_thread(process, thread, signal)
    }

    /// In a pid namespace that the agent has made its own parent is nobody either; there it is not asked (pid_namespaces(7)).
    func isSignalFromOutside(_ thread: Int32) -> Bool {
        guard cl_trace_signal_from_outside(thread) == 1 else { return false }
        // It is gone.
        return (try? ProcessStatus.of(thread))?.namespacePIDs.count == 2
    }

    func message(of thread: Int32) -> UInt64? {
        var message: UInt64 = 0
        guard cl_trace_message(thread, &message) == 0 else { return nil }
        // A child that was just made stops soon.
        crowd.resumed(Int32(truncatingIfNeeded: message))
        return message
    }

    func call(of thread: Int32) -> cl_call? {
        var call = cl_call()
        return cl_trace_call(thread, &call) == 0 ? call : nil
    }

    func registers(of thread: Int32) -> cl_registers? {
        var registers = cl_registers()
        return cl_trace_registers(thread, &registers) == 0 ? registers : nil
    }

    func setRegisters(_ registers: cl_registers, of thread: Int32) -> Int32 {
        var registers = registers
        return cl_trace_set_registers(thread, &registers)
    }

    func read(_ thread: Int32, at address: UInt64, into buffer: UnsafeMutableRawPointer, count: Int) -> Int {
        cl_memory_read(thread, address, buffer, count)
    }

    func write(_ thread: Int32, at address: UInt64, from buffer: UnsafeRawPointer, count: Int) -> Int {
        cl_memory_write(thread, address, buffer, count)
    }

    func isThread(_ thread: Int32, of process: Int32) -> Bool {
        thread != process && cl_is_thread(thread, process) == 1
    }

    // Where a thread is gone, each of these has nothing to say, and its end is the next thing we hear.
    func process(of thread: Int32) -> Int32? {
        // It is gone.
        (try? ProcessStatus.of(thread))?.fields["Tgid"].flatMap { Int32($0) }
    }

    // It is gone.
    func parent(of process: Int32) -> Int32? { (try? ProcessState.of(process))?.parent }
    // It is gone.
    func namespace(of thread: Int32) -> NamespaceHandle? { try? NamespaceHandle.ofThread(thread) }
    // Nothing that is a namespace is there.
    func namespace(at path: String) -> NamespaceHandle? { try? NamespaceHandle.atPath(path) }

    func program(of thread: Int32) -> String {
        // It is gone, and its name is of no more use.
        (try? commandLine(of: thread))?.first.map(HostPaths.program) ?? "(unknown)"
    }

    func exists(_ path: String, for thread: Int32) -> Bool? { files.exists(path, for: thread) }

    func resolve(_ path: String, for thread: Int32) -> String? { files.resolve(path, for: thread) }

    func file(behind descriptor: Int32, of thread: Int32) -> KernelIdentity.File? {
        var file = cl_file_id()
        return cl_file_behind(thread, descriptor, &file) == 0 ? KernelIdentity.File(file) : nil
    }

    func file(at path: String, of thread: Int32) -> KernelIdentity.File? {
        var file = cl_file_id()
        return cl_file_cached(thread, path, &file) == 0 ? KernelIdentity.File(file) : nil
    }

    func dispositions(of process: Int32) -> SignalDispositions {
        // It is gone, and meets no signal any more.
        let threads = (try? listThreads(of: process)) ?? []
        // The same of single threads.
        let all = threads.compactMap { thread in (try? ProcessStatus.of(thread)).map { (thread, $0) } }
        guard let first = all.first?.1 else { return SignalDispositions() }
        var dispositions = SignalDispositions(
            ignored: first.signals("SigIgn"), caught: first.signals("SigCgt"),
            isInit: first.namespacePIDs.last == 1)
        for (thread, status) in all {
            // While a thread waits for signals the kernel calls them unblocked, but takes them from its queue all the same.
            let waited = waited(by: thread)
            dispositions.accepted.formUnion(waited)
            dispositions.blockedByThread[thread] = status.signals("SigBlk").union(waited)
        }
        dispositions.accepted.formUnion(signalDescriptors(of: process))
        let sets = dispositions.blockedByThread.values
        dispositions.blocked = sets.dropFirst().reduce(sets.first ?? []) { $0.intersection($1) }
        return dispositions
    }

    /// The signals that a thread waits for in rt_sigtimedwait(2) now.
    private func waited(by thread: Int32) -> Set<Int32> {
        // It is gone, or goes on.
        guard case .inCall(let number, let arguments)? = try? ThreadCall.of(thread),
            Int32(truncatingIfNeeded: number) == __NR_rt_sigtimedwait,
            let address = arguments.first
        else { return [] }
        var mask: UInt64 = 0
        let size = withUnsafeMutableBytes(of: &mask) { space in
            space.baseAddress.map { read(thread, at: address, into: $0, count: space.count) } ?? 0
        }
        return size == MemoryLayout<UInt64>.size ? Set(signalsOf: mask) : []
    }

    /// The signals that come out of the descriptors of a process, as proc_pid_fdinfo(5) writes those of signalfd(2).
    private func signalDescriptors(of process: Int32) -> Set<Int32> {
        // It is gone, or has closed one meanwhile.
        let names = (try? listDirectory("/proc/\(process)/fdinfo")) ?? []
        return names.reduce(into: []) { signals, name in
            // The same.
            guard let text = try? readFile("/proc/\(process)/fdinfo/\(name)"),
                let line = text.split(separator: "\n").first(where: { $0.hasPrefix("sigmask:") }),
                let mask = line.split(separator: "\t").last.flatMap({ UInt64($0, radix: 16) })
            else { return }
            signals.formUnion(Set(signalsOf: mask))
        }
    }

    func clock() -> UInt64 { Monotonic.now().nanoseconds }
}

extension KernelIdentity.File {
    fileprivate init(_ file: cl_file_id) { self.init(device: file.device, inode: file.inode) }
}

extension ProcessStatus {
    /// A set of signals of /proc/T/status, which is written as a mask in hexadecimal with signal 1 as its lowest bit.
    func signals(_ field: String) -> Set<Int32> {
        Set(signalsOf: fields[field].flatMap { UInt64($0, radix: 16) } ?? 0)
    }
}

extension Set<Int32> {
    /// The signals of a mask with signal 1 as its lowest bit.
    fileprivate init(signalsOf mask: UInt64) {
        self.init((1...Int32(64)).filter { mask & (1 << UInt64($0 - 1)) != 0 })
    }
}

/// What ptrace(2) can do to a thread that its owner leads by itself, as a warm driver's.
public enum Ptrace {
    /// Begins to trace a process.
    ///
    /// - Throws: `SystemError` of ptrace(2): `EPERM` when somebody else traces it.
    public static func seize(_ process: Int32) throws(SystemError) {
        try systemCall("ptrace", stage: "PTRACE_SEIZE of \(process)") { cl_trace_seize(process) }
    }

    /// Lets a stopped thread go on; one that was killed meanwhile is told of by its end.
    public static func resume(_ thread: Int32, signal: Int32 = 0) { _ = cl_trace_continue(thread, signal) }

    /// Leaves a thread in its group stop.
    public static func listen(_ thread: Int32) { _ = cl_trace_listen(thread) }

    /// The child or thread that a thread has made, at a stop for that reason; nil where it was killed meanwhile.
    public static func child(of thread: Int32) -> Int32? {
        var child: UInt64 = 0
        return cl_trace_message(thread, &child) == 0 ? Int32(truncatingIfNeeded: child) : nil
    }
}
