// How a tracer can learn what the kernel answered to a netlink request: the candidates, measured and held against a native run.
//
//   cc -O2 -Wall -Wextra -o /tmp/netlink-answers netlink-answers.c && /tmp/netlink-answers
//
// Each agent runs natively and under each way in a network namespace of its own, all on one CPU. Printed are stops and
// microseconds a request, how many results the tracer knew (and how many of them were right), and whether the agent saw
// what it sees natively: every receive's return value, errno and flags are compared.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum way { NATIVE, LARGE, SMALL, RECEIVES, ENTRIES, FOLLOW, HYBRID, WAYS };
static const char *const way_names[] = {
    "native", "peek of 16 KiB at the send's exit", "peek of 64 bytes, if the queue was empty",
    "receives trapped, entry and exit", "receives trapped, peek at their entry", "thread followed until it has read",
    "peek if empty, else followed"};
enum { LOG = 4096, MAX = 200000 };

// What the agent saw, and what it was told: shared with the parent.
struct seen {
    unsigned receives, requests;
    double nanoseconds;
    struct { long result; int error, flags; } receive[LOG];
    int8_t answer[MAX];   // errno of the n-th request (its sequence number), -1 unread
};
static struct seen *seen;
static int8_t known[MAX]; // what the tracer knew: -1 unknown

static long note(long result, int flags) {
    int error = result < 0 ? errno : 0;
    if (seen->receives < LOG) {
        seen->receive[seen->receives].result = result;
        seen->receive[seen->receives].error = error;
        seen->receive[seen->receives].flags = flags;
    }
    seen->receives++;
    errno = error;
    return result;
}

struct request {
    struct nlmsghdr header;
    union { struct ifinfomsg link; struct { struct rtmsg route; struct rtattr attribute; uint32_t to; struct rtattr other; uint32_t index; } r; } body;
};

static int opened(unsigned groups) {
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0) _exit(70);
    return fd;
}

static void ask(int fd, uint16_t type, uint16_t flags, uint32_t sequence, int index) {
    struct request request = {.header = {.nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | flags, .nlmsg_seq = sequence}};
    if (type == RTM_NEWROUTE) {
        request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.body.r);
        request.body.r.route = (struct rtmsg){.rtm_family = AF_INET, .rtm_dst_len = 32, .rtm_table = RT_TABLE_MAIN,
            .rtm_protocol = RTPROT_STATIC, .rtm_scope = RT_SCOPE_LINK, .rtm_type = RTN_UNICAST};
        request.body.r.attribute = (struct rtattr){8, RTA_DST};
        request.body.r.to = __builtin_bswap32(0xc6336400u + sequence % 65536);
        request.body.r.other = (struct rtattr){8, RTA_OIF};
        request.body.r.index = (uint32_t)index;
    } else {
        request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.body.link);
        request.body.link.ifi_index = index;
    }
    if (send(fd, &request, request.header.nlmsg_len, 0) < 0) _exit(71);
    seen->requests++;
}

static long take(int fd, void *buffer, size_t size, int flags) {
    struct iovec vector = {buffer, size};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    long got = recvmsg(fd, &message, flags);
    note(got, got < 0 ? 0 : message.msg_flags);
    return got;
}

static void learn(const char *buffer, long got) {
    for (const struct nlmsghdr *h = (const void *)buffer; got >= (long)sizeof *h && NLMSG_OK(h, got); h = NLMSG_NEXT(h, got))
        if (h->nlmsg_seq < MAX && seen->answer[h->nlmsg_seq] < 0 && h->nlmsg_type != RTM_NEWROUTE)
            seen->answer[h->nlmsg_seq] = h->nlmsg_type == NLMSG_ERROR ? (int8_t)-((const struct nlmsgerr *)NLMSG_DATA(h))->error : 0;
}

static char buffer[65536];

// One request at a time, as iproute2 does: a peek with no room for the length, then the receive. Every third one fails.
static void routes(int count) {
    int fd = opened(0);
    for (int n = 0; n < count; n++) {
        ask(fd, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE, (uint32_t)n, n % 3 == 2 ? 999 : 1);
        long size = take(fd, buffer, 0, MSG_PEEK | MSG_TRUNC);
        learn(buffer, take(fd, buffer, (size_t)size, 0));
    }
}

