// One netlink request in a namespace of the host: enter, ask, read the ack, leave, close. Pins for microseconds.
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "host.h"

static _Alignas(16) char reply[32 * 1024];

static void read_extended_ack(const char *at, size_t length, struct ch_answer *answer) {
    struct nlattr attribute;
    while (length >= sizeof attribute) {
        memcpy(&attribute, at, sizeof attribute);
        if (attribute.nla_len < NLA_HDRLEN || attribute.nla_len > length) return;
        size_t size = attribute.nla_len - NLA_HDRLEN;
        int type = attribute.nla_type & NLA_TYPE_MASK;
        if (type == NLMSGERR_ATTR_MSG) {
            size_t keep = size < sizeof answer->text ? size : sizeof answer->text - 1;
            memcpy(answer->text, at + NLA_HDRLEN, keep);
            answer->text[keep] = 0;
        } else if (type == NLMSGERR_ATTR_OFFS && size >= sizeof answer->offset) {
            memcpy(&answer->offset, at + NLA_HDRLEN, sizeof answer->offset);
        }
        size_t step = NLA_ALIGN(attribute.nla_len);
        if (step >= length) return;
        at += step;
        length -= step;
    }
}

// 1 when the ack was in the datagram, its errno in `answer`; 0 when not.
static int read_ack(size_t length, struct ch_answer *answer) {
    for (struct nlmsghdr *header = (struct nlmsghdr *)reply; NLMSG_OK(header, length);
         header = NLMSG_NEXT(header, length)) {
        if (header->nlmsg_type != NLMSG_ERROR || header->nlmsg_len < NLMSG_LENGTH(sizeof(struct nlmsgerr))) continue;
        struct nlmsgerr *error = NLMSG_DATA(header);
        size_t skip = sizeof *error;
        if (error->error == 0) return 1;
        fail(answer, -error->error, "netlink", "request", "");
        if (!(header->nlmsg_flags & NLM_F_CAPPED)) skip = sizeof error->error + NLMSG_ALIGN(error->msg.nlmsg_len);
        size_t payload = header->nlmsg_len - NLMSG_HDRLEN;
        if ((header->nlmsg_flags & NLM_F_ACK_TLVS) && skip < payload)
            read_extended_ack((char *)error + skip, payload - skip, answer);
        return 1;
    }
    return 0;
}

static int exchange(int protocol, const char *request, size_t length, struct ch_answer *answer) {
    int on = 1;
    struct timeval patience = {.tv_sec = 5};
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    int result = 0, fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
    if (fd < 0) return fail(answer, errno, "socket", "netlink", "");
    setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
    // Pid 1 must come back to its loop whatever happens to the ack.
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (sendto(fd, request, length, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
        result = fail(answer, errno, "sendto", "netlink", "");
    while (result == 0) {
        ssize_t got = recv(fd, reply, sizeof reply, 0);
        if (got < 0) result = fail(answer, errno, "recv", "netlink ack", "");
        else if (read_ack((size_t)got, answer)) break;
    }
    close(fd);
    return answer->error ? -1 : result;
}

static int apply_patch(char *value, uint32_t size, char *request, size_t length, int *fd, struct ch_answer *answer) {
    uint32_t offset;
    if (size <= sizeof offset || value[size - 1] != 0) return fail(answer, EINVAL, "request", "patch", "");
    memcpy(&offset, value, sizeof offset);
    if (offset > length || length - offset < sizeof(uint32_t)) return fail(answer, EINVAL, "request", "patch offset", "");
    *fd = open_namespace(value + sizeof offset, answer);
    if (*fd < 0) return -1;
    memcpy(request + offset, fd, sizeof(uint32_t));
    return 0;
}

int command_netlink(const struct packet *packet, struct ch_answer *answer) {
    struct ch_field field, data;
    char *value, *request;
    uint32_t protocol = NETLINK_ROUTE;
    int fds[CH_PATCHES_MAX], count = 0, home, result = 0;
    struct nlmsghdr header;
    find_number(packet, CH_FIELD_PROTOCOL, &protocol);
    if (!find_field(packet, CH_FIELD_DATA, &data, &request) || data.length < sizeof header)
        return fail(answer, EINVAL, "request", "netlink message", "");
    memcpy(&header, request, sizeof header);
    header.nlmsg_len = data.length;
    header.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    header.nlmsg_seq = 1;
    header.nlmsg_pid = 0;
    memcpy(request, &header, sizeof header);
    struct cursor cursor = fields_of(packet);
    while (result == 0 && next_field(&cursor, &field, &value)) {
        if (field.kind != CH_FIELD_PATCH) continue;
        if (count == CH_PATCHES_MAX) result = fail(answer, E2BIG, "request", "patches", "");
        else if (apply_patch(value, field.length, request, data.length, &fds[count], answer) == 0) count++;
        else result = -1;
    }
    if (result == 0) result = visit(find_string(packet, CH_FIELD_NAME), &home, answer);
    if (result == 0) {
        result = exchange((int)protocol, request, data.length, answer);
        come_home(home);
    }
    while (count > 0) close(fds[--count]);
    return result;
}
