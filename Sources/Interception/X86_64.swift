import CLinux
import Glibc

#if !arch(x86_64)
    #error(
        "Tocsin traces programs of x86-64 alone: another architecture needs its registers and calls, as this file has them"
    )
#endif

// All that is peculiar to the architecture: its registers here, its system calls below.

/// A general register by its place in `struct user_regs_struct` of sys/user.h.
enum Register: Int {
    case frame = 4
    case argument3 = 7, argument5 = 8, argument4 = 9
    /// What a call returns; before it, its number.
    case result = 10
    case argument2 = 12, argument1 = 13, argument0 = 14
    /// The number of the call that the thread is in, which `result` no longer shows; -1 for none.
    case call = 15
    case instruction = 16
    case stack = 19
    /// FS base, by which a thread's own data are found.
    case threadPointer = 21

    static let arguments: [Register] = [.argument0, .argument1, .argument2, .argument3, .argument4, .argument5]
}

extension cl_registers {
    subscript(register: Register) -> UInt64 {
        get { withUnsafeBytes(of: words) { $0.load(fromByteOffset: register.rawValue * 8, as: UInt64.self) } }
        set {
            withUnsafeMutableBytes(of: &words) {
                $0.storeBytes(of: newValue, toByteOffset: register.rawValue * 8, as: UInt64.self)
            }
        }
    }

    /// At the entry of a call: it is not made, and its result is this.
    ///
    /// Nobody makes call -1, and the kernel leaves ours.
    mutating func skipCall(_ value: Int64) {
        self[.call] = UInt64.max
        self[.result] = UInt64(bitPattern: value)
    }

    /// At the entry of a call: it is not made, and the thread stands before its instruction again.
    mutating func repeatCall() {
        let number = self[.call]
        skipCall(Int64(bitPattern: number))
        self[.instruction] -= UInt64(Architecture.callInstruction.count)
    }

    /// Just behind a call's instruction: the thread makes another call by it.
    mutating func make(_ number: Int32, _ arguments: [UInt64]) {
        self[.instruction] -= UInt64(Architecture.callInstruction.count)
        self[.result] = UInt64(number)
        // Or the kernel would take the thread for one whose interrupted call is to be made again.
        self[.call] = UInt64.max
        for (register, value) in zip(Register.arguments, arguments) { self[register] = value }
    }
}

/// What else the tracer must know of the architecture.
enum Architecture {
    /// What `seccomp_data` and ptrace(2) call it.
    static let audit = CL_AUDIT_ARCH_X86_64
    /// `syscall`.
    static let callInstruction: [UInt8] = [0x0f, 0x05]

    static let clone = __NR_clone
    static let clone3 = __NR_clone3

    /// Calls that a process is made to make at its birth (``Injection``).
    static let pidfdOpen = __NR_pidfd_open
    static let setns = __NR_setns
    static let close = __NR_close
    static let setsid = __NR_setsid
    static let mmap = __NR_mmap
    static let munmap = __NR_munmap
    static let chdir = __NR_chdir
    static let seccomp = __NR_seccomp
}

extension SystemCall {
    /// OPEN_TREE_CLONE of linux/mount.h.
    private static let copied: UInt32 = 1
    private static let netFlag = UInt32(CLONE_NEWNET)

    /// Each call that an agent stops at: its number, its name, when, and what it does.
    static let all: [SystemCall] =
        mappings + names + devices + mounts + files + programs + sends + receives

    private static let mappings = [
        SystemCall(__NR_mmap, "mmap", when: 3, .anyBit(UInt32(MAP_SHARED))) { $0.decodeMapping() }
    ]

