private let noMemory = ("ENOMEM", "memory")
private let permissions = ("EACCES", "permissions")
private let readOnly = ("EROFS", "read-only file system")
private let disk = ("EIO", "the disk")
private let immutable = ("EPERM", "an immutable file, or one of somebody else in a sticky folder")
private let fullDisk = [("ENOSPC", "disk full"), ("EDQUOT", "quota")]
private let descriptors = [("EMFILE", "descriptors of the process"), ("ENFILE", "files of the machine")]
private let opens = ["open", "openat", "openat2", "creat"]
private let writes = ["write", "pwrite64", "writev", "pwritev", "pwritev2", "ftruncate"]
/// By which a file is written without its bytes passing through the agent.
private let copies = ["truncate", "fallocate", "copy_file_range", "sendfile", "splice", "mmap", "ioctl"]
private let names = "fs/namei.c"

extension OperationRow {
    private static let way = [
        ("ENOENT", "it is gone"), permissions, ("ENOTDIR", "a folder of its path is none"), ("ELOOP", "symbolic links"),
    ]
    private static let change = [readOnly, noMemory, disk]

    /// `file.open`: open(2) to write, or to read below `state`.
    public static let fileOpen = OperationRow(
        "file.open", .path, from: .calls(opens), [.init(.observes, "file")],
        .at(
            "\(names): do_filp_open()",
            way + [("EISDIR", "a folder cannot be written"), immutable, ("ETXTBSY", "the program runs")] + descriptors
                + change),
        "opens a file that is there to write it, or to read it below `state`")

    private static let making =
        [
            ("EEXIST", "it is there"), ("ENOENT", "its folder is gone"), permissions,
            ("ENOTDIR", "a folder of its path is none"), ("ELOOP", "symbolic links"),
        ] + fullDisk + change
    private static let manyLinks = ("EMLINK", "limit of links")

    /// `file.create`: open(2) with O_CREAT, mkdir(2), link(2) and symlink(2).
    public static let fileCreate = OperationRow(
        "file.create", .path,
        [.init("type", .word(["file", "directory", "link", "symlink", "fifo", "device", "socket"]))],
        from: .calls(
            opens + ["mkdir", "mkdirat", "link", "linkat", "symlink", "symlinkat", "mknod", "mknodat", "bind"]),
        [.init(.makes, "file")],
        .kinds(
            "type",
            [
                ("file", "\(names): do_filp_open()", making + descriptors),
                ("directory", "\(names): vfs_mkdir()", making + [manyLinks]),
                (
                    "link", "\(names): vfs_link()",
                    making + [
                        manyLinks, ("EXDEV", "another file system"), ("EPERM", "a file of somebody else, or a folder"),
                    ]
                ), ("symlink", "\(names): vfs_symlink()", making), ("fifo", "\(names): vfs_mknod()", making),
                ("device", "\(names): vfs_mknod()", making + [("EPERM", "no CAP_MKNOD")]),
                (
                    "socket", "net/unix/af_unix.c: unix_bind_bsd()",
                    [("EADDRINUSE", "it is there")] + making.filter { $0.0 != "EEXIST" }
                ),
            ]),
        "makes a file, a folder or a link")

    /// `file.write`: write(2) and its kin, truncate(2).
    public static let fileWrite = OperationRow(
        // The value of a file below /sys, of which no state has any.
        "file.write", .path,
        [.init("value", .text, shown: .attributes(["digest"])), .init("mapped", .truth, shown: .nowhere)],
        from: .calls(writes + copies), [.init(.changes, "file")],
        .at("fs/read_write.c: vfs_write()", fullDisk + [disk, ("EFBIG", "limit of a file's size")]),
        "writes into a file, cuts it, or maps it into memory to write there")

    /// `file.rename`: rename(2).
    public static let fileRename = OperationRow(
        "file.rename", .path, [.init("to", .path, shown: .nowhere), .init("exchange", .truth, shown: .nowhere)],
        from: .calls(["rename", "renameat", "renameat2"]),
        [.init(.removes, "file"), .init(.makes, "file", key: "to")],
        .at(
            "\(names): vfs_rename()",
            way + [
                ("EEXIST", "the new name is there, and is not to be replaced"),
                ("ENOTEMPTY", "the folder of the new name is not empty"), ("EISDIR", "a folder has the new name"),
                ("EBUSY", "something is mounted there"), ("EINVAL", "a folder into itself"), immutable, manyLinks,
                ("EXDEV", "another file system"),
            ] + fullDisk + change),
        "gives a file another name, or exchanges two")

