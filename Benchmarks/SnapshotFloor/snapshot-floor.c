// What a look at namespaces costs who only asks the kernel and reads what it says, without a thought about it: the floor.
//
//   cc -O2 -Wall -Wextra -o snapshot-floor snapshot-floor.c && ./snapshot-floor ROUNDS /run/netns/*
//
// It asks each namespace what Tocsin asks it, over two sockets that it opens there, and prints microseconds of CPU time for one.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[1 << 18];

static void check(int is_right, const char *what) {
    if (is_right) return;
    perror(what);
    exit(1);
}

static void dump(int fd, int type, unsigned char family, size_t length, const void *more, size_t more_length) {
    struct {
        struct nlmsghdr header;
        char body[64];
    } request = {.header = {.nlmsg_len = (unsigned)(NLMSG_HDRLEN + length + more_length),
                            .nlmsg_type = (unsigned short)type,
                            .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                            .nlmsg_seq = 1}};
    request.body[0] = (char)family;
    if (more_length > 0) memcpy(request.body + length, more, more_length);
    check(send(fd, &request, request.header.nlmsg_len, 0) > 0, "send");
    for (;;) {
        ssize_t got = recv(fd, buffer, sizeof buffer, 0);
        check(got > 0, "recv");
        size_t left = (size_t)got;
        for (struct nlmsghdr *message = (struct nlmsghdr *)buffer; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left))
            if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) return;
    }
}

static void look(const char *path, int home) {
    int namespace = open(path, O_RDONLY | O_CLOEXEC);
    check(namespace >= 0, path);
    check(setns(namespace, CLONE_NEWNET) == 0, "setns");
    int route = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    int netfilter = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    check(route >= 0 && netfilter >= 0, "socket");
    check(setns(home, CLONE_NEWNET) == 0, "setns");
    close(namespace);
    dump(route, RTM_GETLINK, 0, sizeof(struct ifinfomsg), NULL, 0);
    dump(route, RTM_GETADDR, 0, sizeof(struct ifaddrmsg), NULL, 0);
    dump(route, RTM_GETROUTE, AF_INET, sizeof(struct rtmsg), NULL, 0);
    dump(route, RTM_GETROUTE, AF_INET6, sizeof(struct rtmsg), NULL, 0);
    dump(route, RTM_GETRULE, 0, sizeof(struct rtmsg), NULL, 0);
    dump(route, RTM_GETNEIGH, 0, sizeof(struct ndmsg), NULL, 0);
    dump(route, RTM_GETNEIGH, 0, sizeof(struct ndmsg), NULL, 0);
    dump(route, RTM_GETQDISC, 0, sizeof(struct tcmsg), NULL, 0);
    dump(route, RTM_GETNEXTHOP, 0, sizeof(struct nhmsg), NULL, 0);
    dump(route, RTM_GETADDRLABEL, AF_INET6, 12, NULL, 0);
    dump(netfilter, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE, 0, sizeof(struct nfgenmsg), NULL, 0);
    close(route), close(netfilter);
}

static double seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int count, char **words) {
    if (count < 3) return fprintf(stderr, "usage: snapshot-floor ROUNDS NAMESPACE...\n"), 2;
    int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), rounds = atoi(words[1]);
    for (int i = 2; i < count; i++) look(words[i], home);
    double before = seconds();
    for (int round = 0; round < rounds; round++)
        for (int i = 2; i < count; i++) look(words[i], home);
    printf("%.1f\n", (seconds() - before) * 1e6 / rounds / (count - 2));
    return 0;
}
