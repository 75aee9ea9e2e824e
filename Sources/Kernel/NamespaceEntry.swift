import CLinux

/// Runs a closure with the calling thread inside another network namespace, and brings it home.
///
/// For a caller that owns its thread: a task of Swift concurrency may go on elsewhere. Sockets opened inside stay in the
/// namespace and pin it until they are closed. Not to come home would send every later call into the wrong namespace, so
/// that failure ends the process.
/// - Throws: ``SystemError`` when the namespace cannot be entered.
public func withNetworkNamespace<Result>(_ namespace: borrowing Descriptor, _ body: () -> Result) throws(SystemError)
    -> Result
{
    let home = try enter(namespace.raw)
    defer { comeHome(home) }
    return body()
}

/// The same for a closure that throws a ``SystemError``.
public func withNetworkNamespace<Result: ~Copyable>(
    _ namespace: borrowing Descriptor, _ body: () throws(SystemError) -> Result
) throws(SystemError) -> Result {
    let home = try enter(namespace.raw)
    defer { comeHome(home) }
    return try body()
}

private func enter(_ namespace: Int32) throws(SystemError) -> Int32 {
    let home = try Descriptor.open("/proc/thread-self/ns/net")
    try systemCall("setns", stage: "enter the network namespace of descriptor \(namespace)") {
        cl_setns(namespace, CLONE_NEWNET)
    }
    return home.release()
}

private func comeHome(_ home: Int32) {
    let result = cl_setns(home, CLONE_NEWNET)
    guard result == 0 else { fatalError("setns(home): error \(-result); the thread is lost in a foreign namespace") }
    _ = cl_close(home)
}
