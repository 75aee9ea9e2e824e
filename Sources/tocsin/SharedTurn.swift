import Glibc
import Kernel

/// The turn on a CPU on which several workers are: a file in memory that each of them locks.
final class SharedTurn {
    /// How many workers there are.
    let sharers: Int
    private let file: Descriptor

    /// Makes the file for so many workers.
    ///
    /// - Throws: `SystemError` of memfd_create(2).
    init(of sharers: Int) throws(SystemError) {
        self.sharers = sharers
        file = try Descriptor.memory(name: "turn")
    }

    /// The file opened anew: a lock is of whoever opened it (flock(2)).
    ///
    /// - Throws: `SystemError` of open(2).
    func opened() throws(SystemError) -> Descriptor { try Descriptor.open("/proc/self/fd/\(file.raw)", flags: O_RDWR) }
}