// The benchmark's: one link, asked for and received.
static void links(int count) {
    int fd = opened(0);
    for (int n = 0; n < count; n++) {
        ask(fd, RTM_GETLINK, 0, (uint32_t)n, n % 3 == 2 ? 999 : 1);
        learn(buffer, take(fd, buffer, 8192, 0));
    }
}

// An event loop that listens on the socket on which it asks: each answer stands behind notifications, and a second request
// is on its way before the first answer is read.
static void loop(int count) {
    int fd = opened(RTMGRP_IPV4_ROUTE);
    for (int n = 0; n + 1 < count; n += 2) {
        ask(fd, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, (uint32_t)n, 1);
        ask(fd, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE, (uint32_t)n + 1, n % 3 == 2 ? 999 : 1);
        struct pollfd item = {.fd = fd, .events = POLLIN};
        while (seen->answer[n + 1] < 0 && poll(&item, 1, -1) == 1)
            learn(buffer, take(fd, buffer, sizeof buffer, MSG_DONTWAIT));
    }
}

// Dumps into buffers of 8 KiB: 60 links. Each has several parts, the later ones made at the receive.
static void dumps(int count) {
    int fd = opened(0);
    for (int n = 0; n < count; n++) {
        ask(fd, RTM_GETLINK, NLM_F_DUMP, (uint32_t)n, 0);
        for (int done = 0; !done;) {
            long got = take(fd, buffer, 8192, 0);
            learn(buffer, got);
            if (got <= 0) break;
            for (struct nlmsghdr *h = (void *)buffer; NLMSG_OK(h, got); h = NLMSG_NEXT(h, got))
                if (h->nlmsg_type == NLMSG_DONE) done = 1;
        }
    }
}

// Overruns its own socket, then asks, then reads: natively the first receive says ENOBUFS.
static void overrun(int count) {
    for (int n = 0; n < count; n++) {
        int fd = opened(RTMGRP_IPV4_ROUTE), other = opened(0), small = 2304;
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        for (int i = 0; i < 20; i++) {
            ask(other, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, (uint32_t)(count + n * 20 + i), 1);
            learn(buffer, take(other, buffer, 8192, 0));
        }
        ask(fd, RTM_GETLINK, 0, (uint32_t)n, 1);
        while (take(fd, buffer, 8192, MSG_DONTWAIT) >= 0 || errno == ENOBUFS) ;
        close(fd);
        close(other);
    }
}

static const struct { const char *name; void (*run)(int); int count, links; } agents[] = {
    {"route adds, one at a time (iproute2)", routes, 3000, 0}, {"a link asked for (the benchmark)", links, 3000, 0},
    {"event loop, two requests in flight", loop, 3000, 0}, {"dumps of 60 links into 8 KiB", dumps, 30, 60},
    {"overrun, then a request", overrun, 20, 0}};

static void filter(int receives) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_sendto, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, receives ? __NR_recvmsg : __NR_sendto, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, receives ? __NR_recvfrom : __NR_sendto, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE)};
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0) _exit(72);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int add_links(int count) {
    int fd = opened(0);
    ask(fd, RTM_NEWLINK, NLM_F_ACK, 0, 1);
    recv(fd, buffer, sizeof buffer, 0);
    for (int n = 0; n < count; n++) {
        char command[96];
        snprintf(command, sizeof command, "ip link add b%d type bridge", n);
        if (system(command) != 0) return -1;
    }
    close(fd);
    return system("ip link set lo up");
}