    /// By which namespaces are made, entered and looked for.
    private static let names = [
        SystemCall(__NR_setns, "setns") { $0.decodeEnter() },
        SystemCall(__NR_unshare, "unshare", when: 0, .anyBit(netFlag)) { $0.decodeUnshare() },
        SystemCall(__NR_clone, "clone", when: 0, .anyBit(netFlag | UInt32(CLONE_UNTRACED))) {
            $0.decodeClone(flags: $0.argument(0))
        },
        // The flags of clone3 stand behind a pointer, which BPF cannot follow; they are the first word there.
        SystemCall(__NR_clone3, "clone3") { decoder in
            decoder.memory.word(at: decoder.argument(0)).flatMap { decoder.decodeClone(flags: $0) }
        },
        SystemCall(__NR_stat, "stat") { $0.decodeLook($0.path(0)) },
        SystemCall(__NR_lstat, "lstat") { $0.decodeLook($0.path(0)) },
        SystemCall(__NR_newfstatat, "newfstatat") { $0.decodeLook($0.path(1, at: 0)) },
        SystemCall(__NR_statx, "statx") { $0.decodeLook($0.path(1, at: 0)) },
        SystemCall(__NR_access, "access") { $0.decodeLook($0.path(0)) },
        SystemCall(__NR_faccessat, "faccessat") { $0.decodeLook($0.path(1, at: 0)) },
        SystemCall(__NR_faccessat2, "faccessat2") { $0.decodeLook($0.path(1, at: 0)) },
        SystemCall(__NR_readlink, "readlink") { $0.decodeLook($0.path(0)) },
        SystemCall(__NR_readlinkat, "readlinkat") { $0.decodeLook($0.path(1, at: 0)) },
    ]

    private static let devices = [
        SystemCall(__NR_ioctl, "ioctl", when: 1, .oneOf(ControlRequest.all)) { $0.decodeControl() },
        SystemCall(__NR_setsockopt, "setsockopt", when: 2, .oneOf(XTables.setting + MulticastRouting.options)) {
            $0.decodeTableChange() ?? $0.decodeMulticastRouting()
        },
        SystemCall(__NR_getsockopt, "getsockopt", when: 2, .oneOf(XTables.asking)) { $0.decodeTableRead() },
        // Of the addresses that a socket can have only those of the file system matter. Netlink sockets, which every ip(8) binds, have
        // this length; so has a path of 9 or 10 letters.
        SystemCall(__NR_bind, "bind", when: 2, .noneOf([12])) { $0.decodeBoundSocket() },
        SystemCall(__NR_bpf, "bpf", when: 0, .oneOf(ProgramRequest.all)) { $0.decodeProgram() },
        SystemCall(__NR_sethostname, "sethostname") { $0.decodeHostname(isDomain: false) },
        SystemCall(__NR_setdomainname, "setdomainname") { $0.decodeHostname(isDomain: true) },
    ]

    private static let mounts = [
        SystemCall(__NR_mount, "mount") { $0.decodeMount(path: $0.path(1)) },
        // No operation, but paths mean something else from then on.
        SystemCall(__NR_chroot, "chroot") { decoder in
            decoder.roots.differ = true
            return nil
        },
        SystemCall(__NR_umount2, "umount2") { $0.decodeUnmount(path: $0.path(0)) },
        SystemCall(__NR_move_mount, "move_mount") { $0.decodeMove() },
        SystemCall(__NR_fsopen, "fsopen") { $0.decodeFileSystem() },
        SystemCall(__NR_fspick, "fspick") { $0.decodePick() },
        // FSCONFIG_CMD_RECONFIGURE of linux/mount.h.
        SystemCall(__NR_fsconfig, "fsconfig", when: 1, .oneOf([7])) { $0.decodeReconfiguration() },
        SystemCall(__NR_fsmount, "fsmount") { $0.decodeNewMount() },
        SystemCall(__NR_open_tree, "open_tree", when: 2, .anyBit(copied)) { $0.decodeTreeCopy() },
        // Linux 6.15; no header of today has its number.
        SystemCall(467, "open_tree_attr", when: 2, .anyBit(copied)) { $0.decodeTreeCopy() },
        SystemCall(__NR_mount_setattr, "mount_setattr") { $0.decodeAttributes() },
    ]

