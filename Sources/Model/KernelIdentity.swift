/// What an operation acts on, as the kernel tells it from everything else.
///
/// Names are given anew and mean other things later; by these numbers two operations of a record act on one object or on
/// two. A number that the kernel did not say, or that could be had only by a look that might disturb, is absent.
public struct KernelIdentity: Hashable, Codable, Sendable {
    /// The network namespace in which it is done, by its 64-bit id, which is never used again: of netlink the socket's.
    public var namespace: UInt64
    /// The network namespace on which it acts: that is entered, made, named, opened, looked for.
    public var target: UInt64?
    /// The links that it names, by their index in `namespace`; its object, where that is a link, comes first.
    public var links: [UInt32]
    /// The file on which it acts.
    public var file: File?
    /// The netlink socket that carries it, by `SO_COOKIE`, which is never used again.
    public var socket: UInt64?

    /// A file as stat(2) tells it from others.
    public struct File: Hashable, Codable, Sendable {
        /// `st_dev`.
        public var device: UInt64
        /// `st_ino`; it may be used again when the file is gone.
        public var inode: UInt64

        /// Joins the two numbers.
        public init(device: UInt64, inode: UInt64) {
            self.device = device
            self.inode = inode
        }
    }

    /// Makes an identity of what is known.
    public init(
        namespace: UInt64, target: UInt64? = nil, links: [UInt32] = [], file: File? = nil, socket: UInt64? = nil
    ) {
        self.namespace = namespace
        self.target = target
        self.links = links
        self.file = file
        self.socket = socket
    }

    /// Reads an identity; one without links has none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        namespace = try container.decode(UInt64.self, forKey: .namespace)
        target = try container.decodeIfPresent(UInt64.self, forKey: .target)
        links = try container.decodeIfPresent([UInt32].self, forKey: .links) ?? []
        file = try container.decodeIfPresent(File.self, forKey: .file)
        socket = try container.decodeIfPresent(UInt64.self, forKey: .socket)
    }
}
