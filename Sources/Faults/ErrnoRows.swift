import Model

extension ErrnoTable {
    private static let privilege = ("EPERM", "no CAP_NET_ADMIN in the namespace")
    private static let noDevice = ("ENODEV", "the device is gone")
    private static let noBuffer = ("ENOBUFS", "memory")
    private static let noMemory = ("ENOMEM", "memory")
    private static let readOnly = ("EROFS", "read-only file system")
    private static let fullDisk = [("ENOSPC", "disk full"), ("EDQUOT", "quota")]
    private static let descriptors = [("EMFILE", "descriptors of the process"), ("ENFILE", "files of the machine")]

    static let rows: [Request] = links + addresses + routes + rules + neighbours + nft + namespaces + mounts + files

    private static let links = [
        row(
            "link.create",
            [privilege, ("EEXIST", "the name is taken"), ("EOPNOTSUPP", "unknown type"), noDevice, noMemory]),
        row(
            "link.set",
            [
                privilege, noDevice, ("EEXIST", "the name is taken there"), ("EBUSY", "it is a port of another kind"),
                ("EINVAL", "the device cannot do that"), ("EOPNOTSUPP", "the master takes no ports"), noMemory,
            ]),
        row("link.delete", [privilege, noDevice, ("EOPNOTSUPP", "it cannot be deleted")]),
        row("link.get", [noDevice, noBuffer]),
        row("link.list", [noBuffer]),
    ]

    private static let addresses = [
        row(
            "address.add", .ipv4,
            [
                privilege, ("EEXIST", "it is there"), noDevice, noBuffer,
                ("EADDRINUSE", "another device of the same parent has it"),
            ]),
        row(
            "address.add", .ipv6,
            [
                privilege, ("EEXIST", "it is there"), noDevice, noBuffer, ("EACCES", "IPv6 is disabled on the device"),
                ("EINVAL", "MTU below 1280"), ("EADDRINUSE", "another device of the same parent has it"),
            ]),
        row("address.delete", .ipv4, [privilege, ("EADDRNOTAVAIL", "it is not there"), noDevice]),
        row(
            "address.delete", .ipv6,
            [
                privilege, ("EADDRNOTAVAIL", "it is not there"), noDevice,
                ("ENXIO", "MTU below 1280: the device has no IPv6"),
            ]),
        row("address.list", [noDevice, noBuffer]),
    ]

    private static let routeCauses4 = [
        noDevice, ("ENETUNREACH", "the gateway is in no connected network"), ("ENETDOWN", "the device is down"),
        noBuffer, ("EINVAL", "the preferred source is gone"),
    ]
    private static let routeCauses6 = [
        noDevice, ("EHOSTUNREACH", "no route to the gateway"), ("ENETDOWN", "the device is down"),
        ("EACCES", "IPv6 is disabled on the device"), noMemory, ("EINVAL", "the gateway is an address of its own"),
    ]
    private static let routes = [
        row("route.add", .ipv4, [privilege, ("EEXIST", "it is there")] + routeCauses4),
        row("route.add", .ipv6, [privilege, ("EEXIST", "it is there")] + routeCauses6),
        row("route.replace", .ipv4, [privilege] + routeCauses4),
        row("route.replace", .ipv6, [privilege] + routeCauses6),
        row("route.delete", .ipv4, [privilege, ("ESRCH", "it is not there")]),
        row("route.delete", .ipv6, [privilege, ("ESRCH", "it is not there")]),
        row(
            "route.get", .ipv4,
            [("ENETUNREACH", "no route"), ("EHOSTUNREACH", "an unreachable route"), noDevice, noBuffer]),
        row(
            "route.get", .ipv6,
            [("ENETUNREACH", "no route"), ("EHOSTUNREACH", "an unreachable route"), noDevice, noBuffer]),
        row("route.list", [noDevice, noBuffer]),
    ]

    private static let rules = [
        row("rule.add", [privilege, ("EEXIST", "it is there"), noMemory]),
        row("rule.delete", [privilege, ("ENOENT", "it is not there")]),
        row("rule.list", [noBuffer]),
    ]

    private static let neighbours = [
        row("neighbour.add", [privilege, ("EEXIST", "it is there"), noDevice, noBuffer]),
        row("neighbour.replace", [privilege, noDevice, noBuffer]),
        row("neighbour.delete", [privilege, ("ENOENT", "it is not there"), noDevice]),
        row("neighbour.list", [noDevice, noBuffer]),
    ]

    private static let nft = [
        row(
            "nft.commit",
            [
                privilege, ("ENOENT", "a table, chain or set is gone"), ("EEXIST", "it is there"),
                ("EBUSY", "it is in use"), noMemory, ("EOPNOTSUPP", "an expression of a module that is not there"),
            ]),
        row("nft.list", [privilege, ("ENOENT", "the table or chain is gone"), noBuffer]),
    ]