    private static let files = [
        SystemCall(__NR_open, "open") { $0.decodeOpen(path: $0.path(0), flags: $0.int(1)) },
        SystemCall(__NR_openat, "openat") { $0.decodeOpen(path: $0.path(1, at: 0), flags: $0.int(2)) },
        SystemCall(__NR_openat2, "openat2") { $0.decodeOpenHow() },
        SystemCall(__NR_creat, "creat") { $0.decodeOpen(path: $0.path(0), flags: O_CREAT | O_WRONLY | O_TRUNC) },
        SystemCall(__NR_unlink, "unlink") { $0.decodeChange(.fileDelete, $0.path(0), ["type": "file"]) },
        SystemCall(__NR_unlinkat, "unlinkat") {
            $0.decodeChange(
                .fileDelete, $0.path(1, at: 0), ["type": $0.int(2) & AT_REMOVEDIR == 0 ? "file" : "directory"])
        },
        SystemCall(__NR_rmdir, "rmdir") { $0.decodeChange(.fileDelete, $0.path(0), ["type": "directory"]) },
        SystemCall(__NR_rename, "rename") { $0.decodeRename($0.path(0), $0.path(1)) },
        SystemCall(__NR_renameat, "renameat") { $0.decodeRename($0.path(1, at: 0), $0.path(3, at: 2)) },
        SystemCall(__NR_renameat2, "renameat2") {
            // RENAME_EXCHANGE of linux/fs.h.
            $0.decodeRename($0.path(1, at: 0), $0.path(3, at: 2), exchanges: $0.int(4) & 2 != 0)
        },
        SystemCall(__NR_link, "link") { $0.decodeChange(.fileCreate, $0.path(1), ["type": "link"]) },
        SystemCall(__NR_linkat, "linkat") { $0.decodeChange(.fileCreate, $0.path(3, at: 2), ["type": "link"]) },
        SystemCall(__NR_symlink, "symlink") { $0.decodeChange(.fileCreate, $0.path(1), ["type": "symlink"]) },
        SystemCall(__NR_symlinkat, "symlinkat") {
            $0.decodeChange(.fileCreate, $0.path(2, at: 1), ["type": "symlink"])
        },
        SystemCall(__NR_mkdir, "mkdir") { $0.decodeChange(.fileCreate, $0.path(0), ["type": "directory"]) },
        SystemCall(__NR_mkdirat, "mkdirat") {
            $0.decodeChange(.fileCreate, $0.path(1, at: 0), ["type": "directory"])
        },
        SystemCall(__NR_write, "write") { $0.decodeWrite(1, count: 2) },
        SystemCall(__NR_pwrite64, "pwrite64") { $0.decodeWrite(1, count: 2) },
        SystemCall(__NR_writev, "writev") { $0.decodeVectorWrite() },
        SystemCall(__NR_pwritev, "pwritev") { $0.decodeVectorWrite() },
        SystemCall(__NR_pwritev2, "pwritev2") { $0.decodeVectorWrite() },
        SystemCall(__NR_ftruncate, "ftruncate") { $0.decodeWrite() },
        SystemCall(__NR_truncate, "truncate") { $0.decodeChange(.fileWrite, $0.path(0)) },
        SystemCall(__NR_fallocate, "fallocate") { $0.decodeChange(.fileWrite, descriptor: $0.int(0)) },
        SystemCall(__NR_copy_file_range, "copy_file_range") { $0.decodeChange(.fileWrite, descriptor: $0.int(2)) },
        SystemCall(__NR_sendfile, "sendfile") { $0.decodeSendFile() },
        SystemCall(__NR_splice, "splice") { $0.decodeSplice() },
        SystemCall(__NR_chmod, "chmod") { $0.decodeMode($0.path(0), $0.argument(1)) },
        SystemCall(__NR_fchmod, "fchmod") { $0.decodeMode(behind: $0.int(0), $0.argument(1)) },
        SystemCall(__NR_fchmodat, "fchmodat") { $0.decodeMode($0.path(1, at: 0), $0.argument(2)) },
        // fchmodat2, Linux 6.6; no header of today has its number.
        SystemCall(452, "fchmodat2") { $0.decodeMode($0.path(1, at: 0), $0.argument(2)) },
        SystemCall(__NR_chown, "chown") { $0.decodeOwner($0.path(0), 1) },
        SystemCall(__NR_lchown, "lchown") { $0.decodeOwner($0.path(0), 1) },
        SystemCall(__NR_fchown, "fchown") { $0.decodeOwner(behind: $0.int(0), 1) },
        SystemCall(__NR_fchownat, "fchownat") { $0.decodeOwner($0.path(1, at: 0), 2) },
        SystemCall(__NR_utime, "utime") { $0.decodeTimes($0.path(0), at: 1, fields: 2) },
        SystemCall(__NR_utimes, "utimes") { $0.decodeTimes($0.path(0), at: 1, fields: 4) },
        SystemCall(__NR_futimesat, "futimesat") { $0.decodeTimes($0.path(1, at: 0), at: 2, fields: 4) },
        SystemCall(__NR_utimensat, "utimensat") { $0.decodeExactTimes() },
        // Linux 6.17; no header of today has its number.
        SystemCall(469, "file_setattr") { $0.decodeFlags($0.path(1, at: 0), $0.memory.word(at: $0.argument(2))) },
        SystemCall(__NR_mknod, "mknod") { $0.decodeNode($0.path(0), $0.argument(1)) },
        SystemCall(__NR_mknodat, "mknodat") { $0.decodeNode($0.path(1, at: 0), $0.argument(2)) },
        SystemCall(__NR_setxattr, "setxattr") { $0.decodeAttribute($0.path(0)) },
        SystemCall(__NR_lsetxattr, "lsetxattr") { $0.decodeAttribute($0.path(0)) },
        SystemCall(__NR_fsetxattr, "fsetxattr") { $0.decodeAttribute(behind: $0.int(0)) },
        SystemCall(__NR_removexattr, "removexattr") { $0.decodeAttribute($0.path(0), removes: true) },
        SystemCall(__NR_lremovexattr, "lremovexattr") { $0.decodeAttribute($0.path(0), removes: true) },
        SystemCall(__NR_fremovexattr, "fremovexattr") { $0.decodeAttribute(behind: $0.int(0), removes: true) },
        // Linux 6.13; no header of today has their numbers.
        SystemCall(463, "setxattrat") { $0.decodeAttribute($0.path(1, at: 0), name: 3) },
        SystemCall(466, "removexattrat") { $0.decodeAttribute($0.path(1, at: 0), name: 3, removes: true) },
        SystemCall(__NR_flock, "flock") {
            $0.int(1) & LOCK_UN == 0 ? $0.decodeLock(waits: $0.int(1) & LOCK_NB == 0) : nil
        },
        SystemCall(
            __NR_fcntl, "fcntl", when: 1,
            .oneOf([UInt32(F_SETLK), UInt32(F_SETLKW), UInt32(CL_F_OFD_SETLK), UInt32(CL_F_OFD_SETLKW)])
        ) { $0.decodeRecordLock() },
        SystemCall(__NR_fsync, "fsync") { $0.decodeChange(.fileSync, descriptor: $0.int(0)) },
        SystemCall(__NR_fdatasync, "fdatasync") { $0.decodeChange(.fileSync, descriptor: $0.int(0)) },
    ]

