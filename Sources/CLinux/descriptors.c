#include "include/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define RESULT(call)                       \
    do {                                   \
        __typeof__(call) result = (call);  \
        return result < 0 ? -errno : result; \
    } while (0)

_Static_assert(sizeof(struct cl_poll) == sizeof(struct pollfd), "cl_poll must be pollfd");

const int CL_O_PATH = O_PATH;
const int CL_AT_EMPTY_PATH = AT_EMPTY_PATH;
const int CL_O_DIRECTORY = O_DIRECTORY;
const int CL_O_NOFOLLOW = O_NOFOLLOW;
const int CL_O_CLOEXEC = O_CLOEXEC;
const int CL_AT_FDCWD = AT_FDCWD;

int cl_open(const char *path, int flags, unsigned mode) { RESULT(open(path, flags, mode)); }
int cl_openat(int directory, const char *path, int flags, unsigned mode) {
    RESULT(openat(directory, path, flags, mode));
}
int cl_close(int fd) { RESULT(close(fd)); }
ssize_t cl_read(int fd, void *buffer, size_t length) { RESULT(read(fd, buffer, length)); }
ssize_t cl_pread(int fd, void *buffer, size_t length, int64_t offset) { RESULT(pread(fd, buffer, length, offset)); }
ssize_t cl_write(int fd, const void *buffer, size_t length) { RESULT(write(fd, buffer, length)); }
ssize_t cl_readlinkat(int directory, const char *path, char *buffer, size_t length) {
    RESULT(readlinkat(directory, path, buffer, length));
}
int cl_duplicate(int fd) { RESULT(fcntl(fd, F_DUPFD_CLOEXEC, 3)); }
int cl_pipe(int *pair) { RESULT(pipe2(pair, O_CLOEXEC)); }
int cl_seqpacket_pair(int *pair) { RESULT(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)); }
int cl_terminal_pair(int *pair) {
    int unlocked = 0;
    int fd = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return -errno;
    // TIOCGPTPEER opens the other side without its name, which may belong to another mount namespace.
    int peer = ioctl(fd, TIOCSPTLCK, &unlocked) < 0 ? -1 : ioctl(fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    int error = errno;
    if (peer < 0) {
        close(fd);
        return -error;
    }
    pair[0] = fd;
    pair[1] = peer;
    return 0;
}
ssize_t cl_pipe_peek(int pipe, void *buffer, size_t length) {
    int own[2];
    if (pipe2(own, O_CLOEXEC) < 0) return -errno;
    // As many slots as a pipe can have buffers, however small each is; without it the first 16 are seen.
    fcntl(own[1], F_SETPIPE_SZ, 1 << 20);
    ssize_t got = tee(pipe, own[1], length, SPLICE_F_NONBLOCK);
    if (got > 0) got = read(own[0], buffer, (size_t)got);
    int error = errno;
    close(own[0]);
    close(own[1]);
    return got < 0 ? -error : got;
}
ssize_t cl_read_cached(int fd, void *buffer, size_t length, int64_t offset) {
    struct iovec vector = {.iov_base = buffer, .iov_len = length};
    if (offset < 0) offset = lseek(fd, 0, SEEK_CUR);
    if (offset < 0) return -errno;
    ssize_t got = preadv2(fd, &vector, 1, offset, RWF_NOWAIT);
    if (got >= 0 || errno != EOPNOTSUPP) return got < 0 ? -errno : got;
    // These have no such flag, and nobody serves them: memory, and the host's root above it.
    struct statfs system;
    if (fstatfs(fd, &system) < 0) return -errno;
    if (system.f_type != TMPFS_MAGIC && system.f_type != OVERLAYFS_SUPER_MAGIC) return -EOPNOTSUPP;
    RESULT(pread(fd, buffer, length, offset));
}
int cl_memfd(const char *name) { RESULT(memfd_create(name, MFD_CLOEXEC)); }

int cl_set_nonblocking(int fd, int on) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return -errno;
    RESULT(fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK));
}

static int identify(int result, const struct stat *from, struct cl_file_id *out) {
    if (result < 0) return -errno;
    *out = (struct cl_file_id){from->st_dev, from->st_ino, (uint64_t)from->st_size, from->st_mode, from->st_nlink};
    return 0;
}

int cl_fstat(int fd, struct cl_file_id *out) {
    struct stat st;
    return identify(fstat(fd, &st), &st, out);
}

int cl_fstatat(int directory, const char *path, int follow, struct cl_file_id *out) {
    struct stat st;
    return identify(fstatat(directory, path, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW), &st, out);
}

int cl_ppoll(struct cl_poll *fds, size_t count, int64_t timeout_ns, const uint64_t *mask) {
    struct timespec limit = {timeout_ns / 1000000000, timeout_ns % 1000000000};
    RESULT((int)syscall(SYS_ppoll, fds, count, timeout_ns < 0 ? NULL : &limit, mask, sizeof *mask));
}

ssize_t cl_send_descriptors(int fd, const void *data, size_t length, const int *fds, size_t count, int flags) {
    union {
        char bytes[CMSG_SPACE(sizeof(int) * CL_MAX_DESCRIPTORS)];
        struct cmsghdr align;
    } control;
    struct iovec part = {(void *)data, length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > CL_MAX_DESCRIPTORS) return -EINVAL;
    if (count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(header), fds, sizeof(int) * count);
    }
    RESULT(sendmsg(fd, &message, flags | MSG_NOSIGNAL));
}

ssize_t cl_receive_descriptors(int fd, void *data, size_t length, int *fds, size_t *count, int flags) {
    union {
        char bytes[CMSG_SPACE(sizeof(int) * CL_MAX_DESCRIPTORS)];
        struct cmsghdr align;
    } control;
    struct iovec part = {data, length};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    *count = 0;
    ssize_t result = recvmsg(fd, &message, flags | MSG_CMSG_CLOEXEC);
    if (result < 0) return -errno;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t bytes = header->cmsg_len - CMSG_LEN(0);
        memcpy(fds, CMSG_DATA(header), bytes);
        *count = bytes / sizeof(int);
    }
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        for (size_t i = 0; i < *count; i++) close(fds[i]);
        *count = 0;
        return -EMSGSIZE;
    }
    return result;
}

const char *cl_error_name(int number) { return strerrorname_np(number); }

int cl_lock(int fd) {
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) return -errno;
    // A lock of the open file: one of the process would go with any other descriptor of that file that is closed.
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_OFD_SETLK, &whole) == 0) return 0;
    int error = errno == EACCES ? EWOULDBLOCK : errno;
    flock(fd, LOCK_UN);
    return -error;
}
