// Sockets as the owner of a duplicate sees them: which one it is, and in which network namespace.
#ifndef CLINUX_SOCKETS_H
#define CLINUX_SOCKETS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// SO_COOKIE: never reused, unlike a descriptor or an inode.
int cl_socket_cookie(int fd, uint64_t *_Nonnull cookie);
/// SO_NETNS_COOKIE (Linux 5.14): the 64-bit id of the socket's network namespace.
int cl_socket_namespace_cookie(int fd, uint64_t *_Nonnull cookie);
/// The cookie of the caller's own network namespace, through a socket that lives for this call alone.
int cl_namespace_cookie(uint64_t *_Nonnull cookie);
int cl_socket_domain(int fd);
int cl_socket_type(int fd);
int cl_socket_protocol(int fd);
// A raw socket of a family, over which tables of iptables are asked for.
int cl_raw_socket(int family);
// getsockopt(2); size is that of the space, then that of the value.
int cl_socket_read(int fd, int level, int option, void *_Nonnull value, uint32_t *_Nonnull size);
int cl_socket_option(int fd, int level, int option, int value);
int cl_socket_receive_buffer(int fd, int bytes);
/// Reads or peeks (MSG_*) without waiting.
ssize_t cl_receive(int fd, void *_Nonnull data, size_t length, int flags);
ssize_t cl_send(int fd, const void *_Nonnull data, size_t length, int flags);

extern const int CL_MSG_PEEK;
extern const int CL_MSG_DONTWAIT;
extern const int CL_MSG_TRUNC;

#endif
