// What makes two runs equal: no second of waiting for duplicate address detection (RFC 4862, 5.4), unless it is wanted.
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host.h"

int duplicate_detection;

static int write_setting(const char *name, const char *value, size_t length, struct ch_answer *answer) {
    char path[CH_PATH_SIZE] = "/proc/sys/";
    if (*name == '/' || strstr(name, "..") != NULL || strlen(name) + sizeof "/proc/sys/" > sizeof path)
        return fail(answer, EINVAL, "request", "sysctl path", name);
    copy_text(path + sizeof "/proc/sys/" - 1, sizeof path - sizeof "/proc/sys/" + 1, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return fail(answer, errno, "open", path, "");
    // One write: a sysctl takes its value whole or not at all.
    ssize_t written = write(fd, value, length);
    int error = errno;
    close(fd);
    return written < 0 ? fail(answer, error, "write", path, "") : 0;
}

static int raise_loopback(struct ch_answer *answer) {
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return fail(answer, errno, "socket", "for lo", "");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    int result = ioctl(fd, SIOCSIFFLAGS, &request);
    int error = errno;
    close(fd);
    return result < 0 ? fail(answer, error, "ioctl", "SIOCSIFFLAGS lo up", "") : 0;
}

int settle_here(struct ch_answer *answer) {
    // The kernel's own value of `all` is 0, and a device looks at the greater of the two; what it was made with it keeps.
    // A kernel without IPv6 has nothing to settle there.
    if (!duplicate_detection && access("/proc/sys/net/ipv6", F_OK) == 0 &&
        write_setting("net/ipv6/conf/default/accept_dad", "0", 1, answer) < 0)
        return -1;
    return raise_loopback(answer);
}

int command_settle(const struct packet *packet, struct ch_answer *answer) {
    int home;
    if (visit(find_string(packet, CH_FIELD_NAME), &home, answer) < 0) return -1;
    int result = settle_here(answer);
    come_home(home);
    return result;
}

int command_write_sysctl(const struct packet *packet, struct ch_answer *answer) {
    struct ch_field field;
    char *value;
    int home;
    const char *path = find_string(packet, CH_FIELD_PATH);
    if (path == NULL || !find_field(packet, CH_FIELD_DATA, &field, &value))
        return fail(answer, EINVAL, "request", "sysctl", "");
    if (visit(find_string(packet, CH_FIELD_NAME), &home, answer) < 0) return -1;
    int result = write_setting(path, value, field.length, answer);
    come_home(home);
    return result;
}
