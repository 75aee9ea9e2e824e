import CLinux
import Glibc
import Model

/// Which call each thread is in, whether that is a new one or one that the kernel makes again, and its operations.
struct Calls {
    /// How often each key came, by its digest: the keys of a million operations would be hundreds of megabytes.
    private var ordinals: [UInt64: UInt32] = [:]
    private var temporaries = Temporaries()

    /// What a thread that is trapped at the entry of a call is about to do.
    enum Entry {
        /// A call of its own.
        case new
        /// One that a signal interrupted, or that was put off: its operations have begun already.
        case again(PendingCall)
    }

    /// Tells a new call from one that is made again.
    ///
    /// - Parameter given: Called with each call that a signal ended for good: its handler has returned, and it was not made again.
    func enter(_ call: cl_call, _ tracee: Tracee, given: (PendingCall) -> Void) -> Entry {
        while let last = tracee.interrupted.last {
            if last.isRestarted(as: call) {
                tracee.interrupted.removeLast()
                return .again(last)
            }
            // A handler runs below the interrupted frame: the call may still be made again.
            guard call.stack >= last.call.stack else { break }
            tracee.interrupted.removeLast()
            given(last)
        }
        return .new
    }

    /// The operations that a call stands for.
    ///
    /// - Parameter first: The index of the first.
    mutating func begin(
        _ decoded: Decoded, _ call: cl_call, _ tracee: Tracee, first: Int, step: String, caller: String, at now: UInt64
    ) -> PendingCall {
        let pending = PendingCall(call)
        pending.request = decoded.request
        pending.learning = decoded.learn
        pending.mounting = decoded.mounting
        let number = Int32(truncatingIfNeeded: call.number)
        for (place, phrase) in decoded.phrases.enumerated() {
            var operation = Operation(
                index: first + place, step: step, agent: tracee.process.agent,
                lineage: tracee.process.lineagePath, program: tracee.process.program, thread: tracee.thread,
                call: SystemCall.of(number)?.name ?? "call \(number)", phrase: phrase,
                callerNamespace: phrase.namespace == caller ? nil : caller, started: now)
            operation.temporaryNames = temporaries.names(in: phrase, isNew: decoded.makesAnew)
            operation.ordinal = count(operation.keyStemDigest)
            pending.operations.append(operation)
        }
        return pending
    }

    private mutating func count(_ key: UInt64) -> Int {
        let count = ordinals[key, default: 0] &+ 1
        ordinals[key] = count
        return Int(count)
    }

    /// Whether the number that a call returned to the kernel's own code means that it was interrupted, and will be made
    /// again or answered with `EINTR`, as the signal's handler says: `-ERESTARTSYS` (512) to `-ERESTART_RESTARTBLOCK`
    /// (516) of the kernel's include/linux/errno.h, which no program sees.
    static func isRestart(_ result: Int64) -> Bool { (-516 ... -512).contains(result) }
}
