"""Numbers of system calls of x86-64 (asm/unistd_64.h), and arguments for the program `calls`."""

NUMBERS = {
    "write": 1, "open": 2, "stat": 4, "ioctl": 16, "lstat": 6, "pwrite64": 18, "writev": 20, "access": 21, "sendto": 44, "clone": 56,
    "execve": 59, "fcntl": 72, "flock": 73, "fsync": 74, "fdatasync": 75, "truncate": 76, "ftruncate": 77, "rename": 82,
    "mkdir": 83, "rmdir": 84, "creat": 85, "link": 86, "unlink": 87, "symlink": 88, "mount": 165, "umount2": 166,
    "openat": 257, "mkdirat": 258, "newfstatat": 262, "unlinkat": 263, "renameat": 264, "linkat": 265, "symlinkat": 266,
    "faccessat": 269, "unshare": 272, "pwritev": 296, "setns": 308, "renameat2": 316, "execveat": 322, "statx": 332,
    "open_tree": 428, "move_mount": 429, "clone3": 435, "openat2": 437, "faccessat2": 439, "fork": 57, "pwritev2": 328,
    "sendfile": 40, "bind": 49, "socket": 41, "setsockopt": 54, "getsockopt": 55, "readlink": 89, "chmod": 90, "fchmod": 91,
    "chown": 92, "fchown": 93, "lchown": 94, "mknod": 133, "sethostname": 170, "setdomainname": 171, "setxattr": 188, "lsetxattr": 189,
    "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199, "mknodat": 259, "fchownat": 260, "readlinkat": 267,
    "fchmodat": 268, "splice": 275, "fallocate": 285, "copy_file_range": 326, "fchmodat2": 452, "pipe": 22, "mount_setattr": 442, "setxattrat": 463,
    "removexattrat": 466, "utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280, "file_setattr": 469, "bpf": 321,
}
AT_FDCWD, AT_REMOVEDIR, AT_EMPTY_PATH = -100, 0x200, 0x1000
CREATE, WRITE, TRUNCATE, APPEND = 0o100, 1, 0o1000, 0o2000
NEWNET = 0x40000000


def call(name, *arguments):
    """One argument of `calls`; a text is given as `s:`, bytes as `x:`, a number or `r` (the result before) as it is."""
    def word(argument):
        if isinstance(argument, bytes):
            return "x:" + argument.hex()
        if isinstance(argument, int):
            return str(argument)
        return argument if argument == "r" or argument[1:2] == ":" else "s:" + argument
    return ",".join([f"{name}={NUMBERS[name]}", *map(word, arguments)])
