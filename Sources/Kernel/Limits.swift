import CLinux

/// Sets how many descriptors a process may have, as setrlimit(2) does by `RLIMIT_NOFILE`; its hard limit stays.
///
/// - Returns: How many it might have.
/// - Throws: `ESRCH` where the process is gone.
@discardableResult
public func limitDescriptors(of process: Int32, to count: UInt64) throws(SystemError) -> UInt64 {
    var former: UInt64 = 0
    try systemCall("prlimit", stage: "RLIMIT_NOFILE of \(process)") { cl_limit_descriptors(process, count, &former) }
    return former
}