    private static let deleting = way + [("EBUSY", "something is mounted there"), immutable] + change

    /// `file.delete`: unlink(2) and rmdir(2).
    public static let fileDelete = OperationRow(
        "file.delete", .path, [.init("type", .word(["file", "directory"]))],
        from: .calls(["unlink", "unlinkat", "rmdir"]), [.init(.removes, "file")],
        .kinds(
            "type",
            [
                ("file", "\(names): vfs_unlink()", deleting + [("EISDIR", "it is a folder")]),
                ("directory", "\(names): vfs_rmdir()", deleting + [("ENOTEMPTY", "there is something in it")]),
            ]),
        "deletes a file (unlink(2), `type: file`) or an empty folder")

    /// `file.lock`: flock(2) and fcntl(2).
    public static let fileLock = OperationRow(
        "file.lock", .path, [.init("wait", .truth, shown: .nowhere)], from: .calls(["flock", "fcntl"]),
        [.init(.makes, "lock")],
        .kinds(
            "wait",
            [
                ("false", "fs/locks.c: flock_lock_inode()", [("EAGAIN", "somebody holds it"), lockMemory]),
                ("true", "fs/locks.c: flock_lock_inode_wait()", [("EINTR", "a signal"), lockMemory]),
            ]),
        "locks a file, and waits for it or not")

    private static let lockMemory = ("ENOLCK", "memory for locks")

    /// `file.sync`: fsync(2) and fdatasync(2).
    public static let fileSync = OperationRow(
        "file.sync", .path, from: .calls(["fsync", "fdatasync"]), [.init(.observes, "file")],
        .at("fs/sync.c: vfs_fsync()", [disk] + fullDisk), "waits until a file is on the disk")

    static let files: [OperationRow] = [fileOpen, fileCreate, fileWrite, fileRename, fileDelete, fileLock, fileSync]
}

extension OperationRow {
    /// `sysctl.read`: open(2) of a file below /proc/sys to read it.
    public static let sysctlRead = OperationRow(
        "sysctl.read", .text, from: .calls(["open", "openat", "openat2"]), [.init(.observes, "sysctl")],
        .at(
            "fs/proc/proc_sysctl.c: proc_sys_open()",
            [("ENOENT", "its device is gone"), permissions] + descriptors + [noMemory]),
        "opens a kernel setting to read it")

    /// `sysctl.write`: write(2) to a file below /proc/sys.
    public static let sysctlWrite = OperationRow(
        "sysctl.write", .text, [.init("value", .text)], from: .calls(writes), [.init(.changes, "sysctl")],
        .at(
            "fs/proc/proc_sysctl.c: proc_sys_call_handler()",
            [
                ("ENOENT", "its device is gone"), ("EPERM", "no CAP_NET_ADMIN"),
                ("EINVAL", "a value that it does not take"), noMemory,
            ]),
        "writes a kernel setting")

    static let settings: [OperationRow] = [sysctlRead, sysctlWrite]

    /// `exec`: execve(2) and execveat(2).
    public static let exec = OperationRow(
        "exec", .text, [.init("argv", .text, shown: .nowhere)], from: .calls(["execve", "execveat"]),
        [.init(.makes, "process")],
        .at(
            "fs/exec.c: do_execveat_common()",
            [
                ("ENOENT", "no such program"), permissions, noMemory, ("EAGAIN", "limit of processes"),
                ("ETXTBSY", "it is being written"), ("E2BIG", "arguments too long"), ("ENOEXEC", "no program"),
                ("ENOTDIR", "a folder of its path is none"), ("ELOOP", "symbolic links"), disk,
                ("EPERM", "its capabilities cannot be had"),
            ] + descriptors),
        "begins a program")

    /// `step`: a step of the scenario begins or ends.
    public static let step = OperationRow("step", .text, from: .harness, [], .none, "a step begins or ends")
}