    private static let programs = [
        SystemCall(__NR_execve, "execve") { $0.decodeExec(path: $0.path(0), arguments: 1) },
        SystemCall(__NR_execveat, "execveat") { $0.decodeExec(path: $0.path(1, at: 0), arguments: 2) },
        SystemCall(__NR_io_uring_setup, "io_uring_setup", refused: "io_uring"),
        SystemCall(__NR_seccomp, "seccomp", said: { SystemCall.seccompNote(UInt32($0), flags: $1) }),
        SystemCall(
            __NR_prctl, "prctl", when: 0, .oneOf([UInt32(PR_SET_SECCOMP)]),
            said: { _, mode in mode == SECCOMP_MODE_STRICT ? SystemCall.strictNote : nil }),
    ]

    private static let sends = [
        SystemCall(__NR_sendto, "sendto") { $0.decodeSend() },
        SystemCall(__NR_sendmsg, "sendmsg") { $0.decodeSend() },
        SystemCall(__NR_sendmmsg, "sendmmsg") { $0.decodeSend() },
    ]

    /// By which an agent reads the answer to a netlink request.
    static let receives = [
        SystemCall(receive: __NR_recvfrom, "recvfrom"), SystemCall(receive: __NR_recvmsg, "recvmsg"),
        SystemCall(receive: __NR_recvmmsg, "recvmmsg"),
    ]
}
