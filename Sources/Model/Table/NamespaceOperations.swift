private let privilege = ("EPERM", "no CAP_SYS_ADMIN")
private let noMemory = ("ENOMEM", "memory")
private let permissions = ("EACCES", "permissions")
private let descriptors = [("EMFILE", "descriptors of the process"), ("ENFILE", "files of the machine")]
private let opens = ["open", "openat", "openat2"]
private let mounting = "fs/namespace.c"

extension OperationRow {
    /// `netns.create`: unshare(2), clone(2) and clone3(2) with CLONE_NEWNET.
    public static let netnsCreate = OperationRow(
        "netns.create", .namespace, from: .calls(["unshare", "clone", "clone3"]), [.init(.makes, "netns")],
        .at(
            "net/core/net_namespace.c: copy_net_ns()", [privilege, ("ENOSPC", "limit of namespaces"), noMemory]),
        "makes a namespace and enters it")

    /// `netns.open`: open(2) of a name below /run/netns, or of /proc/*/ns/net.
    public static let netnsOpen = OperationRow(
        "netns.open", .namespace, from: .calls(opens), [.init(.observes, "netns")],
        .at("fs/open.c: do_sys_openat2()", [("ENOENT", "the name is gone"), permissions] + descriptors + [noMemory]),
        "opens a namespace by its name, or by a process in it")

    /// `netns.stat`: stat(2) and access(2) of a name below /run/netns.
    public static let netnsStat = OperationRow(
        "netns.stat", .namespace,
        from: .calls(["stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2"]),
        [.init(.observes, "netns")],
        .at("fs/stat.c: vfs_statx()", [("ENOENT", "the name is gone"), permissions, noMemory]),
        "looks whether a name is there")

    /// `netns.enter`: setns(2).
    public static let netnsEnter = OperationRow(
        "netns.enter", .namespace, from: .calls(["setns"]), [.init(.observes, "netns")],
        .at(
            "kernel/nsproxy.c: setns()", [privilege, ("EINVAL", "the name leads to no namespace"), noMemory]),
        "enters a namespace")

    /// `netns.name`: mount(2) with MS_BIND, or move_mount(2), onto a name below /run/netns.
    public static let netnsName = OperationRow(
        "netns.name", .namespace, from: .calls(["mount", "move_mount"]), [.init(.makes, "netns")],
        .at(
            "\(mounting): do_loopback()",
            [
                privilege, ("ENOENT", "the file of the name is gone"),
                ("EINVAL", "the mount is not of this mount namespace"), ("ENOSPC", "limit of mounts"), noMemory,
            ]),
        "gives a namespace a name")

    /// `netns.unmount`: umount2(2) of a name below /run/netns.
    public static let netnsUnmount = OperationRow(
        "netns.unmount", .namespace, from: .calls(["umount2"]), [.init(.removes, "netns")], unmounting,
        "takes a name from its namespace")

    /// `netns.list`: open(2) of /run/netns.
    public static let netnsList = OperationRow(
        "netns.list", .text, from: .calls(opens), [.init(.observes, "netns")],
        .at(
            "fs/open.c: do_sys_openat2()",
            [("ENOENT", "no name was ever given"), permissions] + descriptors + [noMemory]),
        "reads the names of namespaces")

    static let namespaces: [OperationRow] = [
        netnsCreate, netnsOpen, netnsStat, netnsEnter, netnsName, netnsUnmount, netnsList,
    ]

    private static let unmounting = Answers.at(
        "\(mounting): do_umount()",
        [
            privilege, ("ENOENT", "the path is gone"), ("EINVAL", "nothing is mounted there"), ("EBUSY", "in use"),
            noMemory,
        ])
}

extension OperationRow {
    /// `mount.bind`: mount(2) with MS_BIND, or move_mount(2).
    public static let mountBind = OperationRow(
        "mount.bind", .path, [.init("source", .text, shown: .nowhere)], from: .calls(["mount", "move_mount"]),
        [.init(.makes, "mount")],
        .at(
            "\(mounting): do_loopback()",
            [
                privilege, ("ENOENT", "the path is gone"), ("EINVAL", "the mount is not of this mount namespace"),
                ("ENOTDIR", "a file onto a folder"), ("ENOSPC", "limit of mounts"), noMemory,
            ]),
        "shows a file or folder also at another path")

    /// `mount.create`: mount(2) of a file system, or move_mount(2) of what fsmount(2) made.
    public static let mountCreate = OperationRow(
        "mount.create", .path, [.init("type", .text)], from: .calls(["mount", "move_mount"]),
        [.init(.makes, "mount")],
        .at(
            "\(mounting): do_new_mount()",
            [
                privilege, ("ENOENT", "the path is gone"), ("ENODEV", "unknown file system"),
                ("EBUSY", "it is mounted there already"), ("ENOTDIR", "the path is no folder"),
                ("ENOSPC", "limit of mounts"), noMemory,
            ]),
        "mounts a file system")

    /// `mount.remount`: mount(2) with MS_REMOUNT or a propagation, mount_setattr(2), or fsconfig(2) of what fspick(2) took.
    public static let mountRemount = OperationRow(
        "mount.remount", .path, from: .calls(["mount", "mount_setattr", "fsconfig"]),
        [.init(.changes, "mount", attribute: "flags")],
        .at(
            "\(mounting): do_remount()",
            [
                ("EPERM", "no CAP_SYS_ADMIN, or a locked flag"), ("EINVAL", "nothing is mounted there"),
                ("EBUSY", "files are open for writing"), ("ENOENT", "the path is gone"), noMemory,
            ]),
        "changes the flags or the propagation of a mount")

    /// `mount.unmount`: umount2(2).
    public static let mountUnmount = OperationRow(
        "mount.unmount", .path, from: .calls(["umount2"]), [.init(.removes, "mount")], unmounting, "unmounts")

    static let mounts: [OperationRow] = [mountBind, mountMove, mountCreate, mountRemount, mountUnmount]
}
