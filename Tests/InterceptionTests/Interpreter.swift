import CLinux
import Glibc

@testable import Interception

/// Runs a classic BPF program as the kernel does (Documentation/networking/filter.rst), as far as seccomp uses it.
struct Interpreter {
    let program: FilterProgram

    /// What the filter answers to a call; nil when the program is no program: a jump beyond its end, no return.
    func answer(architecture: UInt32, number: UInt32, arguments: [UInt64] = []) -> UInt32? {
        var words = [number, architecture, 0, 0]
        for index in 0..<6 {
            let argument = index < arguments.count ? arguments[index] : 0
            words += [UInt32(truncatingIfNeeded: argument), UInt32(truncatingIfNeeded: argument >> 32)]
        }
        var accumulator: UInt32 = 0
        var position = 0
        while program.instructions.indices.contains(position) {
            let instruction = program.instructions[position]
            position += 1
            let code = Int32(instruction.code)
            switch code {
            case BPF_LD | BPF_W | BPF_ABS:
                guard instruction.constant % 4 == 0, Int(instruction.constant / 4) < words.count else { return nil }
                accumulator = words[Int(instruction.constant / 4)]
            case BPF_JMP | BPF_JEQ | BPF_K:
                position += Int(accumulator == instruction.constant ? instruction.whenTrue : instruction.whenFalse)
            case BPF_JMP | BPF_JGE | BPF_K:
                position += Int(accumulator >= instruction.constant ? instruction.whenTrue : instruction.whenFalse)
            case BPF_JMP | BPF_JSET | BPF_K:
                position += Int(accumulator & instruction.constant != 0 ? instruction.whenTrue : instruction.whenFalse)
            case BPF_RET | BPF_K: return instruction.constant
            default: return nil
            }
        }
        return nil
    }
}
