private let privilege = ("EPERM", "no CAP_NET_ADMIN in the namespace")
private let noDevice = ("ENODEV", "the device is gone")

extension OperationRow {
    /// `address.set`: ioctl(2) with SIOCSIFADDR, SIOCSIFNETMASK, SIOCSIFBRDADDR and SIOCSIFDSTADDR.
    public static let addressSet = OperationRow(
        "address.set", .prefix(or: ["all"]),
        [
            .init("dev", .text), .init("netmask", .prefix(or: []), shown: .nowhere),
            .init("broadcast", .prefix(or: [])),
            .init("peer", .prefix(or: [])),
        ],
        from: .calls(["ioctl"]), [.init(.makes, "address")],
        .at(
            "net/ipv4/devinet.c: devinet_ioctl()",
            [
                privilege, noDevice, ("EADDRNOTAVAIL", "the device has no address"),
                ("EINVAL", "no mask, or an address of another kind"), ("ENOBUFS", "memory"),
            ]),
        "gives a device an address in place of the one that it has, as ifconfig(8) does, or changes what belongs to it")

    /// `multicast.add`: ioctl(2) with SIOCADDMULTI.
    public static let multicastAdd = OperationRow(
        "multicast.add", .hardwareAddress, [.init("dev", .device)], from: .calls(["ioctl"]),
        [.init(.changes, "link", key: "dev", attribute: "multicast")],
        .at(
            "net/core/dev_ioctl.c: dev_ifsioc()",
            [privilege, noDevice, ("EINVAL", "the device takes no such addresses"), ("EEXIST", "it is there")]),
        "lets a device receive what is sent to a hardware address of a group")

    /// `multicast.delete`: ioctl(2) with SIOCDELMULTI.
    public static let multicastDelete = OperationRow(
        "multicast.delete", .hardwareAddress, [.init("dev", .device)], from: .calls(["ioctl"]),
        [.init(.changes, "link", key: "dev", attribute: "multicast")],
        .at(
            "net/core/dev_ioctl.c: dev_ifsioc()", [privilege, noDevice, ("ENOENT", "it is not there")]),
        "takes a hardware address of a group from a device")

    /// `tun.keep`: ioctl(2) with TUNSETPERSIST.
    public static let tunKeep = OperationRow(
        "tun.keep", .device,
        [.init("keep", .truth), .init("user", .number(0...4_294_967_295)), .init("group", .number(0...4_294_967_295))],
        from: .calls(["ioctl"]),
        [.init(.changes, "link", attribute: "keep")],
        .at("drivers/net/tun.c: __tun_chr_ioctl()", [("EBADFD", "the descriptor has no device")]),
        "lets a tun or tap device stay when its descriptor is closed, or go with it; or says whose it is")

    private static let ofProgram: [Qualifier] = [.init("dev", .device)]
    private static let program = "kernel/bpf/syscall.c"

    /// `bpf.attach`: bpf(2) with BPF_LINK_CREATE or BPF_PROG_ATTACH.
    public static let bpfAttach = OperationRow(
        "bpf.attach", .text, ofProgram, from: .calls(["bpf"]), [.init(.makes, "bpf")],
        .at(
            "\(program): link_create()",
            [
                ("EPERM", "no CAP_NET_ADMIN or CAP_BPF"), ("EBUSY", "another program is there"),
                ("EEXIST", "it is there"), ("EINVAL", "a program of another type"), noDevice, ("ENOMEM", "memory"),
            ]),
        "lets a program of BPF run where packets pass: `xdp`, `tcx_ingress`, `cgroup_inet_egress`, or the number of the place"
    )

    /// `bpf.detach`: bpf(2) with BPF_PROG_DETACH.
    public static let bpfDetach = OperationRow(
        "bpf.detach", .text, ofProgram, from: .calls(["bpf"]), [.init(.removes, "bpf")],
        .at(
            "\(program): bpf_prog_detach()",
            [("EPERM", "no CAP_NET_ADMIN or CAP_BPF"), ("ENOENT", "there is none"), noDevice]),
        "takes a program of BPF away from where packets pass")

    static let controls: [OperationRow] = [addressSet, multicastAdd, multicastDelete, tunKeep, bpfAttach, bpfDetach]
}

extension OperationRow {
    private static let way = [
        ("ENOENT", "it is gone"), ("EACCES", "permissions"), ("ENOTDIR", "a folder of its path is none"),
        ("ELOOP", "symbolic links"), ("EROFS", "read-only file system"), ("ENOMEM", "memory"), ("EIO", "the disk"),
    ]
    private static let notOwn = ("EPERM", "a file of somebody else, or one that is immutable")

