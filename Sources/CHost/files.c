// Files of the host, written by pid 1 because only it stands in the host's root.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"

int make_parents(const char *path, struct ch_answer *answer) {
    char part[CH_PATH_SIZE];
    size_t length = strlen(path);
    if (*path != '/' || length >= sizeof part) return fail(answer, EINVAL, "request", "absolute path", path);
    for (size_t i = 1; i < length; i++) {
        if (path[i] != '/') continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0755) < 0 && errno != EEXIST) return fail(answer, errno, "mkdir", part, "");
    }
    return 0;
}

int write_fully(int fd, const char *data, size_t length) {
    while (length > 0) {
        ssize_t written = write(fd, data, length);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return -1;
        data += written;
        length -= (size_t)written;
    }
    return 0;
}

static int copy(int from, int to) {
    static char block[16 * 1024];
    for (off_t at = 0;;) {
        ssize_t got = pread(from, block, sizeof block, at);
        if (got <= 0) return (int)got;
        if (write_fully(to, block, (size_t)got) < 0) return -1;
        at += got;
    }
}

int command_write_file(const struct packet *packet, struct ch_answer *answer) {
    struct ch_field field = {0};
    char *value = NULL;
    uint32_t mode = 0644;
    const char *path = find_string(packet, CH_FIELD_PATH);
    find_number(packet, CH_FIELD_MODE, &mode);
    int inline_data = find_field(packet, CH_FIELD_DATA, &field, &value);
    if (path == NULL || (!inline_data && packet->fd_count != 1))
        return fail(answer, EINVAL, "request", "path and content of a file", path ? path : "");
    if (make_parents(path, answer) < 0) return -1;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return fail(answer, errno, "open", path, "");
    int result = inline_data ? write_fully(fd, value, field.length) : copy(packet->fds[0], fd);
    if (result < 0) fail(answer, errno, "write", path, "");
    else if (fchmod(fd, mode & 07777) < 0) result = fail(answer, errno, "fchmod", path, "");
    close(fd);
    return result;
}
