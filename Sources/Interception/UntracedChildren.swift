import CLinux
import Glibc

extension Interceptor {
    /// Keeps the child of clone(2) with CLONE_UNTRACED traced: where nobody traces, as the agent may expect, the flag does
    /// nothing, but here its child would have our filter and no tracer, and each call of it would fail with `ENOSYS`.
    ///
    /// - Returns: Whether the flags were changed, so that they must be put back at the call's exit.
    func keepTraced(_ tracee: Tracee, _ call: cl_call) -> Bool {
        let flag = UInt64(CLONE_UNTRACED)
        switch Int32(truncatingIfNeeded: call.number) {
        case Architecture.clone where call.arguments.0 & flag != 0:
            return setFlags(tracee, call.arguments.0 & ~flag)
        case Architecture.clone3:
            guard let flags = tracee.memory.word(at: call.arguments.0), flags & flag != 0 else { return false }
            return tracee.memory.write(word: flags & ~flag, at: call.arguments.0)
        default: return false
        }
    }

    /// Puts the flags back, at the exit of the call.
    func putFlagsBack(_ tracee: Tracee, _ call: cl_call) {
        if Int32(truncatingIfNeeded: call.number) == Architecture.clone {
            _ = setFlags(tracee, call.arguments.0)
        } else if let flags = tracee.memory.word(at: call.arguments.0) {
            _ = tracee.memory.write(word: flags | UInt64(CLONE_UNTRACED), at: call.arguments.0)
        }
    }

    private func setFlags(_ tracee: Tracee, _ flags: UInt64) -> Bool {
        guard var registers = source.registers(of: tracee.thread) else { return false }
        registers[.argument0] = flags
        return source.setRegisters(registers, of: tracee.thread) >= 0
    }
}
