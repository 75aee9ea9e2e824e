/// Why bytes could not be read as netlink.
public struct NetlinkDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was wrong.
    public enum Code: String, Hashable, Sendable {
        /// Fewer bytes are left than a message header has.
        case truncatedHeader
        /// A message's length is below its header's size or beyond the end of the buffer.
        case messageLength
        /// A message's payload is shorter than the fixed structure of its type.
        case shortPayload
        /// An attribute's length is below its header's size or beyond the end of its container.
        case attributeLength
        /// An attribute's payload has another size than its type requires.
        case attributeSize
        /// A range that the caller passed lies outside the buffer.
        case outOfBounds
    }

    /// What was wrong.
    public let code: Code
    /// Offset in bytes, from the start of the buffer, of the header or attribute at fault.
    public let offset: Int
    /// The length that was found, in bytes.
    public let found: Int

    init(_ code: Code, offset: Int, found: Int) {
        self.code = code
        self.offset = offset
        self.found = found
    }

    /// For example `netlink: attributeLength at byte 36 (found 3)`.
    public var description: String { "netlink: \(code.rawValue) at byte \(offset) (found \(found))" }
}
