import CLinux
import Glibc

extension FilterProgram {
    /// The filter of every run.
    ///
    /// - Parameter receives: Whether the receive calls are trapped too: only a run that fails a netlink request needs them,
    ///   since that is where the agent reads its answer.
    public static func standard(receives: Bool) -> FilterProgram {
        FilterProgram(names + mounts + files + programs + sends + (receives ? TrappedCall.receives : []))
    }

    private static let netFlag = UInt32(CLONE_NEWNET)

    /// Calls by which namespaces are made, entered and looked for.
    private static let names: [TrappedCall] = [
        TrappedCall(__NR_setns),
        TrappedCall(__NR_unshare, argument: 0, .anyBit(netFlag)),
        TrappedCall(__NR_clone, argument: 0, .anyBit(netFlag)),
        // The flags of clone3 stand behind a pointer, which BPF cannot follow.
        TrappedCall(__NR_clone3),
        TrappedCall(__NR_stat), TrappedCall(__NR_lstat), TrappedCall(__NR_newfstatat), TrappedCall(__NR_statx),
        TrappedCall(__NR_access), TrappedCall(__NR_faccessat), TrappedCall(__NR_faccessat2),
    ]

    private static let mounts: [TrappedCall] = [
        TrappedCall(__NR_mount), TrappedCall(__NR_umount2), TrappedCall(__NR_move_mount),
    ]

    private static let files: [TrappedCall] = [
        TrappedCall(__NR_open), TrappedCall(__NR_openat), TrappedCall(__NR_openat2), TrappedCall(__NR_creat),
        TrappedCall(__NR_unlink), TrappedCall(__NR_unlinkat), TrappedCall(__NR_rmdir),
        TrappedCall(__NR_rename), TrappedCall(__NR_renameat), TrappedCall(__NR_renameat2),
        TrappedCall(__NR_link), TrappedCall(__NR_linkat), TrappedCall(__NR_symlink), TrappedCall(__NR_symlinkat),
        TrappedCall(__NR_mkdir), TrappedCall(__NR_mkdirat),
        TrappedCall(__NR_write), TrappedCall(__NR_pwrite64), TrappedCall(__NR_writev), TrappedCall(__NR_pwritev),
        TrappedCall(__NR_ftruncate), TrappedCall(__NR_truncate),
        TrappedCall(__NR_flock),
        TrappedCall(
            __NR_fcntl, argument: 1,
            .oneOf([UInt32(F_SETLK), UInt32(F_SETLKW), UInt32(CL_F_OFD_SETLK), UInt32(CL_F_OFD_SETLKW)])),
        TrappedCall(__NR_fsync), TrappedCall(__NR_fdatasync),
    ]

    private static let programs: [TrappedCall] = [
        TrappedCall(__NR_execve), TrappedCall(__NR_execveat), TrappedCall(__NR_io_uring_setup),
    ]

    private static let sends: [TrappedCall] = [
        TrappedCall(__NR_sendto), TrappedCall(__NR_sendmsg), TrappedCall(__NR_sendmmsg),
    ]
}

extension TrappedCall {
    /// Calls by which an agent reads the answer to a netlink request.
    static let receives: [TrappedCall] = [
        TrappedCall(__NR_recvfrom), TrappedCall(__NR_recvmsg), TrappedCall(__NR_recvmmsg),
    ]
}

/// The name of a system call as strace prints it.
enum CallName {
    /// The name behind a number, or `call N`.
    static func of(_ number: Int32) -> String { names[number] ?? "call \(number)" }

    private static let names: [Int32: String] = [
        __NR_setns: "setns", __NR_unshare: "unshare", __NR_clone: "clone", __NR_clone3: "clone3", __NR_stat: "stat",
        __NR_lstat: "lstat", __NR_newfstatat: "newfstatat", __NR_statx: "statx", __NR_access: "access",
        __NR_faccessat: "faccessat", __NR_faccessat2: "faccessat2", __NR_mount: "mount", __NR_umount2: "umount2",
        __NR_move_mount: "move_mount", __NR_open: "open", __NR_openat: "openat", __NR_openat2: "openat2",
        __NR_creat: "creat", __NR_unlink: "unlink", __NR_unlinkat: "unlinkat", __NR_rmdir: "rmdir",
        __NR_rename: "rename", __NR_renameat: "renameat", __NR_renameat2: "renameat2", __NR_link: "link",
        __NR_linkat: "linkat", __NR_symlink: "symlink", __NR_symlinkat: "symlinkat", __NR_mkdir: "mkdir",
        __NR_mkdirat: "mkdirat", __NR_write: "write", __NR_pwrite64: "pwrite64", __NR_writev: "writev",
        __NR_pwritev: "pwritev", __NR_ftruncate: "ftruncate", __NR_truncate: "truncate", __NR_flock: "flock",
        __NR_fcntl: "fcntl", __NR_fsync: "fsync", __NR_fdatasync: "fdatasync", __NR_execve: "execve",
        __NR_execveat: "execveat", __NR_sendto: "sendto", __NR_sendmsg: "sendmsg", __NR_sendmmsg: "sendmmsg",
        __NR_recvfrom: "recvfrom", __NR_recvmsg: "recvmsg", __NR_recvmmsg: "recvmmsg",
    ]
}
