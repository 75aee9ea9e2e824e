import CLinux
public import SystemPackage

/// A system call that failed, with what it was for.
///
/// `errno` is the kernel's number as the C wrapper returned it (`-errno`), never read from the thread's variable later.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call's name as in section 2 of the manual.
    public let call: String
    /// What the call was to do, such as "overlay on /run/x"; may be empty.
    public let stage: String
    /// The kernel's error number.
    public let errno: Errno

    /// Makes an error from its three parts.
    public init(call: String, stage: String, errno: Errno) {
        self.call = call
        self.stage = stage
        self.errno = errno
    }

    /// "mount(overlay on /x): No such device (ENODEV)".
    public var description: String { "\(call)(\(stage)): \(errno.explained)" }
}

extension Errno {
    /// The text of strerror(3) with the symbolic name, such as "No such device (ENODEV)".
    public var explained: String {
        guard let name = cl_error_name(rawValue) else { return "error \(rawValue)" }
        return "\(description) (\(String(cString: name)))"
    }
}

/// Makes one system call through a C wrapper that answers with a result or `-errno`.
///
/// Every call of the layer goes through here, so that no failure is without a name and a stage.
/// - Parameters:
///   - call: The name that the error will carry.
///   - stage: What it was for; evaluated only when the call fails.
///   - retry: Repeats the call on `EINTR`. Must be false for close(2), which has closed in spite of it.
/// - Throws: ``SystemError`` when the wrapper's result is negative.
@discardableResult
@inlinable
public func systemCall<Result: FixedWidthInteger & SignedInteger>(
    _ call: String, stage: @autoclosure () -> String = "", retry: Bool = true, _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result >= 0 { return result }
        let number = Errno(rawValue: Int32(truncatingIfNeeded: 0 - result))
        if retry, number == .interrupted { continue }
        throw SystemError(call: call, stage: stage(), errno: number)
    }
}
