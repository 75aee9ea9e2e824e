import CKernelHeaders

/// A record that one message of a dump, of an answer or of an event holds.
public protocol DumpRecord: Sendable, Equatable {
    /// Reads the record; nil where the message is of another type, errors where it is of this type and broken.
    static func decode(_ message: NetlinkMessage, in bytes: RawSpan) throws(NetlinkDecodingError) -> Self?
}

/// What one received buffer of a dump holds.
public struct DumpPart<Record: DumpRecord>: Sendable {
    /// The records, in the kernel's order.
    public var records: [Record] = []
    /// How the dump ended, nil where more buffers follow.
    public var end: Acknowledgement?
    /// Whether the kernel said that the dump was interrupted (`NLM_F_DUMP_INTR`): it must be repeated.
    public var isInterrupted = false
    /// Messages that are neither records of this type nor an end, by `nlmsg_type`.
    public var otherTypes: [UInt16] = []

    /// Reads a buffer; errors as the cursors, and none of the buffer is then kept.
    ///
    /// - Parameter sequence: only messages with this `nlmsg_seq` count; nil takes all.
    public init(_ bytes: [UInt8], sequence: UInt32? = nil) throws(NetlinkDecodingError) {
        let span = bytes.span.bytes
        var cursor = NetlinkMessages()
        while let message = try cursor.next(in: span) {
            if let sequence, message.sequence != sequence { continue }
            if message.isInterrupted { isInterrupted = true }
            if let record = try Record.decode(message, in: span) {
                records.append(record)
            } else if let acknowledgement = try Acknowledgement.decode(message, in: span) {
                end = acknowledgement
            } else {
                otherTypes.append(message.type)
            }
        }
    }
}
