import CLinux
import Glibc

/// What to wait for on a descriptor, poll(2).
public struct PollEvents: OptionSet, Sendable, Hashable {
    /// The kernel's bits.
    public let rawValue: Int16
    /// Wraps the kernel's bits.
    public init(rawValue: Int16) { self.rawValue = rawValue }
    /// Data to read (`POLLIN`).
    public static let readable = PollEvents(rawValue: Int16(POLLIN))
    /// Room to write (`POLLOUT`).
    public static let writable = PollEvents(rawValue: Int16(POLLOUT))
    /// The other end is gone (`POLLHUP`); always reported.
    public static let hangUp = PollEvents(rawValue: Int16(POLLHUP))
    /// An error is pending (`POLLERR`); always reported.
    public static let error = PollEvents(rawValue: Int16(POLLERR))
}

/// One descriptor to wait for, or what happened to it.
public struct PollItem: Sendable, Hashable {
    /// The descriptor's number.
    public let descriptor: Int32
    /// What to wait for; in an answer, what happened.
    public let events: PollEvents

    /// Names a descriptor and what to wait for.
    public init(_ descriptor: Int32, _ events: PollEvents) {
        self.descriptor = descriptor
        self.events = events
    }
}

/// Waits until something happens to a descriptor (ppoll(2)).
/// - Parameters:
///   - timeout: How long; nil waits for ever.
///   - mask: The signals to block meanwhile instead of the caller's own, as the kernel's 64 bits.
///   - interruptible: Answers empty on `EINTR` instead of waiting on with the full time.
/// - Returns: The descriptors with something to tell; empty when the time passed.
public func poll(
    _ items: [PollItem], timeout: Duration?, mask: SignalSet? = nil, interruptible: Bool = false
) throws(SystemError) -> [PollItem] {
    var records = items.map { cl_poll(fd: $0.descriptor, events: $0.events.rawValue, revents: 0) }
    let count = records.count
    let limit = timeout.map { max(Int64(0), $0.nanoseconds) } ?? -1
    let got = try systemCall("ppoll") { () -> Int32 in
        let got = records.withUnsafeMutableBufferPointer { space -> Int32 in
            var empty = cl_poll()
            guard var bits = mask?.rawValue else {
                return cl_ppoll(space.baseAddress ?? pointer(&empty), count, limit, nil)
            }
            return cl_ppoll(space.baseAddress ?? pointer(&empty), count, limit, &bits)
        }
        return interruptible && got == -EINTR ? 0 : got
    }
    return got == 0
        ? [] : records.filter { $0.revents != 0 }.map { PollItem($0.fd, PollEvents(rawValue: $0.revents)) }
}

private func pointer(_ value: UnsafeMutablePointer<cl_poll>) -> UnsafeMutablePointer<cl_poll> { value }
