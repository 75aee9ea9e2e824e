import CHost
import CLinux
public import Kernel

/// A place in a netlink request into which pid 1 writes the number of a namespace's open descriptor.
public struct NamespacePatch: Hashable, Sendable {
    /// Where the 32-bit number goes, in bytes from the message's first (an `IFLA_NET_NS_FD` payload, for instance).
    public let offset: Int
    /// The namespace: a name below /run/netns, an absolute path, or "host".
    public let namespace: String

    /// Joins place and namespace.
    public init(offset: Int, namespace: String) {
        self.offset = offset
        self.namespace = namespace
    }
}

/// What is to be done with a mount of an agent's.
public enum MountHold: String, Hashable, Sendable {
    /// A proc: read-only where the host's own is.
    case proc
    /// A sysfs: read-only where the host's own is.
    case sysfs
    /// Any other: read-only.
    case readOnly = "readonly"
    /// The host's devices are mounted there.
    case devices
    /// What makes it read-only is taken off, for it is taken off itself.
    case uncovered
}

/// One thing that pid 1 of the host can do.
///
/// Namespaces are named as below /run/netns, by an absolute path in the host, or "host" for the host's own.
public enum HostRequest: Hashable, Sendable {
    /// Makes a named namespace as `ip netns add` does; `settled` also brings lo up, and stops duplicate address detection
    /// where the host has it off.
    case createNamespace(String, settled: Bool)
    /// `ip netns del`: umount2(MNT_DETACH) and unlink.
    case deleteNamespace(String)
    /// umount2(MNT_DETACH) alone: the file stays, and names nothing.
    case unmountNamespace(String)
    /// Deletes, and makes another one under the same name.
    case replaceNamespace(String, settled: Bool)
    /// Tells the identity of a namespace.
    case identifyNamespace(String)
    /// Brings lo up, and stops duplicate address detection where the host has it off.
    case settleNamespace(String)
    /// Sends one message that asks for an ack; length, sequence and flags are filled in by pid 1.
    case netlink([UInt8], in: String, protocol: NetlinkProtocol, patches: [NamespacePatch])
    /// Writes a file, its parents included (0755); `mode` are the permission bits.
    case writeFile(String, content: [UInt8], mode: UInt32)
    /// Writes a sysctl, given by its path below /proc/sys, as seen from a namespace.
    case writeSysctl(String, value: String, in: String)
    /// Does something with an agent's mount; the descriptors are those of its mount namespace and of the mount's root, or of
    /// the directory where it is to be. `readOnly` is a sysfs in which not even the host's own devices can be written.
    case holdMount(MountHold, readOnly: Bool, namespace: Int32, root: Int32)
    /// Gives the seccomp program for later filtered spawns as the bytes of `struct sock_filter[]`.
    case setFilter([UInt8])
    /// Sends SIGKILL to everything in the host but pid 1.
    case killAll

    /// What the request is about, for errors.
    var stage: String {
        switch self {
        case .createNamespace(let name, _): "create namespace \(name)"
        case .deleteNamespace(let name): "delete namespace \(name)"
        case .unmountNamespace(let name): "unmount namespace \(name)"
        case .replaceNamespace(let name, _): "replace namespace \(name)"
        case .identifyNamespace(let name): "identify namespace \(name)"
        case .settleNamespace(let name): "settle namespace \(name)"
        case .netlink(_, let name, _, _): "netlink request in \(name)"
        case .writeFile(let path, _, _): "write \(path)"
        case .writeSysctl(let path, _, let name): "sysctl \(path) in \(name)"
        case .holdMount(let hold, _, _, _): "hold a mount (\(hold.rawValue))"
        case .setFilter: "set filter"
        case .killAll: "kill all"
        }
    }

    /// The packet, without descriptors.
    func packet(id: UInt64) -> Packet {
        switch self {
        case .createNamespace(let name, let settled):
            Packet(CH_NETNS_CREATE, id, settled ? CH_FLAG_SETTLED : nil).adding(CH_FIELD_NAME, name)
        case .deleteNamespace(let name): Packet(CH_NETNS_DELETE, id).adding(CH_FIELD_NAME, name)
        case .unmountNamespace(let name): Packet(CH_NETNS_UNMOUNT, id).adding(CH_FIELD_NAME, name)
        case .replaceNamespace(let name, let settled):
            Packet(CH_NETNS_REPLACE, id, settled ? CH_FLAG_SETTLED : nil).adding(CH_FIELD_NAME, name)
        case .identifyNamespace(let name): Packet(CH_NETNS_IDENTIFY, id).adding(CH_FIELD_NAME, name)
        case .settleNamespace(let name): Packet(CH_NETNS_SETTLE, id).adding(CH_FIELD_NAME, name)
        case .netlink(let bytes, let name, let family, let patches):
            patches.reduce(
                Packet(CH_NETLINK, id).adding(CH_FIELD_NAME, name)
                    .adding(CH_FIELD_PROTOCOL, UInt32(bitPattern: family.number)).adding(CH_FIELD_DATA, bytes)
            ) { packet, patch in
                packet.adding(
                    CH_FIELD_PATCH, bytes: Packet.bytes(of: UInt32(clamping: patch.offset)) + patch.namespace.utf8 + [0]
                )
            }
        case .writeFile(let path, let content, let mode):
            content.count > Self.inlineLimit
                ? Packet(CH_WRITE_FILE, id).adding(CH_FIELD_PATH, path).adding(CH_FIELD_MODE, mode)
                : Packet(CH_WRITE_FILE, id).adding(CH_FIELD_PATH, path).adding(CH_FIELD_MODE, mode)
                    .adding(CH_FIELD_DATA, content)
        case .writeSysctl(let path, let value, let name):
            Packet(CH_WRITE_SYSCTL, id).adding(CH_FIELD_NAME, name).adding(CH_FIELD_PATH, path)
                .adding(CH_FIELD_DATA, Array(value.utf8))
        case .holdMount(let hold, let readOnly, _, _):
            Packet(CH_HOLD_MOUNT, id).adding(CH_FIELD_DATA, hold.rawValue)
                .adding(CH_FIELD_MODE, UInt32(readOnly ? 1 : 0))
        case .setFilter(let bytes): Packet(CH_SET_FILTER, id).adding(CH_FIELD_DATA, bytes)
        case .killAll: Packet(CH_KILL_ALL, id)
        }
    }

    /// Content beyond this many bytes goes by memfd.
    static let inlineLimit = 64 * 1024
}

/// The bytes of a request as CHost.h defines them.
struct Packet {
    private(set) var bytes: [UInt8]

    init(_ command: ch_command, _ id: UInt64, _ flag: ch_flag? = nil) {
        bytes = Self.bytes(of: ch_request(command: command.rawValue, flags: flag?.rawValue ?? 0, id: id))
    }

    static func bytes<Value: BitwiseCopyable>(of value: Value) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

    func adding(_ kind: ch_field_kind, bytes value: [UInt8]) -> Packet {
        var copy = self
        copy.bytes += Self.bytes(of: ch_field(kind: kind.rawValue, length: UInt32(clamping: value.count))) + value
        return copy
    }

    func adding(_ kind: ch_field_kind, _ value: String) -> Packet { adding(kind, bytes: Array(value.utf8) + [0]) }
    func adding(_ kind: ch_field_kind, _ value: [UInt8]) -> Packet { adding(kind, bytes: value) }
    func adding(_ kind: ch_field_kind, _ value: UInt32) -> Packet { adding(kind, bytes: Self.bytes(of: value)) }
}
