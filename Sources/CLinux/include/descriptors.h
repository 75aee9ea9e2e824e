// Descriptors: opening, reading, waiting, and moving them between processes.
#ifndef CLINUX_DESCRIPTORS_H
#define CLINUX_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Same layout as struct pollfd.
struct cl_poll {
    int32_t fd;
    int16_t events;
    int16_t revents;
};

/// Device, inode, mode and size of a file (stat(2)).
struct cl_file_id {
    uint64_t device;
    uint64_t inode;
    uint64_t size;
    uint32_t mode;
    uint32_t links;
};

int cl_open(const char *_Nonnull path, int flags, unsigned mode);
int cl_openat(int directory, const char *_Nonnull path, int flags, unsigned mode);
int cl_close(int fd);
ssize_t cl_read(int fd, void *_Nonnull buffer, size_t length);
ssize_t cl_pread(int fd, void *_Nonnull buffer, size_t length, int64_t offset);
ssize_t cl_write(int fd, const void *_Nonnull buffer, size_t length);
ssize_t cl_readlinkat(int directory, const char *_Nonnull path, char *_Nonnull buffer, size_t length);
int cl_duplicate(int fd);
int cl_pipe(int *_Nonnull pair);
// What stands in a pipe, of which nothing is taken; -EAGAIN where it is empty.
ssize_t cl_pipe_peek(int pipe, void *_Nonnull buffer, size_t length);
// What the kernel has of a file in memory; it waits for nobody who may serve it. From where the file stands if `offset` is -1.
ssize_t cl_read_cached(int fd, void *_Nonnull buffer, size_t length, int64_t offset);
int cl_seqpacket_pair(int *_Nonnull pair);
/// A pseudo-terminal: pair[0] is what a person sees, pair[1] the program's side; neither becomes the controlling one.
int cl_terminal_pair(int *_Nonnull pair);
int cl_memfd(const char *_Nonnull name);
int cl_set_nonblocking(int fd, int on);
int cl_fstat(int fd, struct cl_file_id *_Nonnull out);
int cl_fstatat(int directory, const char *_Nonnull path, int follow, struct cl_file_id *_Nonnull out);

/// Waits like ppoll(2): `timeout_ns` < 0 waits for ever; `mask` is the kernel's 64-bit signal mask or NULL.
int cl_ppoll(struct cl_poll *_Nonnull fds, size_t count, int64_t timeout_ns, const uint64_t *_Nullable mask);

/// Sends one packet with up to CL_MAX_DESCRIPTORS descriptors (SCM_RIGHTS); flags as in sendmsg(2).
ssize_t cl_send_descriptors(int fd, const void *_Nonnull data, size_t length, const int *_Nullable fds, size_t count,
                            int flags);
/// Receives one packet; received descriptors are close-on-exec. -EMSGSIZE when data or descriptors did not fit.
ssize_t cl_receive_descriptors(int fd, void *_Nonnull data, size_t length, int *_Nonnull fds, size_t *_Nonnull count,
                               int flags);

/// Locks a file whole for writing, both by flock(2) and by fcntl(2), for as long as the open file lives; -EWOULDBLOCK where
/// somebody holds a lock of either kind.
int cl_lock(int fd);

enum { CL_MAX_DESCRIPTORS = 16 };

extern const int CL_O_PATH;
extern const int CL_AT_EMPTY_PATH;
extern const int CL_O_DIRECTORY;
extern const int CL_O_NOFOLLOW;
extern const int CL_O_CLOEXEC;
extern const int CL_AT_FDCWD;

/// "ENODEV" for 19, or NULL for a number that has no name.
const char *_Nullable cl_error_name(int number);

#endif
