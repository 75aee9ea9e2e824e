import CKernelHeaders

/// Writes netlink messages; lengths and padding are kept right by construction.
///
/// Attributes may be written only inside `message`, nested ones inside `nested`.
public struct NetlinkBuilder: Sendable {
    /// The messages written so far.
    public private(set) var bytes: [UInt8] = []
    /// Whether an attribute was left out because its length does not fit the 16 bits of `nla_len`.
    public private(set) var overflowed = false

    /// Starts with no message.
    public init() {}

    /// Writes one message: header, then what the body writes; the length is set at the end.
    public mutating func message(
        type: UInt16, flags: UInt16, sequence: UInt32 = 0, portID: UInt32 = 0, _ body: (inout NetlinkBuilder) -> Void
    ) {
        pad()
        let start = bytes.count
        append(
            nlmsghdr(nlmsg_len: 0, nlmsg_type: type, nlmsg_flags: flags, nlmsg_seq: sequence, nlmsg_pid: portID))
        body(&self)
        store(UInt32(bytes.count - start), at: start)
        pad()
    }

    /// Writes a fixed structure such as `ifinfomsg`, in the machine's byte order.
    public mutating func append<Value: BitwiseCopyable>(_ value: Value) {
        withUnsafeBytes(of: value) { unsafe bytes.append(contentsOf: $0) }
        pad()
    }

    /// Writes bytes as they are, such as the payload of another message.
    public mutating func append(contentsOf payload: [UInt8]) {
        bytes.append(contentsOf: payload)
        pad()
    }

    /// Writes an attribute and gives the offset of its payload, in bytes from the start of the buffer.
    @discardableResult
    public mutating func attribute(_ type: UInt16, bytes payload: [UInt8]) -> Int {
        pad()
        let start = bytes.count
        guard let length = UInt16(exactly: MemoryLayout<nlattr>.size + payload.count) else {
            overflowed = true
            return start
        }
        append(nlattr(nla_len: length, nla_type: type))
        bytes.append(contentsOf: payload)
        pad()
        return start + MemoryLayout<nlattr>.size
    }

    /// Writes an integer attribute in the machine's byte order and gives the offset of its payload.
    @discardableResult
    public mutating func attribute<Value: FixedWidthInteger & BitwiseCopyable>(_ type: UInt16, _ value: Value) -> Int {
        attribute(type, bytes: withUnsafeBytes(of: value) { unsafe [UInt8]($0) })
    }

    /// Writes text with its terminating zero.
    public mutating func attribute(_ type: UInt16, string: String) {
        attribute(type, bytes: Array(string.utf8) + [0])
    }

    /// Writes an attribute whose payload is what the body writes.
    public mutating func nested(_ type: UInt16, marked: Bool = false, _ body: (inout NetlinkBuilder) -> Void) {
        pad()
        let start = bytes.count
        append(nlattr(nla_len: 0, nla_type: marked ? type | ckh_nla_f_nested : type))
        body(&self)
        guard let length = UInt16(exactly: bytes.count - start) else {
            overflowed = true
            bytes.removeSubrange(start...)
            return
        }
        store(length, at: start)
        pad()
    }

    private mutating func pad() {
        while bytes.count % 4 != 0 { bytes.append(0) }
    }

    private mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
        bytes.overwrite(value, at: offset)
    }
}

extension [UInt8] {
    /// Overwrites an integer in the machine's byte order; false, and no change, where it does not fit.
    @discardableResult
    mutating func overwrite<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) -> Bool {
        guard offset >= 0, offset <= count, count - offset >= MemoryLayout<Value>.size else { return false }
        Swift.withUnsafeBytes(of: value) { source in
            for (index, byte) in unsafe source.enumerated() { self[offset + index] = byte }
        }
        return true
    }
}
