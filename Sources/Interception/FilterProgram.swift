import CLinux
import Glibc

/// The seccomp filter that makes an agent stop at the calls Tocsin decodes, and at no other.
///
/// A classic BPF program: `SECCOMP_RET_TRACE` for trapped calls, `SECCOMP_RET_ALLOW` for the rest, which the kernel then
/// answers from a bitmap without running the program (seccomp(2), kernel/seccomp.c `seccomp_cache_prepare`). Calls of
/// another architecture are trapped so that they are seen and refused; x32 calls are answered with `ENOSYS`.
public struct FilterProgram: Equatable, Sendable {
    /// The instructions, as `struct sock_filter` of linux/filter.h.
    public private(set) var instructions: [Instruction]

    /// One instruction of classic BPF.
    public struct Instruction: Equatable, Sendable {
        /// What is done.
        public var code: UInt16
        /// How many instructions to skip when a test holds.
        public var whenTrue: UInt8
        /// How many instructions to skip when it does not.
        public var whenFalse: UInt8
        /// The constant.
        public var constant: UInt32
    }

    /// The mark of a trap of another architecture (the 16 bits of `SECCOMP_RET_DATA`); no likely one of an agent's own filter.
    public static let foreignMark: UInt16 = 0x7463
    /// The mark of an ordinary trap.
    public static let callMark: UInt16 = 0x746f

    /// The filter that traps these calls.
    public init(_ calls: [TrappedCall]) {
        instructions = [
            Instruction(loading: MemoryLayout<seccomp_data>.offset(of: \.arch) ?? 4),
            Instruction(jump: BPF_JEQ, Architecture.audit, whenTrue: 1, whenFalse: 0),
            Instruction(returning: CL_SECCOMP_RET_TRACE | UInt32(FilterProgram.foreignMark)),
            Instruction(loading: MemoryLayout<seccomp_data>.offset(of: \.nr) ?? 0),
            Instruction(jump: BPF_JGE, CL_X32_SYSCALL_BIT, whenTrue: 0, whenFalse: 1),
            Instruction(returning: CL_SECCOMP_RET_ERRNO | UInt32(ENOSYS)),
        ]
        let trap = Instruction(returning: CL_SECCOMP_RET_TRACE | UInt32(FilterProgram.callMark))
        let allow = Instruction(returning: CL_SECCOMP_RET_ALLOW)
        for call in calls {
            let number = UInt32(call.number)
            switch call.condition {
            case .always:
                instructions += [Instruction(jump: BPF_JEQ, number, whenTrue: 0, whenFalse: 1), trap]
            case .argument(let index, let test):
                // The low word of a 64-bit argument: these flags and commands have no high word (little endian).
                let offset = (MemoryLayout<seccomp_data>.offset(of: \.args) ?? 16) + index * 8
                let body = [Instruction(loading: offset)] + test.instructions(trap: trap, allow: allow)
                instructions.append(
                    Instruction(jump: BPF_JEQ, number, whenTrue: 0, whenFalse: UInt8(body.count)))
                instructions += body
            }
        }
        instructions.append(allow)
    }
}

extension FilterProgram.Instruction {
    init(loading offset: Int) {
        self.init(code: UInt16(BPF_LD | BPF_W | BPF_ABS), whenTrue: 0, whenFalse: 0, constant: UInt32(offset))
    }

    init(jump test: Int32, _ constant: UInt32, whenTrue: UInt8, whenFalse: UInt8) {
        self.init(code: UInt16(BPF_JMP | test | BPF_K), whenTrue: whenTrue, whenFalse: whenFalse, constant: constant)
    }

    init(returning value: UInt32) {
        self.init(code: UInt16(BPF_RET | BPF_K), whenTrue: 0, whenFalse: 0, constant: value)
    }
}

/// One system call that the filter stops at.
public struct TrappedCall: Sendable {
    /// The number of the call on this architecture.
    public var number: Int32
    /// When it is stopped at.
    public var condition: Condition

    /// Whether no argument matters.
    var isAlwaysTrapped: Bool { if case .always = condition { true } else { false } }

    /// A test that BPF can do on the arguments; what a pointer leads to it cannot see.
    public enum Condition: Sendable {
        /// Each call.
        case always
        /// Calls whose argument passes a test.
        case argument(Int, Test)
    }

    /// A test of the low 32 bits of an argument.
    public enum Test: Sendable {
        /// Any of these bits is set.
        case anyBit(UInt32)
        /// It is one of these values.
        case oneOf([UInt32])
        /// It is none of these values.
        case noneOf([UInt32])

        func instructions(
            trap: FilterProgram.Instruction, allow: FilterProgram.Instruction
        ) -> [FilterProgram.Instruction] {
            switch self {
            case .anyBit(let bits):
                return [.init(jump: BPF_JSET, bits, whenTrue: 0, whenFalse: 1), trap, allow]
            case .oneOf(let values):
                let tests = values.enumerated().map { position, value in
                    FilterProgram.Instruction(
                        jump: BPF_JEQ, value, whenTrue: UInt8(values.count - 1 - position),
                        whenFalse: position == values.count - 1 ? 1 : 0)
                }
                return tests + [trap, allow]
            case .noneOf(let values):
                let tests = values.enumerated().map { position, value in
                    FilterProgram.Instruction(
                        jump: BPF_JEQ, value, whenTrue: UInt8(values.count - position), whenFalse: 0)
                }
                return tests + [trap, allow]
            }
        }
    }

    /// A call that is stopped at under this condition.
    public init(_ number: Int32, _ condition: Condition = .always) {
        self.number = number
        self.condition = condition
    }
}

extension FilterProgram {
    /// The program as the bytes of `struct sock_filter[]`, which is how it is given to the process that installs it.
    public var bytes: [UInt8] {
        instructions.flatMap { instruction -> [UInt8] in
            withUnsafeBytes(of: instruction.code.littleEndian) { Array($0) }
                + [instruction.whenTrue, instruction.whenFalse]
                + withUnsafeBytes(of: instruction.constant.littleEndian) { Array($0) }
        }
    }
}
