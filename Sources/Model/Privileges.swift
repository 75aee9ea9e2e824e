/// What programs of an agent may do less than the root of their host, who has what the host does not keep back.
public struct Privileges: Hashable, Codable, Sendable {
    /// The user as whom they begin, a name of the host's /etc/passwd or a number; root where absent.
    public var user: String?
    /// The only capabilities that they have, by their names in capabilities(7); absent where they have root's, or none as another user.
    public var capabilities: [String]?
    /// The capabilities that a fault took from them.
    public var lost: Set<String> = []

    /// Makes the privileges of root.
    public init() {}

    /// Whether nothing is less than root's.
    public var isRoot: Bool { self == Privileges() }

    /// The names of capabilities(7), each at the place of its number in linux/capability.h.
    public static let capabilityNames = [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
        "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST",
        "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO",
        "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
        "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE",
        "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ]

    /// The capabilities of which agents that set up networks make use: those for which `capability.drop: each` stands.
    public static let ofAgents = [
        "CAP_NET_ADMIN", "CAP_SYS_ADMIN", "CAP_NET_RAW", "CAP_NET_BIND_SERVICE", "CAP_DAC_OVERRIDE",
        "CAP_DAC_READ_SEARCH", "CAP_CHOWN", "CAP_FOWNER", "CAP_KILL", "CAP_SETUID", "CAP_SETGID", "CAP_MKNOD",
        "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_RESOURCE",
    ]

    /// Whether a text can be a user: a name as useradd(8) takes it, or a number but the last, which means none.
    public static func isUser(_ text: String) -> Bool {
        if let number = UInt64(text) { return number < UInt64(UInt32.max) }
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isName && !text.isEmpty && !text.hasPrefix("-") && text.utf8.count <= 32
    }

    /// The names among which a misspelt one is looked for: `NET_ADMIN`, as some tools have it, is nearer to its own than to others.
    static func candidates(for text: String) -> [String] {
        let whole = "CAP_" + text.uppercased()
        return capabilityNames.contains(whole) ? [whole] : capabilityNames
    }

    /// A set of capabilities as the kernel has it: bit N for number N.
    public static func mask(of names: some Sequence<String>) -> UInt64 {
        names.reduce(0) { mask, name in capabilityNames.firstIndex(of: name).map { mask | 1 << UInt64($0) } ?? mask }
    }
}