    private static let namespaces = [
        row("netns.create", [("EPERM", "no CAP_SYS_ADMIN"), ("ENOSPC", "limit of namespaces"), noMemory]),
        row("netns.open", [("ENOENT", "the name is gone"), ("EACCES", "permissions")] + descriptors + [noMemory]),
        row("netns.stat", [("ENOENT", "the name is gone"), ("EACCES", "permissions"), noMemory]),
        row("netns.enter", [("EPERM", "no CAP_SYS_ADMIN"), ("EINVAL", "the name leads to no namespace"), noMemory]),
        row(
            "netns.name",
            [
                ("EPERM", "no CAP_SYS_ADMIN"), ("ENOENT", "the file of the name is gone"),
                ("EINVAL", "the mount is not of this mount namespace"), ("ENOSPC", "limit of mounts"), noMemory,
            ]),
        row("netns.unmount", unmounting),
        row("netns.list", [("ENOENT", "no name was ever given"), ("EACCES", "permissions")] + descriptors),
    ]

    private static let unmounting = [
        ("EPERM", "no CAP_SYS_ADMIN"), ("ENOENT", "the path is gone"), ("EINVAL", "nothing is mounted there"),
        ("EBUSY", "in use"), noMemory,
    ]
    private static let unlinking = [
        ("ENOENT", "it is gone"), ("EBUSY", "something is mounted there"), ("EACCES", "permissions"),
        ("EPERM", "an immutable file"), readOnly, ("EIO", "the disk"),
    ]

    private static let mounts = [
        row(
            "mount.bind",
            [
                ("EPERM", "no CAP_SYS_ADMIN"), ("ENOENT", "the path is gone"),
                ("EINVAL", "the mount is not of this mount namespace"), ("ENOTDIR", "a file onto a folder"),
                ("ENOSPC", "limit of mounts"), noMemory,
            ]),
        row(
            "mount.remount",
            [
                ("EPERM", "no CAP_SYS_ADMIN, or a locked flag"), ("EINVAL", "nothing is mounted there"),
                ("EBUSY", "files are open for writing"), noMemory,
            ]),
        row("mount.unmount", unmounting),
        row(
            "mount.create",
            [
                ("EPERM", "no CAP_SYS_ADMIN"), ("ENOENT", "the path is gone"), ("ENODEV", "unknown file system"),
                ("EBUSY", "it is mounted there already"), ("ENOSPC", "limit of mounts"), noMemory,
            ]),
    ]

    private static let files = [
        row(
            "file.open",
            [("ENOENT", "it is gone"), ("EACCES", "permissions"), ("ELOOP", "symbolic links")] + descriptors
                + [readOnly, noMemory]),
        row(
            "file.create",
            [("EEXIST", "it is there"), ("ENOENT", "its folder is gone"), ("EACCES", "permissions")] + descriptors
                + fullDisk + [readOnly, noMemory]),
        row("file.write", fullDisk + [("EIO", "the disk"), ("EFBIG", "limit of a file's size")]),
        row(
            "file.rename",
            [("ENOENT", "it is gone"), ("EACCES", "permissions"), ("EXDEV", "another file system")] + fullDisk
                + [readOnly]),
        row("file.delete", unlinking),
        row("file.lock", [("EAGAIN", "somebody holds it"), ("EINTR", "a signal"), ("ENOLCK", "memory for locks")]),
        row("sysctl.read", [("ENOENT", "its device is gone"), ("EACCES", "permissions")] + descriptors),
        row(
            "sysctl.write",
            [
                ("ENOENT", "its device is gone"), ("EACCES", "permissions"), ("EPERM", "no CAP_NET_ADMIN"), readOnly,
                ("EINVAL", "a value that it does not take"),
            ] + descriptors),
        row("file.sync", [("EIO", "the disk")] + fullDisk),
        row(
            "exec",
            [
                ("ENOENT", "no such program"), ("EACCES", "permissions"), noMemory, ("EAGAIN", "limit of processes"),
                ("ETXTBSY", "it is being written"), ("E2BIG", "arguments too long"), ("ENOEXEC", "no program"),
            ] + descriptors),
    ]

    private static func row(_ word: String, _ answers: [(String, String)]) -> Request { row(word, nil, answers) }

    private static func row(_ word: String, _ family: Family?, _ answers: [(String, String)]) -> Request {
        Request(
            word: word, family: family,
            answers: answers.compactMap { name, cause in
                ErrorNumber(name: name).map { Answer(number: $0, cause: cause) }
            })
    }
}