// The answers in a buffer: what came of each request.
static int digest(const char *bytes, long count) {
    int any = 0;
    while (count >= (long)sizeof(struct nlmsghdr)) {
        struct nlmsghdr h;
        memcpy(&h, bytes, sizeof h);
        if (h.nlmsg_len < sizeof h) break;
        int error = 0;
        if (h.nlmsg_type == NLMSG_ERROR && count >= 20) memcpy(&error, bytes + 16, 4);
        // The kernel's notifications repeat a number too, but never to the port of the one that listens.
        if (h.nlmsg_seq < MAX && known[h.nlmsg_seq] == -1 && (h.nlmsg_type == NLMSG_ERROR || h.nlmsg_type == RTM_NEWLINK))
            known[h.nlmsg_seq] = (int8_t)-error, any = 1;
        if (h.nlmsg_len >= count) break;
        bytes += NLMSG_ALIGN(h.nlmsg_len);
        count -= NLMSG_ALIGN(h.nlmsg_len);
    }
    return any;
}

static unsigned long trace(pid_t child, enum way way) {
    unsigned long stops = 0;
    int status, duplicate = -1, empty = 0, following = 0, waiting = 0;
    uint32_t sequence = 0;
    struct __ptrace_syscall_info info, entry = {0};
    int pidfd = (int)syscall(SYS_pidfd_open, child, 0);
    while (waitpid(child, &status, __WALL) == child && !WIFEXITED(status) && !WIFSIGNALED(status)) {
        int event = status >> 16, request = following ? PTRACE_SYSCALL : PTRACE_CONT;
        stops++;
        ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info);
        if (event == PTRACE_EVENT_SECCOMP && info.seccomp.nr == __NR_sendto) {
            char head[16];
            struct iovec local = {head, sizeof head}, remote = {(void *)info.seccomp.args[1], sizeof head};
            process_vm_readv(child, &local, 1, &remote, 1, 0);
            memcpy(&sequence, head + 8, 4);
            duplicate = (int)syscall(SYS_pidfd_getfd, pidfd, (int)info.seccomp.args[0], 0);
            struct pollfd item = {.fd = duplicate, .events = POLLIN};
            uint16_t type, flags;
            memcpy(&type, head + 4, 2);
            memcpy(&flags, head + 6, 2);
            empty = poll(&item, 1, 0) == 0 && !(type == RTM_GETLINK && (flags & NLM_F_DUMP) == NLM_F_DUMP);
            entry = info;
            if (way == RECEIVES || way == ENTRIES) {
                waiting++;
                close(duplicate);
                duplicate = -1;
            } else {
                request = PTRACE_SYSCALL;
            }
        } else if (event == PTRACE_EVENT_SECCOMP) {
            entry = info;
            if (way == RECEIVES) request = PTRACE_SYSCALL;
            if (way == ENTRIES && waiting) {
                int fd = (int)syscall(SYS_pidfd_getfd, pidfd, (int)info.seccomp.args[0], 0);
                char head[64];
                long got = recv(fd, head, sizeof head, MSG_PEEK | MSG_DONTWAIT);
                if (got > 0 && digest(head, got)) waiting--;
                close(fd);
            }
        } else if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
            if (info.op == PTRACE_SYSCALL_INFO_ENTRY) entry = info;
            else if (info.op == PTRACE_SYSCALL_INFO_EXIT && duplicate >= 0) {
                int got = 0;
                if (way == LARGE) {
                    got = (int)recv(duplicate, buffer, 16384, MSG_PEEK | MSG_DONTWAIT);
                    if (got > 0) digest(buffer, got);
                } else if ((way == SMALL || way == HYBRID) && empty) {
                    struct pollfd item = {.fd = duplicate, .events = POLLIN};
                    // An error in wait is the agent's to read: a receive, even a peek, takes it (sock_error).
                    if (poll(&item, 1, 0) == 1 && item.revents == POLLIN) got = (int)recv(duplicate, buffer, 64, MSG_PEEK | MSG_DONTWAIT);
                    if (got > 0) digest(buffer, got);
                }
                close(duplicate);
                duplicate = -1;
                if ((way == FOLLOW || way == HYBRID) && known[sequence] == -1) following++, request = PTRACE_SYSCALL;
            } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && entry.op != PTRACE_SYSCALL_INFO_NONE && info.exit.rval > 0) {
                uint64_t nr = entry.op == PTRACE_SYSCALL_INFO_SECCOMP ? entry.seccomp.nr : entry.entry.nr;
                uint64_t *args = entry.op == PTRACE_SYSCALL_INFO_SECCOMP ? entry.seccomp.args : entry.entry.args;
                if (nr == __NR_recvmsg || nr == __NR_recvfrom) {
                    uint64_t words[7] = {0}, vector[2] = {args[1], args[2]};
                    struct iovec local = {words, sizeof words}, remote = {(void *)args[1], sizeof words};
                    if (nr == __NR_recvmsg) {
                        process_vm_readv(child, &local, 1, &remote, 1, 0);
                        local = (struct iovec){vector, sizeof vector}, remote = (struct iovec){(void *)words[2], sizeof vector};
                        process_vm_readv(child, &local, 1, &remote, 1, 0);
                    }
                    long count = info.exit.rval < (long)vector[1] ? info.exit.rval : (long)vector[1];
                    local = (struct iovec){buffer, (size_t)count}, remote = (struct iovec){(void *)vector[0], (size_t)count};
                    if (count > 0 && process_vm_readv(child, &local, 1, &remote, 1, 0) == count && digest(buffer, count) && following)
                        if (--following == 0) request = PTRACE_CONT;
                }
            }
        }
        int signal = event == 0 && WSTOPSIG(status) != (SIGTRAP | 0x80) ? WSTOPSIG(status) : 0;
        if (signal == SIGSTOP) signal = 0;
        ptrace(request, child, 0, (long)signal);
    }
    close(pidfd);
    return stops;
}

