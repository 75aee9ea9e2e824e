private let noMemory = ("ENOMEM", "memory")
private let permissions = ("EACCES", "permissions")
private let readOnly = ("EROFS", "read-only file system")
private let fullDisk = [("ENOSPC", "disk full"), ("EDQUOT", "quota")]
private let descriptors = [("EMFILE", "descriptors of the process"), ("ENFILE", "files of the machine")]
private let opens = ["open", "openat", "openat2", "creat"]
private let writes = ["write", "pwrite64", "writev", "pwritev", "ftruncate"]
private let names = "fs/namei.c"

extension OperationRow {
    /// `file.open`: open(2) to write, or to read below `state`.
    public static let fileOpen = OperationRow(
        "file.open", .path, from: .calls(opens), [.init(.observes, "file")],
        .at(
            "\(names): do_filp_open()",
            [("ENOENT", "it is gone"), permissions, ("ELOOP", "symbolic links")] + descriptors
                + [readOnly, noMemory]),
        "opens a file that is there to write it, or to read it below `state`")

    /// `file.create`: open(2) with O_CREAT, mkdir(2), link(2) and symlink(2).
    public static let fileCreate = OperationRow(
        "file.create", .path,
        from: .calls(opens + ["mkdir", "mkdirat", "link", "linkat", "symlink", "symlinkat"]),
        [.init(.makes, "file")],
        .at(
            "\(names): do_filp_open()",
            [("EEXIST", "it is there"), ("ENOENT", "its folder is gone"), permissions] + descriptors + fullDisk
                + [readOnly, noMemory]),
        "makes a file, a folder or a link")

    /// `file.write`: write(2) and its kin, truncate(2).
    public static let fileWrite = OperationRow(
        "file.write", .path, from: .calls(writes + ["truncate"]), [.init(.changes, "file")],
        .at("fs/read_write.c: vfs_write()", fullDisk + [("EIO", "the disk"), ("EFBIG", "limit of a file's size")]),
        "writes into a file, or cuts it")

    /// `file.rename`: rename(2).
    public static let fileRename = OperationRow(
        "file.rename", .path, [.init("to", .path)], from: .calls(["rename", "renameat", "renameat2"]),
        [.init(.removes, "file"), .init(.makes, "file", key: "to")],
        .at(
            "\(names): vfs_rename()",
            [("ENOENT", "it is gone"), permissions, ("EXDEV", "another file system")] + fullDisk + [readOnly]),
        "gives a file another name")

    /// `file.delete`: unlink(2) and rmdir(2).
    public static let fileDelete = OperationRow(
        "file.delete", .path, from: .calls(["unlink", "unlinkat", "rmdir"]), [.init(.removes, "file")],
        .at(
            "\(names): vfs_unlink()",
            [
                ("ENOENT", "it is gone"), ("EBUSY", "something is mounted there"), permissions,
                ("EPERM", "an immutable file"), readOnly, ("EIO", "the disk"),
            ]),
        "deletes a file or an empty folder")

    /// `file.lock`: flock(2) and fcntl(2).
    public static let fileLock = OperationRow(
        "file.lock", .path, from: .calls(["flock", "fcntl"]), [.init(.makes, "lock")],
        .at(
            "fs/locks.c: flock_lock_inode()",
            [("EAGAIN", "somebody holds it"), ("EINTR", "a signal"), ("ENOLCK", "memory for locks")]),
        "locks a file")

    /// `file.sync`: fsync(2) and fdatasync(2).
    public static let fileSync = OperationRow(
        "file.sync", .path, from: .calls(["fsync", "fdatasync"]), [.init(.observes, "file")],
        .at("fs/sync.c: vfs_fsync()", [("EIO", "the disk")] + fullDisk), "waits until a file is on the disk")

    static let files: [OperationRow] = [fileOpen, fileCreate, fileWrite, fileRename, fileDelete, fileLock, fileSync]
}

extension OperationRow {
    /// `sysctl.read`: open(2) of a file below /proc/sys to read it.
    public static let sysctlRead = OperationRow(
        "sysctl.read", .text, from: .calls(["open", "openat", "openat2"]), [.init(.observes, "sysctl")],
        .at("fs/proc/proc_sysctl.c: proc_sys_open()", [("ENOENT", "its device is gone"), permissions] + descriptors),
        "opens a kernel setting to read it")

    /// `sysctl.write`: write(2) to a file below /proc/sys.
    public static let sysctlWrite = OperationRow(
        "sysctl.write", .text, [.init("value", .text)], from: .calls(writes), [.init(.changes, "sysctl")],
        .at(
            "fs/proc/proc_sysctl.c: proc_sys_call_handler()",
            [
                ("ENOENT", "its device is gone"), permissions, ("EPERM", "no CAP_NET_ADMIN"), readOnly,
                ("EINVAL", "a value that it does not take"),
            ] + descriptors),
        "writes a kernel setting")

    static let settings: [OperationRow] = [sysctlRead, sysctlWrite]

    /// `exec`: execve(2) and execveat(2).
    public static let exec = OperationRow(
        "exec", .text, [.init("argv", .text)], from: .calls(["execve", "execveat"]), [.init(.makes, "process")],
        .at(
            "fs/exec.c: do_execveat_common()",
            [
                ("ENOENT", "no such program"), permissions, noMemory, ("EAGAIN", "limit of processes"),
                ("ETXTBSY", "it is being written"), ("E2BIG", "arguments too long"), ("ENOEXEC", "no program"),
            ] + descriptors),
        "begins a program")

    /// `step`: a step of the scenario begins or ends.
    public static let step = OperationRow("step", .text, from: .harness, [], .none, "a step begins or ends")
}
