import CKernelHeaders

/// One request, ready to be sent but for its sequence number and its descriptors.
public struct NetlinkRequest: Hashable, Sendable {
    /// The message.
    public private(set) var bytes: [UInt8]
    /// Where the message holds namespace descriptors: offsets, in bytes, of 32-bit values in the machine's byte order.
    ///
    /// They are written as zero or as the number given to the builder; a process that opens the descriptor
    /// later writes its own number there with `setDescriptor`.
    public private(set) var descriptorOffsets: [DescriptorSlot]

    /// A place for the number of a namespace descriptor.
    public struct DescriptorSlot: Hashable, Sendable {
        /// Whose namespace it says.
        public enum Role: String, Hashable, Sendable {
            /// The link of the message (`IFLA_NET_NS_FD`).
            case link
            /// The peer of a veth (`IFLA_NET_NS_FD` in `VETH_INFO_PEER`).
            case peer
            /// The namespace that is given an id (`NETNSA_FD`).
            case namespace
        }
        /// Whose namespace it says.
        public let role: Role
        /// Offset of the 32-bit value from the start of the message, in bytes.
        public let offset: Int
    }

    init(
        type: some BinaryInteger, flags: Int32, _ body: (inout NetlinkBuilder, inout [DescriptorSlot]) -> Void
    ) {
        var builder = NetlinkBuilder()
        var slots: [DescriptorSlot] = []
        builder.message(type: wire(type), flags: wire(NLM_F_REQUEST | flags)) { body(&$0, &slots) }
        bytes = builder.bytes
        descriptorOffsets = slots
    }

    init(type: some BinaryInteger, flags: Int32, _ body: (inout NetlinkBuilder) -> Void) {
        self.init(type: type, flags: flags) { builder, _ in body(&builder) }
    }

    /// `nlmsg_seq` of the message.
    public var sequence: UInt32 {
        get { bytes.span.bytes.load(UInt32.self, at: NetlinkRequest.sequenceOffset) ?? 0 }
        set { bytes.overwrite(newValue, at: NetlinkRequest.sequenceOffset) }
    }

    /// The same request with a sequence number.
    public func numbered(_ sequence: UInt32) -> NetlinkRequest {
        var copy = self
        copy.sequence = sequence
        return copy
    }

    /// Writes the number of a namespace descriptor into every slot of a role.
    public mutating func setDescriptor(_ descriptor: Int32, for role: DescriptorSlot.Role) {
        for slot in descriptorOffsets where slot.role == role { bytes.overwrite(descriptor, at: slot.offset) }
    }

    private static var sequenceOffset: Int {
        MemoryLayout<nlmsghdr>.offset(of: \.nlmsg_seq) ?? 0
    }
}