static unsigned long run(size_t agent, enum way way) {
    int gate[2];
    memset(seen, 0, sizeof *seen);
    memset(seen->answer, -1, sizeof seen->answer);
    memset(known, -1, sizeof known);
    if (pipe(gate) < 0 || unshare(CLONE_NEWNET) < 0 || add_links(agents[agent].links) != 0) exit(1);
    seen->requests = 0;
    pid_t child = fork();
    if (child == 0) {
        char byte;
        if (read(gate[0], &byte, 1) != 1) _exit(73);
        if (way != NATIVE) filter(way == RECEIVES || way == ENTRIES);
        double began = now();
        agents[agent].run(agents[agent].count);
        seen->nanoseconds = now() - began;
        _exit(0);
    }
    unsigned long stops = 0;
    if (way != NATIVE)
        ptrace(PTRACE_SEIZE, child, 0, PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    if (write(gate[1], "x", 1) != 1) exit(1);
    if (way == NATIVE) waitpid(child, NULL, 0);
    else stops = trace(child, way);
    close(gate[0]);
    close(gate[1]);
    return stops;
}

int main(void) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(1, &set);
    sched_setaffinity(0, sizeof set, &set);
    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct seen *native = malloc(sizeof *native);
    for (size_t agent = 0; agent < sizeof agents / sizeof *agents; agent++) {
        printf("\n%s\n  %-42s %9s %9s %10s %6s  %s\n", agents[agent].name, "way", "stops/req", "us/req", "known", "wrong", "what the agent saw");
        for (int way = 0; way < WAYS; way++) {
            double best = 1e18;
            unsigned long stops = 0;
            for (int round = 0; round < 5; round++) {
                stops = run(agent, (enum way)way);
                double each = seen->nanoseconds / seen->requests / 1000;
                if (each < best) best = each;
            }
            if (way == NATIVE) *native = *seen;
            unsigned told = 0, wrong = 0;
            for (int n = 0; n < MAX; n++) {
                if (known[n] != -1 && native->answer[n] != -1) told++, wrong += known[n] != native->answer[n];
            }
            unsigned differ = seen->receives != native->receives ||
                memcmp(seen->receive, native->receive, sizeof seen->receive) != 0;
            if (way == NATIVE) printf("  %-42s %9s %9.2f\n", way_names[way], "", best);
            else printf("  %-42s %9.2f %9.2f %5u/%-5u %5u  %s\n", way_names[way], (double)stops / seen->requests, best, told,
                        seen->requests, wrong, differ ? "DIFFERENT" : "the same");
        }
    }
    return 0;
}
