/// Whose a file system is, told by its type.
///
/// Each mount of most types is one of its own, or of a namespace. A few show what is the machine's, whoever mounts them
/// wherever; mounting some of them with options changes that at once.
public enum FileSystemType {
    /// Whether mounts of a type are the machine's: each shows the same, in whatever namespace it is made.
    public static func isMachines(_ type: String) -> Bool { isMachines(type, known: withoutDevice) }

    static func isMachines(_ type: String, known: Set<String>) -> Bool {
        // "fuse.sshfs": the part behind the dot is for people.
        let name = type.split(separator: ".").first.map(String.init) ?? type
        return machines.contains(name) || (known.contains(name) && !own.contains(name))
    }

    /// Those that the kernel makes once; of configfs and others it may not have the module yet.
    private static let machines: Set<String> = [
        "binfmt_misc", "cgroup", "configfs", "cpuset", "debugfs", "devtmpfs", "efivarfs", "fusectl", "pstore",
        "resctrl", "securityfs", "selinuxfs", "smackfs", "tracefs",
    ]

    /// Those without a device that are not the machine's, in this order: each mount is one of its own, or a namespace's (proc
    /// and sysfs are held), or is reached over the host's network.
    private static let own: Set<String> = [
        "aufs", "autofs", "bpf", "devpts", "ecryptfs", "erofs", "fuse", "hugetlbfs", "overlay", "ramfs", "tmpfs",
        "ubifs", "zfs", "cgroup2", "mqueue", "nfsd", "proc", "rpc_pipefs", "sysfs", "afs", "ceph", "cifs", "coda",
        "nfs", "nfs4", "orangefs", "smb3",
    ]

    /// The types that need no block device, of those that the kernel has now; one that it does not know is not there to be
    /// mounted, or needs a device.
    private static let withoutDevice: Set<String> = {
        // Where it cannot be read, those that are known by name are held all the same.
        let lines = ((try? readFile("/proc/filesystems")) ?? "").split(separator: "\n")
        return Set(lines.filter { $0.hasPrefix("nodev\t") }.map { String($0.dropFirst(6)) })
    }()
}
