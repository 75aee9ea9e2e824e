public import CLinux
import Glibc
public import Kernel

/// What a host's root is.
public enum HostRoot: Hashable, Sendable {
    /// An overlay over the machine's root: everything can be written.
    case overlay
    /// Small directories of the machine's root are copied; programs, libraries and other large directories are shown,
    /// read-only. Where the machine's root is two overlays deep the kernel stacks no third.
    case copied
}

/// How a host is to be made.
public struct HostOptions {
    /// Directories that are private and empty in the host; `/run` and `/tmp` always are.
    public var stateDirectories: [String]
    /// Mounts of the machine that stay visible, read-only: the overlay shows the root file system without its submounts.
    public var visibleMounts: [String]
    /// Keeps also the settings of the host's own devices below /sys/class/net from being written.
    public var readOnlySysfs: Bool
    /// Leaves IPv6 duplicate address detection on: an address is tentative for a second.
    public var duplicateAddressDetection: Bool
    /// The capabilities that nothing in the host can have.
    public var heldCapabilities: Set<Capability>
    /// What is held by default: with these an agent changes the machine, and none of them is a network agent's.
    public static let heldByDefault: Set<Capability> = [
        .auditControl, .auditRead, .blockSuspend, .macAdmin, .macOverride, .sysBoot, .sysModule, .sysPacct, .sysRawio,
        .sysTime, .sysTTYConfig, .syslog, .wakeAlarm,
    ]
    /// Gives the host a cgroup of its own, which it can write, where the machine lets one be made.
    public var ownGroup: Bool
    /// How much its files may take.
    public var bounds = HostBounds.usual
    /// Makes the root that is made where no overlay can be mounted.
    public var copiedRoot = false
    /// The seccomp program for filtered spawns, at most 4096 instructions; may also be given later.
    public var filter: [sock_filter]
    /// The host name in the host.
    public var hostname: String
    /// How namespaces are told apart.
    public var identity: NamespaceIdentity
    /// How long the host's pid 1 may take to set up its root.
    public var patience: Duration

    /// Options with the defaults of an ordinary host.
    public init(
        stateDirectories: [String] = [], visibleMounts: [String] = [], readOnlySysfs: Bool = false,
        duplicateAddressDetection: Bool = false, heldCapabilities: Set<Capability> = heldByDefault,
        ownGroup: Bool = true,
        filter: [sock_filter] = [], hostname: String = "host",
        identity: NamespaceIdentity = .preferred, patience: Duration = .seconds(10).patient
    ) {
        self.stateDirectories = stateDirectories
        self.visibleMounts = visibleMounts
        self.readOnlySysfs = readOnlySysfs
        self.duplicateAddressDetection = duplicateAddressDetection
        self.heldCapabilities = heldCapabilities
        self.ownGroup = ownGroup
        self.filter = filter
        self.hostname = hostname
        self.identity = identity
        self.patience = patience
    }

    /// The directories that start empty, without symbolic links, parents first: where a walk of the upper directory begins
    /// with something that the agent did not make.
    public var emptyDirectories: [String] {
        var seen: Set<String> = []
        return (["/run", "/tmp"] + stateDirectories).map(resolved).filter { seen.insert($0).inserted }.sorted()
    }
}

/// The path with every symbolic link of its existing part followed.
///
/// An upper directory in the place of a link would hide the link: /var/run must become /run.
func resolved(_ path: String) -> String {
    var head = path
    var tail = ""
    while head.count > 1 {
        if let real = realpath(head, nil) {
            defer { free(real) }
            return (String(cString: real) + tail).replacingPrefix("//")
        }
        guard let slash = head.lastIndex(of: "/") else { break }
        tail = String(head[slash...]) + tail
        head = String(head[..<slash])
    }
    return tail.isEmpty ? path : tail
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String) -> String {
        hasPrefix(prefix) ? "/" + dropFirst(prefix.count) : self
    }
}
