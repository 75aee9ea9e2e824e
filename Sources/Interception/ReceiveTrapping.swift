import CLinux
import Glibc
import Kernel
import Model

/// Makes a process trap its receive calls from now on, by a second filter that one of its threads installs for all of them.
///
/// Where several threads work on one socket, another than the sender may read the answer, and only its receive call can tell
/// of it. The thread stands at the entry of its send; it is led through mmap(2), seccomp(2) and munmap(2) by its registers, and
/// then makes the send again. Driven by stops, it never waits.
final class ReceiveTrapping {
    enum Progress {
        case underWay
        /// The thread stands before its send again; nil where the filter is installed, or why it is not.
        case done(String?)
    }

    private enum Step { case skip, map, filter, unmap }

    /// The socket of the send that waits.
    let descriptor: Int32
    private let thread: Int32
    private let source: any StopSource
    private let registers: cl_registers
    private var step = Step.skip
    private var page: UInt64 = 0
    private var refusal: String?
    private(set) var deferred: [Int32] = []

    private static let room: UInt64 = 4096
    private static let filter = FilterProgram(SystemCall.receives.map(\.trapped)).bytes

    /// Begins at the entry of a call; nil where the thread is gone.
    init?(_ thread: Int32, _ source: any StopSource, descriptor: Int32) {
        guard let registers = source.registers(of: thread) else { return nil }
        self.descriptor = descriptor
        self.thread = thread
        self.source = source
        self.registers = registers
        source.skip(thread, 0)
        _ = source.resume(thread, toExit: true, signal: 0)
    }

    /// Goes on after a stop of the thread.
    func advance(_ stop: ThreadStop) -> Progress {
        switch stop.reason {
        case .callExit: break
        case .signal(let signal):
            // A handler must not run in the middle of this.
            deferred.append(signal)
            fallthrough
        default: return goOn()
        }
        guard let call = source.call(of: thread), call.at_exit == 1 else { return goOn() }
        switch step {
        case .skip:
            make(
                .map, Architecture.mmap,
                [
                    0, ReceiveTrapping.room, UInt64(PROT_READ | PROT_WRITE), UInt64(MAP_PRIVATE | MAP_ANONYMOUS),
                    UInt64(bitPattern: -1), 0,
                ])
        case .map:
            guard call.result > 0 else { return finish("it has no memory for it") }
            page = UInt64(call.result)
            guard TraceeMemory(thread: thread, source: source).write(program, at: page) else {
                return finish("its memory cannot be written")
            }
            make(
                .filter, Architecture.seccomp,
                [UInt64(SECCOMP_SET_MODE_FILTER), UInt64(SECCOMP_FILTER_FLAG_TSYNC), page])
        case .filter:
            // A positive number is the thread that has a filter of its own.
            if call.result != 0 {
                refusal =
                    call.result > 0
                    ? "one of its threads has a filter of its own"
                    : "seccomp: \(ErrorNumber(Int32(truncatingIfNeeded: -call.result)).name)"
            }
            make(.unmap, Architecture.munmap, [page, ReceiveTrapping.room])
        case .unmap: return finish(refusal)
        }
        return goOn()
    }

    private func goOn() -> Progress {
        _ = source.resume(thread, toExit: true, signal: 0)
        return .underWay
    }

    private func make(_ next: Step, _ number: Int32, _ arguments: [UInt64]) {
        step = next
        var changed = registers
        changed.make(number, arguments + [UInt64](repeating: 0, count: 6 - arguments.count))
        _ = source.setRegisters(changed, of: thread)
    }

    private func finish(_ refusal: String?) -> Progress {
        var before = registers
        before.repeatCall()
        _ = source.setRegisters(before, of: thread)
        for signal in deferred { _ = source.signal(thread, signal) }
        return .done(refusal)
    }

    /// struct sock_fprog and the instructions behind it.
    private var program: [UInt8] {
        let filter = ReceiveTrapping.filter
        let code = UnsafeMutablePointer<sock_filter>(bitPattern: UInt(page) + UInt(MemoryLayout<sock_fprog>.size))
        let header = sock_fprog(len: UInt16(filter.count / MemoryLayout<sock_filter>.size), filter: code)
        return withUnsafeBytes(of: header) { Array($0) } + filter
    }
}

extension Interceptor {
    /// Whether a send must wait until the receives of its process are trapped.
    func trapReceives(_ tracee: Tracee, before call: cl_call) -> Bool {
        let process = tracee.process
        guard !process.trapsReceives, process.threads.count > 1, !process.wasAsked,
            let trapping = ReceiveTrapping(
                tracee.thread, source, descriptor: Int32(truncatingIfNeeded: call.arguments.0))
        else { return false }
        process.wasAsked = true
        tracee.trapping = trapping
        return true
    }

    /// The thread is led on, and stands before its send again in the end.
    func advance(_ tracee: Tracee, _ trapping: ReceiveTrapping, _ stop: ThreadStop) {
        guard case .done(let refusal) = trapping.advance(stop) else { return }
        tracee.trapping = nil
        let process = tracee.process
        process.foretold.formUnion(trapping.deferred)
        if let refusal {
            process.notes.append("\(process.program): who reads its answers cannot be seen (\(refusal))")
            tellNotes(of: process)
            return goOn(tracee)
        }
        process.trapsReceives = true
        // Whoever is inside a receive call came there before the filter: he makes it again.
        var waiting: Set<Int32> = []
        for thread in process.threads where thread != tracee.thread {
            // One that is gone, or runs, is in no call.
            guard case .inCall(let number, let arguments)? = try? ThreadCall.of(thread),
                NetlinkReceive.isReceive(UInt64(number)), arguments.first == UInt64(trapping.descriptor)
            else { continue }
            if let socket = tracee.take(trapping.descriptor), cl_has_receive_timeout(socket.raw) == 1 {
                // Interrupted, it would return EINTR instead of being made again (signal(7)).
                process.notes.append("\(process.program): the answer that thread \(thread) reads first is not seen")
                continue
            }
            if source.interrupt(thread) == 0 { waiting.insert(thread) }
        }
        tellNotes(of: process)
        guard waiting.isEmpty else {
            process.kicked = (waiting, tracee)
            return
        }
        goOn(tracee)
    }

    /// A thread has stopped, so it is in no receive call any more; whoever waited for that goes on.
    func leftReceive(_ tracee: Tracee) {
        guard var kicked = tracee.process.kicked, kicked.waiting.remove(tracee.thread) != nil else { return }
        tracee.process.kicked = kicked.waiting.isEmpty ? nil : kicked
        if kicked.waiting.isEmpty, tree.tracees[kicked.sender.thread] === kicked.sender { goOn(kicked.sender) }
    }
}
