import CLinux
import Glibc
import Kernel

extension Tracee {
    /// A duplicate of one of its descriptors, to be closed soon: it keeps alive what it leads to.
    ///
    /// By the thread's own table, which need not be that of its process: a thread may have one of its own
    /// (unshare(2) with CLONE_FILES), and the first thread may have ended. Nil where there is no such descriptor, or none can
    /// be taken, which is said once for each process.
    func take(_ number: Int32) -> Descriptor? {
        if thread == process.id {
            // Kept open: nearly all agents do everything in their first thread.
            return process.take(number)
        }
        do throws(SystemError) {
            return try ProcessDescriptor(thread, thread: true).take(number)
        } catch {
            // EINVAL: a kernel before 6.9, which has descriptors of processes only.
            guard error.errno == .invalidArgument else { return nil }
            return takeByProcess(number)
        }
    }

    private func takeByProcess(_ number: Int32) -> Descriptor? {
        if cl_same_descriptors(process.id, thread) == 1 { return process.take(number) }
        if !process.isHidden {
            process.isHidden = true
            process.notes.append(
                "\(process.program) has a thread with descriptors of its own: what it does by them can be seen from Linux 6.9 on"
            )
        }
        return nil
    }
}

extension TracedProcess {
    /// A duplicate of a descriptor of its first thread.
    fileprivate func take(_ number: Int32) -> Descriptor? { handle.take(number) }
}

/// The descriptor of a process.
///
/// It bears a number, not a `Descriptor`: the optimiser of Swift 6.3.1 cannot follow one that may be absent in here.
final class ProcessHandle {
    /// Below zero where the process is gone already: then nothing of it can be read, and its end is the next thing we hear.
    private let number: Int32

    init(_ id: Int32) { number = cl_pidfd_open(id, 0) }

    deinit { if number >= 0 { _ = cl_close(number) } }

    /// Nil where the descriptor was closed meanwhile, or the process is gone.
    func take(_ descriptor: Int32) -> Descriptor? {
        guard number >= 0 else { return nil }
        let taken = cl_pidfd_getfd(number, descriptor)
        return taken < 0 ? nil : Descriptor(owning: taken)
    }
}
