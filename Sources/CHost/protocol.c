#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host.h"

static _Alignas(16) char packet_bytes[CH_PACKET_MAX];

void copy_text(char *to, size_t size, const char *from) {
    size_t length = strnlen(from, size - 1);
    memcpy(to, from, length);
    to[length] = 0;
}

int fail(struct ch_answer *answer, int error, const char *call, const char *stage, const char *object) {
    answer->error = error == 0 ? EIO : error;
    copy_text(answer->call, sizeof answer->call, call);
    copy_text(answer->stage, sizeof answer->stage, stage);
    size_t used = strlen(answer->stage);
    if (*object && used + 2 < sizeof answer->stage) {
        answer->stage[used] = ' ';
        copy_text(answer->stage + used + 1, sizeof answer->stage - used - 1, object);
    }
    return -1;
}

// 0, or -1 when the worker is gone or has sent what is no request.
int receive_packet(struct packet *packet) {
    union {
        char bytes[CMSG_SPACE(sizeof(int) * CH_DESCRIPTORS_MAX)];
        struct cmsghdr align;
    } control;
    struct iovec part = {packet_bytes, sizeof packet_bytes};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t got;
    do got = recvmsg(CH_SOCKET, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    packet->fd_count = 0;
    if (got < (ssize_t)sizeof *packet->request || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) return -1;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        packet->fd_count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(packet->fds, CMSG_DATA(header), packet->fd_count * sizeof(int));
    }
    packet->request = (const struct ch_request *)packet_bytes;
    packet->fields = packet_bytes + sizeof *packet->request;
    packet->length = (size_t)got - sizeof *packet->request;
    return 0;
}

// Without a worker there is nobody to serve: the pid namespace ends with this process.
void send_answer(const struct ch_answer *answer, int fd) {
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct iovec part = {(void *)answer, sizeof *answer};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    while (sendmsg(CH_SOCKET, &message, MSG_NOSIGNAL) < 0) {
        if (errno != EINTR) _exit(1);
    }
}

struct cursor fields_of(const struct packet *packet) { return (struct cursor){packet->fields, packet->length}; }

int next_field(struct cursor *cursor, struct ch_field *field, char **value) {
    if (cursor->left < sizeof *field) return 0;
    memcpy(field, cursor->at, sizeof *field);
    if (field->length > cursor->left - sizeof *field) return 0;
    *value = cursor->at + sizeof *field;
    cursor->at += sizeof *field + field->length;
    cursor->left -= sizeof *field + field->length;
    return 1;
}

int find_field(const struct packet *packet, uint32_t kind, struct ch_field *field, char **value) {
    struct cursor cursor = fields_of(packet);
    while (next_field(&cursor, field, value)) {
        if (field->kind == kind) return 1;
    }
    return 0;
}

const char *find_string(const struct packet *packet, uint32_t kind) {
    struct ch_field field;
    char *value;
    if (!find_field(packet, kind, &field, &value) || field.length == 0 || value[field.length - 1] != 0) return NULL;
    return value;
}

int find_number(const struct packet *packet, uint32_t kind, uint32_t *number) {
    struct ch_field field;
    char *value;
    if (!find_field(packet, kind, &field, &value) || field.length != sizeof *number) return 0;
    memcpy(number, value, sizeof *number);
    return 1;
}
