import Glibc
import Model

/// The files of what references came to: the one that was read last is kept, for the runs of a plan ask for it again and again.
final class ReferenceFiles {
    /// Which file it is, and when it was written: its name may be another plan's by now.
    private struct File: Equatable {
        let device: dev_t
        let inode: ino_t
        let seconds: Int
        let nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = status.st_dev
            inode = status.st_ino
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    private var last: (file: File, reference: Reference)?

    /// What the references of a plan came to.
    ///
    /// - Throws: `RecordError.unreadable` when there is no such file, or it holds no reference.
    func reference(_ path: String) throws -> Reference {
        let file = File(path)
        if let file, let last, last.file == file { return last.reference }
        let reference = try Reference(file: path)
        last = file.map { ($0, reference) }
        return reference
    }
}
