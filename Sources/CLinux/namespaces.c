#include "include/namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

// Newer than the headers of some distributions that the project builds on; the values are kernel ABI
// (include/uapi/linux/nsfs.h, fcntl.h, exportfs.h). setns and unshare come from glibc's own <sched.h>, which clashes with
// <linux/sched.h>, hence the declarations.
#ifndef NS_GET_ID
#define NS_GET_ID _IOR(NSIO, 0xd, uint64_t)
#endif
#ifndef NS_GET_TGID_FROM_PIDNS
#define NS_GET_TGID_FROM_PIDNS _IOR(NSIO, 0x7, int)
#endif
#ifndef FD_NSFS_ROOT
#define FD_NSFS_ROOT -10003
#endif
#ifndef FILEID_NSFS
#define FILEID_NSFS 0xf1
#endif

int setns(int, int);
int unshare(int);


int cl_setns(int fd, int type) { return setns(fd, type) < 0 ? -errno : 0; }
int cl_unshare(int flags) { return unshare(flags) < 0 ? -errno : 0; }

int cl_namespace_handle(int fd, const char *path, struct cl_namespace_handle *out) {
    _Alignas(struct file_handle) char bytes[sizeof(struct file_handle) + sizeof *out];
    struct file_handle *handle = (struct file_handle *)bytes;
    int mount;
    handle->handle_bytes = sizeof *out;
    if (name_to_handle_at(fd, path, handle, &mount, *path ? AT_SYMLINK_FOLLOW : AT_EMPTY_PATH) < 0) {
        // A file system with longer handles, or with none, is not nsfs.
        return errno == EOVERFLOW || errno == EOPNOTSUPP ? -EINVAL : -errno;
    }
    if (handle->handle_type != FILEID_NSFS || handle->handle_bytes != sizeof *out) return -EINVAL;
    memcpy(out, handle->f_handle, sizeof *out);
    return 0;
}

int cl_namespace_open(const struct cl_namespace_handle *wanted) {
    _Alignas(struct file_handle) char bytes[sizeof(struct file_handle) + sizeof *wanted];
    struct file_handle *handle = (struct file_handle *)bytes;
    handle->handle_bytes = sizeof *wanted;
    handle->handle_type = FILEID_NSFS;
    memcpy(handle->f_handle, wanted, sizeof *wanted);
    int fd = open_by_handle_at(FD_NSFS_ROOT, handle, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int cl_namespace_id(int fd, uint64_t *id) { return ioctl(fd, NS_GET_ID, id) < 0 ? -errno : 0; }

int cl_process_outside(int fd, int process) {
    int number = ioctl(fd, NS_GET_TGID_FROM_PIDNS, process);
    return number < 0 ? -errno : number;
}

int cl_namespace_type(int fd) {
    int type = ioctl(fd, NS_GET_NSTYPE);
    return type < 0 ? -errno : type;
}

int cl_socket_namespace(int socket) {
    int fd = ioctl(socket, SIOCGSKNS);
    return fd < 0 ? -errno : fd;
}
