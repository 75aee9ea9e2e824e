import CLinux
import Glibc
import Kernel
import SystemPackage

/// Moves a process that was just born into a host, by system calls that it is made to make before its own first instruction.
///
/// The process must have been forked with the host's pid namespace as its own, and stand at its birth stop, attached by the
/// kernel to this thread. It is led by registers: back onto the `syscall` instruction of its fork, once for each call; then
/// its registers are as they were. Driven by stops, it never waits.
public final class Injection {
    /// How far it has come.
    public enum Progress {
        /// The thread runs to its next stop.
        case underWay
        /// The thread stands still, in the host, filtered, with its registers as they were at its birth.
        case done
        /// The thread stands still somewhere on the way, or is gone: it can only be killed.
        case failed(InjectionError)
    }

    /// The thread that is moved.
    public let thread: Int32

    private let source: any StopSource = PtraceStops()
    private let program: [UInt8]
    private let directory: [UInt8]
    private let registers: cl_registers
    private var step = InjectionStep.openInit
    private var initDescriptor: UInt64 = 0
    private var scratch: UInt64 = 0
    private var deferred: [Int32] = []

    /// Begins with a thread at its birth stop, and sends it on its way to the first call.
    ///
    /// - Parameters:
    ///   - thread: The only thread of the new process.
    ///   - filter: The seccomp program, as the bytes of `struct sock_filter[]`; empty for none.
    ///   - directory: The working directory in the host.
    /// - Throws: when the thread cannot be led.
    public init(_ thread: Int32, filter: [UInt8], directory: String) throws(InjectionError) {
        self.thread = thread
        program = filter
        self.directory = Array(directory.utf8) + [0]
        guard let registers = source.registers(of: thread) else { throw .ended(.registers) }
        let length = Architecture.callInstruction.count
        guard
            TraceeMemory(thread: thread, source: source)
                .bytes(at: registers[.instruction] - UInt64(length), count: length) == Architecture.callInstruction
        else { throw .notBehindCall }
        self.registers = registers
        try lead()
    }

    /// Goes on after a stop, or the end, of the thread.
    public func advance(_ stop: ThreadStop) -> Progress {
        do throws(InjectionError) {
            return try advanced(stop)
        } catch {
            return .failed(error)
        }
    }

    private func advanced(_ stop: ThreadStop) throws(InjectionError) -> Progress {
        switch stop.reason {
        case .exited, .signalled: throw .ended(step)
        case .callExit: break
        case .signal(let signal):
            // A handler must not run before the process is where it should be.
            deferred.append(signal)
            fallthrough
        default:
            try goOn()
            return .underWay
        }
        guard let call = source.call(of: thread) else { throw .ended(step) }
        guard call.at_exit == 1 else {
            try goOn()
            return .underWay
        }
        guard call.result >= 0 else { throw .refused(step, Errno(rawValue: Int32(truncatingIfNeeded: -call.result))) }
        try keep(UInt64(call.result))
        guard let next = step.next(hasFilter: !program.isEmpty) else {
            try finish()
            return .done
        }
        step = next
        try lead()
        return .underWay
    }

    private func goOn() throws(InjectionError) {
        try InjectionError.check(step, source.resume(thread, toExit: true, signal: 0))
    }

    /// Sends the thread into the call of this step.
    private func lead() throws(InjectionError) {
        let (number, arguments) = call(for: step)
        var led = registers
        led.make(number, arguments + [UInt64](repeating: 0, count: 6 - arguments.count))
        try InjectionError.check(step, source.setRegisters(led, of: thread))
        try goOn()
    }

    private func finish() throws(InjectionError) {
        try InjectionError.check(.registers, source.setRegisters(registers, of: thread))
        for signal in deferred { _ = source.signal(thread, signal) }
    }

    // MARK: - The calls

    private func call(for step: InjectionStep) -> (number: Int32, arguments: [UInt64]) {
        switch step {
        case .registers, .openInit: (Architecture.pidfdOpen, [1, 0])
        case .enter: (Architecture.setns, [initDescriptor, UInt64(InjectionStep.namespaces)])
        case .closeInit: (Architecture.close, [initDescriptor])
        case .session: (Architecture.setsid, [])
        case .map:
            (
                Architecture.mmap,
                [
                    0, UInt64(room), UInt64(PROT_READ | PROT_WRITE), UInt64(MAP_PRIVATE | MAP_ANONYMOUS),
                    UInt64(bitPattern: -1), 0,
                ]
            )
        case .directory: (Architecture.chdir, [scratch + UInt64(MemoryLayout<sock_fprog>.size + program.count)])
        case .filter: (Architecture.seccomp, [UInt64(SECCOMP_SET_MODE_FILTER), 0, scratch])
        case .unmap: (Architecture.munmap, [scratch, UInt64(room)])
        }
    }

    /// Keeps what the call of this step returned.
    private func keep(_ result: UInt64) throws(InjectionError) {
        switch step {
        case .openInit: initDescriptor = result
        case .map:
            scratch = result
            guard TraceeMemory(thread: thread, source: source).write(content, at: scratch) else { throw .notWritten }
        default: break
        }
    }

    /// What is written into memory of its own: the stack below may be another's, or not there.
    private var content: [UInt8] {
        let code = UnsafeMutablePointer<sock_filter>(
            bitPattern: UInt(scratch) + UInt(MemoryLayout<sock_fprog>.size))
        let header = sock_fprog(len: UInt16(program.count / MemoryLayout<sock_filter>.size), filter: code)
        return withUnsafeBytes(of: header) { Array($0) } + program + directory
    }

    /// Whole pages, as munmap(2) counts.
    private var room: Int {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        return (MemoryLayout<sock_fprog>.size + program.count + directory.count + page - 1) / page * page
    }
}
