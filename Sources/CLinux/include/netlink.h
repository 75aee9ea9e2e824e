// Netlink sockets, and just enough of the message header to tell when an answer is complete.
#ifndef CLINUX_NETLINK_H
#define CLINUX_NETLINK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    CL_NETLINK_HEADER = 16,
    CL_NETLINK_TEXT = 256,
};

/// What one received datagram says about the request with sequence number `sequence`.
struct cl_netlink_summary {
    uint32_t messages;    // data messages that answer the request
    uint32_t foreign;     // messages with another sequence number
    uint8_t done;         // NLMSG_DONE was seen
    uint8_t acknowledged; // NLMSG_ERROR was seen, error 0 or not
    uint8_t interrupted;  // NLM_F_DUMP_INTR was set on any message
    uint8_t malformed;    // a length in the datagram does not fit
    int32_t error;        // errno of NLMSG_DONE or NLMSG_ERROR, positive; 0 is success
    uint32_t offset;      // NLMSGERR_ATTR_OFFS, or 0
    char text[CL_NETLINK_TEXT]; // NLMSGERR_ATTR_MSG, or ""
};

/// Opens and binds a socket with extended acks and (where the protocol has it) strict checking.
int cl_netlink_open(int protocol, uint32_t *_Nonnull port);
int cl_netlink_join(int fd, uint32_t group);
/// Writes length, sequence, port and extra flags into the header of a request.
int cl_netlink_stamp(void *_Nonnull request, size_t length, uint32_t sequence, uint16_t flags);
void cl_netlink_summarize(const void *_Nonnull datagram, size_t length, uint32_t sequence,
                          struct cl_netlink_summary *_Nonnull out);
ssize_t cl_netlink_send(int fd, const void *_Nonnull data, size_t length);
/// One datagram from the kernel; -EMSGSIZE when it was longer than `length`. Datagrams of other senders are dropped.
ssize_t cl_netlink_receive(int fd, void *_Nonnull data, size_t length, int flags);

extern const uint16_t CL_NLM_F_ACK;
extern const uint16_t CL_NLM_F_DUMP;
extern const uint16_t CL_NLM_F_REQUEST;
extern const int CL_NETLINK_ROUTE;
extern const int CL_NETLINK_NETFILTER;
extern const int CL_NETLINK_SOCK_DIAG;
extern const int CL_NETLINK_GENERIC;
extern const int CL_NETLINK_XFRM;

#endif
