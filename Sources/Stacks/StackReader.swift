import Kernel
import Model

/// A thread of an agent that is stopped, with the registers by which its stack is found.
public struct HeldThread: Sendable {
    /// The process id, as the tracer sees it.
    public var process: Int32
    /// The thread id, as the tracer sees it.
    public var thread: Int32
    /// RIP.
    public var instruction: UInt64
    /// RSP.
    public var stack: UInt64
    /// RBP.
    public var frame: UInt64
    /// FS base: where the thread's own data are, which is what pthread_self(3) returns.
    public var threadPointer: UInt64

    /// Makes a thread.
    public init(
        process: Int32, thread: Int32, instruction: UInt64, stack: UInt64, frame: UInt64, threadPointer: UInt64
    ) {
        self.process = process
        self.thread = thread
        self.instruction = instruction
        self.stack = stack
        self.frame = frame
        self.threadPointer = threadPointer
    }
}

/// Reads where a stopped thread stands in its program's own source.
///
/// Nothing is done to the process: its memory is read. Python is read by py-spy, Go by the table of functions that its
/// programs hold also where they are stripped. Other languages have no source that is read, but who started them may.
public struct StackReader {
    private let pySpy: String?

    /// - Parameter pySpy: The path of py-spy(1); without it no source of Python is read.
    public init(pySpy: String?) { self.pySpy = pySpy }

    /// The frames of a stopped thread, the innermost first.
    ///
    /// Where its own program has none, those of the nearest ancestor that has some; empty where none has.
    ///
    /// - Parameter isOfAgent: Whether a process is one of the agents': others are not looked at.
    public func frames(of held: HeldThread, isOfAgent: (Int32) -> Bool) -> [SourceFrame] {
        var process = held.process
        while process > 1, isOfAgent(process) {
            if let language = Language(of: process) {
                let isOwn = process == held.process
                let frames =
                    switch language {
                    case .python: PythonStack(pySpy: pySpy)?.frames(of: process, held: isOwn ? held : nil)
                    // Only a stopped thread has its registers read.
                    case .go(let program): isOwn ? GoStack.frames(of: program, held) : nil
                    }
                if let frames, !frames.isEmpty { return frames }
            }
            // Above a process that has ended nobody is known.
            guard let parent = try? ProcessState.of(process).parent else { return [] }
            process = parent
        }
        return []
    }
}

/// The language of a running program whose source can be told.
private enum Language {
    case python
    case go(GoProgram)

    init?(of process: Int32) {
        let program = readLink("/proc/\(process)/exe") ?? ""
        if program.split(separator: "/").last?.hasPrefix("python") == true {
            self = .python
            return
        }
        // A process that has ended runs no program.
        if let bytes = try? Descriptor.open("/proc/\(process)/exe").readAll(), let go = GoProgram(elf: bytes) {
            self = .go(go)
            return
        }
        // The same.
        guard (try? readFile("/proc/\(process)/maps"))?.contains("/libpython3") == true else { return nil }
        self = .python
    }
}
