#include "include/netlink.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

const uint16_t CL_NLM_F_ACK = NLM_F_ACK;
const uint16_t CL_NLM_F_DUMP = NLM_F_DUMP;
const uint16_t CL_NLM_F_REQUEST = NLM_F_REQUEST;
const int CL_NETLINK_ROUTE = NETLINK_ROUTE;
const int CL_NETLINK_NETFILTER = NETLINK_NETFILTER;
const int CL_NETLINK_SOCK_DIAG = NETLINK_SOCK_DIAG;
const int CL_NETLINK_GENERIC = NETLINK_GENERIC;
const int CL_NETLINK_XFRM = NETLINK_XFRM;

_Static_assert(CL_NETLINK_HEADER == NLMSG_HDRLEN, "the header has a fixed size");

int cl_netlink_open(int protocol, uint32_t *port) {
    struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    socklen_t size = sizeof address;
    int on = 1;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
    if (fd < 0) return -errno;
    if (setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on) < 0) goto failed;
    // Without the strict check the kernel ignores the filters of a dump, and the dump then holds what was not asked for.
    if (setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on) < 0) goto failed;
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) goto failed;
    if (getsockname(fd, (struct sockaddr *)&address, &size) < 0) goto failed;
    *port = address.nl_pid;
    return fd;
failed:;
    int error = errno;
    close(fd);
    return -error;
}

int cl_netlink_join(int fd, uint32_t group) {
    return setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0 ? -errno : 0;
}

int cl_netlink_stamp(void *request, size_t length, uint32_t sequence, uint16_t flags) {
    struct nlmsghdr header;
    if (length < NLMSG_HDRLEN || length > UINT32_MAX) return -EINVAL;
    memcpy(&header, request, sizeof header);
    header.nlmsg_len = (uint32_t)length;
    header.nlmsg_seq = sequence;
    header.nlmsg_pid = 0;
    header.nlmsg_flags |= flags;
    memcpy(request, &header, sizeof header);
    return 0;
}

// Attributes that follow the error (and, without NETLINK_CAP_ACK, the quoted request).
static void read_extended_ack(const char *from, size_t length, struct cl_netlink_summary *out) {
    struct nlattr attribute;
    while (length >= sizeof attribute) {
        memcpy(&attribute, from, sizeof attribute);
        if (attribute.nla_len < NLA_HDRLEN || attribute.nla_len > length) return;
        size_t size = attribute.nla_len - NLA_HDRLEN;
        if ((attribute.nla_type & NLA_TYPE_MASK) == NLMSGERR_ATTR_MSG) {
            size_t keep = size < sizeof out->text ? size : sizeof out->text - 1;
            memcpy(out->text, from + NLA_HDRLEN, keep);
            out->text[keep] = 0;
        } else if ((attribute.nla_type & NLA_TYPE_MASK) == NLMSGERR_ATTR_OFFS && size >= sizeof out->offset) {
            memcpy(&out->offset, from + NLA_HDRLEN, sizeof out->offset);
        }
        size_t step = NLA_ALIGN(attribute.nla_len);
        if (step >= length) return;
        from += step;
        length -= step;
    }
}

static void read_end(const struct nlmsghdr *header, const char *body, size_t length, struct cl_netlink_summary *out) {
    int32_t error = 0;
    size_t skip = sizeof error;
    if (length >= sizeof error) memcpy(&error, body, sizeof error);
    out->error = -error;
    if (header->nlmsg_type == NLMSG_ERROR) {
        struct nlmsghdr quoted;
        if (length < sizeof error + sizeof quoted) {
            out->malformed = 1;
            return;
        }
        memcpy(&quoted, body + sizeof error, sizeof quoted);
        int whole = error != 0 && !(header->nlmsg_flags & NLM_F_CAPPED);
        skip += whole ? NLMSG_ALIGN(quoted.nlmsg_len) : sizeof quoted;
    }
    if ((header->nlmsg_flags & NLM_F_ACK_TLVS) && skip < length) read_extended_ack(body + skip, length - skip, out);
}

void cl_netlink_summarize(const void *datagram, size_t length, uint32_t sequence, struct cl_netlink_summary *out) {
    const char *at = datagram;
    struct nlmsghdr header;
    memset(out, 0, sizeof *out);
    while (length > 0) {
        if (length < sizeof header) break;
        memcpy(&header, at, sizeof header);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > length) break;
        if (header.nlmsg_seq != sequence) {
            out->foreign++;
        } else {
            if (header.nlmsg_flags & NLM_F_DUMP_INTR) out->interrupted = 1;
            if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) {
                if (header.nlmsg_type == NLMSG_DONE) out->done = 1;
                else out->acknowledged = 1;
                read_end(&header, at + NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN, out);
            } else {
                out->messages++;
            }
        }
        size_t step = NLMSG_ALIGN(header.nlmsg_len);
        if (step >= length) return;
        at += step;
        length -= step;
    }
    if (length > 0) out->malformed = 1;
}

ssize_t cl_netlink_send(int fd, const void *data, size_t length) {
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    ssize_t sent = sendto(fd, data, length, MSG_NOSIGNAL, (struct sockaddr *)&kernel, sizeof kernel);
    return sent < 0 ? -errno : sent;
}

ssize_t cl_netlink_receive(int fd, void *data, size_t length, int flags) {
    for (;;) {
        struct sockaddr_nl from = {0};
        socklen_t size = sizeof from;
        ssize_t got = recvfrom(fd, data, length, flags | MSG_TRUNC, (struct sockaddr *)&from, &size);
        if (got < 0) return -errno;
        if (from.nl_pid != 0) continue;
        return (size_t)got > length ? -EMSGSIZE : got;
    }
}
