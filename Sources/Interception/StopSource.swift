import CLinux
import Glibc
import Kernel
import Model

/// What the tracer asks of the kernel: where stops come from, and what can be asked of and done to a stopped thread.
///
/// `PtraceStops` is the kernel's own; tests give a play of stops instead, so that each order in which the kernel may tell of
/// things can be had without it. Results below zero are `-errno`; `-ESRCH` is a thread that was killed meanwhile, whose
/// end is the next thing that is told of it.
protocol StopSource: AnyObject {
    /// The next stop of any thread, without waiting; nil when there is none now.
    func next() -> ThreadStop?
    /// Whether there is one thread alone that can stop.
    var isAlone: Bool { get }
    /// When `next` is to be asked though nobody has said that he stopped, in nanoseconds of `clock`; nil for never.
    var deadline: UInt64? { get }

    /// Begins to trace a process.
    func seize(_ thread: Int32) -> Int32
    /// Lets a thread go on, to the exit of its call or to its next stop.
    func resume(_ thread: Int32, toExit: Bool, signal: Int32) -> Int32
    /// Whether the tracer and all that it traces share one CPU.
    var isOnOneCPU: Bool { get }
    /// Lets whoever else is runnable on this CPU go on first.
    func giveWay()
    /// Whether a thread runs, would run, or stands at a stop of the tracer's; nil where it is gone.
    func isRunnable(_ thread: Int32) -> Bool?
    /// Leaves a thread in its group stop, to be continued by whoever may.
    func listen(_ thread: Int32) -> Int32
    /// Makes a running thread stop.
    func interrupt(_ thread: Int32) -> Int32
    /// Sends a signal to a process.
    func signal(_ process: Int32, _ signal: Int32) -> Int32
    /// Sends a signal to one thread of a process.
    func signal(thread: Int32, of process: Int32, _ signal: Int32) -> Int32

    /// Whether the signal before whose delivery a thread stands was sent by a process outside of the host.
    func isSignalFromOutside(_ thread: Int32) -> Bool

    /// The number that goes with a stop at a child or at an exec.
    func message(of thread: Int32) -> UInt64?
    /// The call at whose entry or exit the thread stands.
    func call(of thread: Int32) -> cl_call?
    func registers(of thread: Int32) -> cl_registers?
    func setRegisters(_ registers: cl_registers, of thread: Int32) -> Int32

    /// Reads memory of a stopped thread; returns how many bytes, less at the end of a mapping.
    func read(_ thread: Int32, at address: UInt64, into buffer: UnsafeMutableRawPointer, count: Int) -> Int
    /// Writes memory of a stopped thread, also where the thread itself may not write.
    func write(_ thread: Int32, at address: UInt64, from buffer: UnsafeRawPointer, count: Int) -> Int

    /// Whether the thread is one of the process.
    func isThread(_ thread: Int32, of process: Int32) -> Bool
    /// The process to which a thread belongs; nil where it is gone.
    func process(of thread: Int32) -> Int32?
    /// The parent of a process as /proc tells it now.
    func parent(of process: Int32) -> Int32?
    /// The network namespace in which a thread stands.
    func namespace(of thread: Int32) -> NamespaceHandle?
    /// The namespace behind a path of this machine.
    func namespace(at path: String) -> NamespaceHandle?
    /// The name of the program that a thread runs, without its folder.
    func program(of thread: Int32) -> String
    /// Whether there is something at a path in the file tree of a thread; nil where whoever serves it does not say in time.
    func exists(_ path: String, for thread: Int32) -> Bool?
    /// What a path means in the file tree of a thread when all links are followed, as far as that can be told without asking a
    /// process that serves it; of a file that is not there, where it would be. Nil where it cannot be told.
    func resolve(_ path: String, for thread: Int32) -> String?
    /// The file behind a thread's descriptor; never by asking a process that serves it.
    func file(behind descriptor: Int32, of thread: Int32) -> KernelIdentity.File?
    /// The file at a path of a thread, its last link not followed, where the kernel knows it by heart.
    func file(at path: String, of thread: Int32) -> KernelIdentity.File?
    /// What a process does with signals now.
    func dispositions(of process: Int32) -> SignalDispositions
    /// Nanoseconds of the clock that never goes back.
    func clock() -> UInt64
}

extension StopSource {
    /// The thread makes no call at its entry, and is told `result`.
    func skip(_ thread: Int32, _ result: Int64) {
        guard var registers = registers(of: thread) else { return }
        registers.skipCall(result)
        _ = setRegisters(registers, of: thread)
    }

    /// The thread is told `result` instead of what came of its call, at the exit of it.
    func setResult(_ thread: Int32, _ result: Int64) {
        guard var registers = registers(of: thread) else { return }
        registers[.result] = UInt64(bitPattern: result)
        _ = setRegisters(registers, of: thread)
    }

    /// The thread makes its call again, and is trapped again, after what waits for it before.
    func stepBack(_ thread: Int32) -> Bool {
        guard var registers = registers(of: thread) else { return false }
        registers.repeatCall()
        return setRegisters(registers, of: thread) >= 0
    }
}
