import CLinux

/// Which CPUs a thread may use, sched_setaffinity(2).
public enum Placement {
    private static let words = 16

    /// The CPUs that a thread may use, ascending; nil is the calling thread.
    public static func cpus(of thread: Int32? = nil) throws(SystemError) -> [Int] {
        var mask = [UInt64](repeating: 0, count: words)
        let got = try systemCall("sched_getaffinity") { cl_affinity_get(thread ?? 0, &mask, words) }
        return (0..<Int(got) * 64).filter { mask[$0 / 64] & (1 << UInt64($0 % 64)) != 0 }
    }

    /// Confines a thread, and what it will create, to CPUs by number (0 to 1023).
    public static func confine(_ thread: Int32? = nil, to cpus: [Int]) throws(SystemError) {
        var mask = [UInt64](repeating: 0, count: words)
        for cpu in cpus where cpu >= 0 && cpu < words * 64 { mask[cpu / 64] |= 1 << UInt64(cpu % 64) }
        try systemCall("sched_setaffinity", stage: "CPUs \(cpus)") { cl_affinity_set(thread ?? 0, mask, words) }
    }
}
