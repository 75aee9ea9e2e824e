// Network namespaces by name, as ip-netns(8) keeps them: a bind mount of nsfs on a file below /run/netns.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"

#define RUN "/run/netns"
#define OWN "/proc/self/ns/net"

// Newer than the headers of some distributions (asm-generic/socket.h 5.14, exportfs.h 6.18).
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
#ifndef FILEID_NSFS
#define FILEID_NSFS 0xf1
#endif

int identity_by_cookies;

int namespace_path(const char *name, char *path, struct ch_answer *answer) {
    if (name == NULL || *name == 0 || strlen(name) + sizeof RUN + 1 > CH_PATH_SIZE)
        return fail(answer, EINVAL, "request", "namespace name", name ? name : "");
    if (strcmp(name, "host") == 0) {
        copy_text(path, CH_PATH_SIZE, OWN);
    } else if (*name == '/') {
        copy_text(path, CH_PATH_SIZE, name);
    } else if (strchr(name, '/') != NULL || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return fail(answer, EINVAL, "request", "namespace name", name);
    } else {
        memcpy(path, RUN "/", sizeof RUN);
        copy_text(path + sizeof RUN, CH_PATH_SIZE - sizeof RUN, name);
    }
    return 0;
}

int open_namespace(const char *name, struct ch_answer *answer) {
    char path[CH_PATH_SIZE];
    if (namespace_path(name, path, answer) < 0) return -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? fail(answer, errno, "open", "namespace", path) : fd;
}

int visit(const char *name, int *home, struct ch_answer *answer) {
    *home = open_namespace("host", answer);
    if (*home < 0) return -1;
    int there = open_namespace(name, answer);
    if (there >= 0 && setns(there, CLONE_NEWNET) < 0) {
        fail(answer, errno, "setns", "enter namespace", name);
        close(there);
        there = -1;
    }
    if (there < 0) {
        close(*home);
        return -1;
    }
    // The descriptor goes at once: being inside is reference enough.
    close(there);
    return 0;
}

// To serve on from a foreign namespace would falsify every later command: the host ends instead.
void come_home(int home) {
    if (setns(home, CLONE_NEWNET) < 0) _exit(70);
    close(home);
}

static int cookie_of(const char *path, uint64_t *cookie, struct ch_answer *answer) {
    int home;
    if (visit(path, &home, answer) < 0) return -1;
    socklen_t size = sizeof *cookie;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int result = fd < 0 ? -1 : getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &size);
    int error = errno;
    if (fd >= 0) close(fd);
    come_home(home);
    return result < 0 ? fail(answer, error, "getsockopt", "SO_NETNS_COOKIE in", path) : 0;
}

static int identify(const char *path, struct ch_namespace *out, struct ch_answer *answer) {
    _Alignas(struct file_handle) char bytes[sizeof(struct file_handle) + sizeof *out];
    struct file_handle *handle = (struct file_handle *)bytes;
    struct stat file;
    int mount;
    if (identity_by_cookies) {
        if (stat(path, &file) < 0) return fail(answer, errno, "stat", "namespace", path);
        *out = (struct ch_namespace){.type = CLONE_NEWNET, .inode = (uint32_t)file.st_ino};
        return cookie_of(path, &out->id, answer);
    }
    handle->handle_bytes = sizeof *out;
    if (name_to_handle_at(AT_FDCWD, path, handle, &mount, AT_SYMLINK_FOLLOW) < 0)
        return fail(answer, errno == EOVERFLOW ? EINVAL : errno, "name_to_handle_at", "namespace", path);
    if (handle->handle_type != FILEID_NSFS || handle->handle_bytes != sizeof *out)
        return fail(answer, EINVAL, "name_to_handle_at", "no namespace:", path);
    memcpy(out, handle->f_handle, sizeof *out);
    return 0;
}

// A shared mount of the directory on itself, made once: names then propagate into mount namespaces made later.
static int prepare_directory(struct ch_answer *answer) {
    if (mkdir(RUN, 0755) < 0 && errno != EEXIST) return fail(answer, errno, "mkdir", RUN, "");
    if (mount("", RUN, "none", MS_SHARED | MS_REC, NULL) == 0) return 0;
    if (errno != EINVAL) return fail(answer, errno, "mount", "make shared", RUN);
    if (mount(RUN, RUN, "none", MS_BIND | MS_REC, NULL) < 0) return fail(answer, errno, "mount", "bind on itself", RUN);
    if (mount("", RUN, "none", MS_SHARED | MS_REC, NULL) < 0) return fail(answer, errno, "mount", "make shared", RUN);
    return 0;
}

static int create(const char *path, uint32_t flags, struct ch_answer *answer) {
    if (strncmp(path, RUN "/", sizeof RUN) == 0) {
        if (prepare_directory(answer) < 0) return -1;
    } else if (make_parents(path, answer) < 0) {
        return -1;
    }
    int file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
    if (file < 0) return fail(answer, errno, "open", "create", path);
    close(file);
    int home = open_namespace("host", answer);
    if (home < 0) return -1;
    int result = 0;
    if (unshare(CLONE_NEWNET) < 0) {
        result = fail(answer, errno, "unshare", "CLONE_NEWNET for", path);
    } else {
        if (mount(OWN, path, "none", MS_BIND, NULL) < 0) result = fail(answer, errno, "mount", "bind namespace on", path);
        else if (flags & CH_FLAG_SETTLED) result = settle_here(answer);
    }
    come_home(home);
    if (result == 0) result = identify(path, &answer->made, answer);
    if (result < 0) {
        umount2(path, MNT_DETACH);
        unlink(path);
    }
    return result;
}

static int unmount(const char *path, struct ch_answer *answer) {
    if (identify(path, &answer->removed, answer) < 0) return -1;
    return umount2(path, MNT_DETACH) < 0 ? fail(answer, errno, "umount2", path, "") : 0;
}

static int delete(const char *path, struct ch_answer *answer) {
    if (unmount(path, answer) < 0) return -1;
    return unlink(path) < 0 ? fail(answer, errno, "unlink", path, "") : 0;
}

int command_netns(const struct packet *packet, struct ch_answer *answer) {
    char path[CH_PATH_SIZE];
    const char *name = find_string(packet, CH_FIELD_NAME);
    if (namespace_path(name, path, answer) < 0) return -1;
    if (packet->request->command == CH_NETNS_IDENTIFY) return identify(path, &answer->made, answer);
    if (strcmp(name, "host") == 0) return fail(answer, EINVAL, "request", "the host's own namespace has no name", "");
    switch (packet->request->command) {
    case CH_NETNS_CREATE: return create(path, packet->request->flags, answer);
    case CH_NETNS_DELETE: return delete(path, answer);
    case CH_NETNS_UNMOUNT: return unmount(path, answer);
    default: return delete(path, answer) < 0 ? -1 : create(path, packet->request->flags, answer);
    }
}
