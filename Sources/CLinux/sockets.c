#include "include/sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

// asm-generic/socket.h since 5.14; older headers lack it.
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

const int CL_MSG_PEEK = MSG_PEEK;
const int CL_MSG_DONTWAIT = MSG_DONTWAIT;
const int CL_MSG_TRUNC = MSG_TRUNC;

static int read_cookie(int fd, int option, uint64_t *cookie) {
    socklen_t size = sizeof *cookie;
    return getsockopt(fd, SOL_SOCKET, option, cookie, &size) < 0 ? -errno : 0;
}

static int read_number(int fd, int option) {
    int value;
    socklen_t size = sizeof value;
    return getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0 ? -errno : value;
}

int cl_socket_cookie(int fd, uint64_t *cookie) { return read_cookie(fd, SO_COOKIE, cookie); }
int cl_socket_namespace_cookie(int fd, uint64_t *cookie) { return read_cookie(fd, SO_NETNS_COOKIE, cookie); }

int cl_namespace_cookie(uint64_t *cookie) {
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    int result = cl_socket_namespace_cookie(fd, cookie);
    close(fd);
    return result;
}

int cl_socket_domain(int fd) { return read_number(fd, SO_DOMAIN); }
int cl_socket_type(int fd) { return read_number(fd, SO_TYPE); }
int cl_socket_protocol(int fd) { return read_number(fd, SO_PROTOCOL); }

int cl_socket_option(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof value) < 0 ? -errno : 0;
}

int cl_socket_receive_buffer(int fd, int bytes) {
    int result = cl_socket_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes);
    return result == -EPERM ? cl_socket_option(fd, SOL_SOCKET, SO_RCVBUF, bytes) : result;
}

ssize_t cl_receive(int fd, void *data, size_t length, int flags) {
    ssize_t got = recv(fd, data, length, flags);
    return got < 0 ? -errno : got;
}

ssize_t cl_send(int fd, const void *data, size_t length, int flags) {
    ssize_t sent = send(fd, data, length, flags | MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

int cl_raw_socket(int family) {
    int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    return fd < 0 ? -errno : fd;
}

int cl_socket_read(int fd, int level, int option, void *value, uint32_t *size) {
    socklen_t length = *size;
    if (getsockopt(fd, level, option, value, &length) < 0) return -errno;
    *size = length;
    return 0;
}
