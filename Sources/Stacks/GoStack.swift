import CLinux
import Kernel
import Model

/// The stack of a stopped thread of a program of Go, which keeps frame pointers.
///
/// A system call runs on the goroutine's own stack, in a function without a frame: its return address is on top. Where C made
/// the call (cgo), the chain ends.
enum GoStack {
    /// Its frames, the innermost first; none where its memory cannot be read.
    static func frames(of program: GoProgram, _ held: HeldThread) -> [SourceFrame] {
        // A process that has ended has no memory.
        guard let memory = try? Memory(of: held.process),
            let shift = program.isMovable ? memory.loadedAt.map({ $0 &- program.linkedAt }) : 0
        else { return [] }
        // A return address is behind its call.
        var addresses = [held.instruction, memory.word(at: held.stack)].compactMap(\.self)
        var frame = held.frame
        while addresses.count < 64, frame != 0, let caller = memory.word(at: frame &+ 8),
            let next = memory.word(at: frame)
        {
            addresses.append(caller)
            // A stack grows down, so whoever called is further up.
            guard next > frame else { break }
            frame = next
        }
        var frames: [SourceFrame] = []
        for (index, address) in addresses.enumerated() {
            guard let frame = program.frame(at: address &- shift &- (index == 0 ? 0 : 1)) else {
                // What is on top need not be a return address.
                if index == 1 { continue }
                break
            }
            frames.append(frame)
        }
        return frames
    }

    /// The memory of a stopped process.
    private struct Memory: ~Copyable {
        private let file: Descriptor
        /// The address of the first page of its program.
        let loadedAt: UInt64?

        init(of process: Int32) throws(SystemError) {
            let program = readLink("/proc/\(process)/exe") ?? ""
            let line = try readFile("/proc/\(process)/maps").split(separator: "\n").first { $0.hasSuffix(program) }
            let memory = try Descriptor.open("/proc/\(process)/mem")
            loadedAt = line?.split(separator: "-").first.flatMap { UInt64($0, radix: 16) }
            file = memory
        }

        func word(at address: UInt64) -> UInt64? {
            var word: UInt64 = 0
            guard let place = Int64(exactly: address) else { return nil }
            return cl_pread(file.raw, &word, 8, place) == 8 ? UInt64(littleEndian: word) : nil
        }
    }
}