    /// `file.chmod`: chmod(2) and its kin.
    public static let fileChmod = OperationRow(
        "file.chmod", .path, [.init("mode", .text)], from: .calls(["chmod", "fchmod", "fchmodat", "fchmodat2"]),
        [.init(.changes, "file")], .at("fs/open.c: chmod_common()", way + [notOwn]),
        "changes who may do what with a file")

    /// `file.chown`: chown(2) and its kin.
    public static let fileChown = OperationRow(
        "file.chown", .path, [.init("owner", .text)], from: .calls(["chown", "fchown", "lchown", "fchownat"]),
        [.init(.changes, "file")],
        .at(
            "fs/open.c: chown_common()",
            way + [notOwn, ("EINVAL", "no such user in the namespace"), ("EDQUOT", "quota")]),
        "gives a file to another user or group")

    /// `file.xattr`: setxattr(2), removexattr(2) and their kin.
    public static let fileAttribute = OperationRow(
        "file.xattr", .path,
        [.init("name", .text, shown: .attributes(["xattrs"])), .init("remove", .truth, shown: .nowhere)],
        from: .calls([
            "setxattr", "lsetxattr", "fsetxattr", "setxattrat", "removexattr", "lremovexattr", "fremovexattr",
            "removexattrat",
        ]),
        [.init(.changes, "file")],
        .at(
            "fs/xattr.c: vfs_setxattr()",
            way + [
                notOwn, ("ENODATA", "it has no such attribute"), ("EOPNOTSUPP", "the file system has none"),
                ("ENOSPC", "disk full"), ("EDQUOT", "quota"),
            ]),
        "sets or removes an extended attribute of a file")

    /// `file.times`: utimensat(2) and its kin.
    public static let fileTimes = OperationRow(
        "file.times", .path, [.init("time", .word(["now", "set"]))],
        from: .calls(["utime", "utimes", "futimesat", "utimensat"]), [.init(.changes, "file", attribute: "times")],
        .at("fs/utimes.c: vfs_utimes()", way + [notOwn]),
        "sets when a file was read and written last, to now or to what the caller says")

    /// `file.flags`: ioctl(2) with FS_IOC_SETFLAGS or FS_IOC_FSSETXATTR, and file_setattr(2).
    public static let fileFlags = OperationRow(
        "file.flags", .path, [.init("flags", .text)], from: .calls(["ioctl", "file_setattr"]),
        [.init(.changes, "file", attribute: "flags")],
        .at(
            "fs/file_attr.c: vfs_fileattr_set()",
            way + [
                ("EPERM", "a file of somebody else, or no CAP_LINUX_IMMUTABLE"),
                ("EOPNOTSUPP", "the file system has no such flags"), ("ENOTTY", "the file system has none"),
            ]),
        "sets the flags of a file, as chattr(1) does: `immutable`, `append`")

    /// `file.stat`: stat(2), access(2) and readlink(2) below `state`.
    public static let fileStat = OperationRow(
        "file.stat", .path,
        from: .calls([
            "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink", "readlinkat",
        ]),
        [.init(.observes, "file")],
        .at(
            "fs/stat.c: vfs_statx()",
            [
                ("ENOENT", "it is gone"), ("EACCES", "permissions"), ("ENOTDIR", "a folder of its path is none"),
                ("ELOOP", "symbolic links"), ("ENOMEM", "memory"),
            ]),
        "looks at a file below `state`: whether it is there, and what it is")

    static let moreFiles: [OperationRow] = [
        fileChmod, fileChown, fileAttribute, fileTimes, fileFlags, fileStat,
    ]

    /// `mount.move`: mount(2) with MS_MOVE.
    public static let mountMove = OperationRow(
        "mount.move", .path, [.init("source", .text, shown: .nowhere)], from: .calls(["mount", "move_mount"]),
        [.init(.makes, "mount"), .init(.removes, "mount", key: "source")],
        .at(
            "fs/namespace.c: do_move_mount()",
            [
                ("EPERM", "no CAP_SYS_ADMIN"), ("ENOENT", "the path is gone"),
                ("EINVAL", "nothing is mounted there, or it is shared with others"), ("ELOOP", "it would be in itself"),
                ("ENOTDIR", "a file onto a folder"), ("ENOMEM", "memory"),
            ]),
        "moves a mount to another path")

    /// `hostname.set`: sethostname(2).
    public static let hostnameSet = OperationRow(
        "hostname.set", .text, [.init("domain", .truth)], from: .calls(["sethostname", "setdomainname"]),
        [.init(.changes, "hostname")],
        .at("kernel/sys.c: sethostname()", [("EPERM", "no CAP_SYS_ADMIN"), ("EINVAL", "too long")]),
        "gives the machine another name, or its domain")
}
