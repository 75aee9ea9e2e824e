import Glibc

/// How much the files of a host may take: they lie in memory.
public struct HostBounds: Hashable, Sendable {
    /// How many bytes all its files may hold, beyond the machine's own.
    public var space: UInt64
    /// How many files it may have, beyond the machine's own.
    public var files: UInt64

    /// Makes bounds.
    public init(space: UInt64, files: UInt64) {
        self.space = space
        self.files = files
    }

    /// How many workers share a CPU, and the memory that one alone may take; set once, when a worker begins.
    nonisolated(unsafe) public static var sharers: UInt64 = 1

    /// 1 GiB, or a quarter of the memory where that is less, and 400,000 files.
    public static var usual: HostBounds { HostBounds(space: min(1 << 30, memory / 4), files: 400_000) }

    /// How many bytes of memory the machine has, of which each of those that share a CPU has its part; 8 GiB where it does not say,
    /// for then no bound is lower than usual.
    static var memory: UInt64 { machine / sharers }

    private static let machine: UInt64 = {
        let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
        return pages > 0 && size > 0 ? UInt64(pages) * UInt64(size) : 8 << 30
    }()
}
