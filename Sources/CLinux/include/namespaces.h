// Namespaces: entering them and telling them apart.
#ifndef CLINUX_NAMESPACES_H
#define CLINUX_NAMESPACES_H

#include <linux/sched.h>
#include <stdint.h>

/// What nsfs puts into a file handle (struct nsfs_file_handle of the kernel): it names a namespace and holds no reference.
struct cl_namespace_handle {
    uint64_t id;
    uint32_t type;
    uint32_t inode;
};

int cl_setns(int fd, int type);
int cl_unshare(int flags);

/// Identity by name_to_handle_at(2); `path` "" means `fd` itself. -EOPNOTSUPP before nsfs had file handles.
int cl_namespace_handle(int fd, const char *_Nonnull path, struct cl_namespace_handle *_Nonnull out);
/// Opens a namespace from its handle (open_by_handle_at(2) on FD_NSFS_ROOT); -ESTALE when it is dead.
int cl_namespace_open(const struct cl_namespace_handle *_Nonnull handle);
/// NS_GET_ID of ioctl_nsfs(2); -ENOTTY on kernels without it.
int cl_namespace_id(int fd, uint64_t *_Nonnull id);
/// NS_GET_NSTYPE of ioctl_nsfs(2): one of CLONE_NEW*.
int cl_namespace_type(int fd);
/// NS_GET_TGID_FROM_PIDNS of ioctl_nsfs(2): the caller's number of a process that has another one in a pid namespace; -ESRCH
/// when it is gone, -ENOTTY on kernels without it.
int cl_process_outside(int fd, int process);
/// The network namespace of a socket as a descriptor (SIOCGSKNS, needs CAP_NET_ADMIN there).
int cl_socket_namespace(int socket);

#endif
