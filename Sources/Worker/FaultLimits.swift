import Kernel
import Model

/// What a process may have only so much of.
extension FaultDelivery {
    /// Leaves the host's file systems room for so many bytes more; taking that back gives them what they had.
    func limit(disk bytes: Int) throws {
        let edit = try faults.world.limitDisk(toMore: bytes)
        record.effect = .changed(edit.detail)
        if let undo = edit.undo { untilTakenBack(undo) }
        finish()
    }

    /// Limits the descriptors of the process at the point; taking that back gives it what it might have before.
    func limit(descriptors count: Int) throws {
        guard let process = passage?.stop.process else {
            return finish(failure: "`limit` needs an operation: no process is at the point")
        }
        let former = try faults.tracer.limit(descriptors: UInt64(count), of: process)
        record.effect = .changed("\(process.lineagePath) may have \(count) descriptors; it might have \(former)")
        untilTakenBack { [tracer = faults.tracer] in
            do {
                _ = try tracer.limit(descriptors: former, of: process)
            } catch let error as SystemError where error.errno == .noSuchProcess {
                // Nobody is left to be limited.
            }
        }
        finish()
    }
}
