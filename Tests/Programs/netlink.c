// What a program sees of its netlink sockets, printed line by line: run natively and under Tocsin, it must print the same.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static char buffer[65536];

static int opened(unsigned groups) {
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0) exit(70);
    return fd;
}

struct route {
    struct nlmsghdr header;
    struct rtmsg route;
    struct rtattr to_header;
    uint32_t to;
    struct rtattr device_header;
    uint32_t device;
};

// A host route over a device: 1 is there, 999 is not (ENODEV).
static struct route route(uint32_t sequence, uint16_t flags, uint32_t number, uint32_t device) {
    return (struct route){
        .header = {sizeof(struct route), RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_CREATE | flags, sequence, 0},
        .route = {.rtm_family = AF_INET, .rtm_dst_len = 32, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
                  .rtm_scope = RT_SCOPE_LINK, .rtm_type = RTN_UNICAST},
        .to_header = {8, RTA_DST}, .to = __builtin_bswap32(0xc6336400u + number),
        .device_header = {8, RTA_OIF}, .device = device};
}

static void add(int fd, uint32_t sequence, uint16_t flags, uint32_t number, uint32_t device) {
    struct route request = route(sequence, flags, number, device);
    if (send(fd, &request, sizeof request, 0) != sizeof request) exit(71);
}

static void ask_link(int fd, uint32_t sequence, uint16_t flags, int index) {
    struct { struct nlmsghdr header; struct ifinfomsg link; } request = {
        {sizeof request, RTM_GETLINK, NLM_F_REQUEST | flags, sequence, 0}, {.ifi_index = index}};
    if (send(fd, &request, sizeof request, 0) < 0) exit(72);
}

// Each message: its type, number and code; the port is another in each run.
static void tell(const char *how, long got, const char *bytes, int flags) {
    printf("%s %ld%s%s", how, got, got < 0 ? " " : "", got < 0 ? strerrorname_np(errno) : "");
    if (flags & MSG_TRUNC) printf(" truncated");
    for (const struct nlmsghdr *h = (const void *)bytes; got >= (long)sizeof *h && NLMSG_OK(h, got); h = NLMSG_NEXT(h, got)) {
        if (h->nlmsg_type == RTM_NEWLINK) continue;
        printf(" [type %u seq %u flags %x", h->nlmsg_type, h->nlmsg_seq, h->nlmsg_flags);
        if (h->nlmsg_type == NLMSG_ERROR) {
            const struct nlmsgerr *e = NLMSG_DATA(h);
            printf(" error %d of %u.%x.%u.%u", e->error, e->msg.nlmsg_type, e->msg.nlmsg_flags, e->msg.nlmsg_len, e->msg.nlmsg_pid);
            for (unsigned n = 36; n < h->nlmsg_len; n++) printf("%s%02x", n == 36 ? " " : "", ((const unsigned char *)h)[n]);
        }
        printf("]");
    }
    printf("\n");
}

static long take(int fd, size_t room, int flags) {
    struct iovec vector = {buffer, room};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    long got = recvmsg(fd, &message, flags);
    int error = errno;
    tell("recvmsg", got, buffer, got < 0 ? 0 : message.msg_flags);
    errno = error;
    return got;
}

static void bridges(int count) {
    for (int n = 0; n < count; n++) {
        char command[64];
        snprintf(command, sizeof command, "ip link add br%d type bridge", n);
        if (system(command) != 0) exit(73);
    }
}

// Dumps with several parts: their sizes depend on how the socket was read before.
static void dumps(void) {
    bridges(20);
    for (int size = 4096; size <= 32768; size *= 2) {
        int fd = opened(0);
        for (int round = 0; round < 2; round++) {
            ask_link(fd, (uint32_t)(size + round), NLM_F_DUMP, 0);
            for (int done = 0; !done;) {
                long got = take(fd, (size_t)size, 0);
                if (got <= 0) break;
                for (struct nlmsghdr *h = (void *)buffer; NLMSG_OK(h, got); h = NLMSG_NEXT(h, got)) done |= h->nlmsg_type == NLMSG_DONE;
            }
            // On the same socket, between dumps.
            ask_link(fd, 7, 0, 1);
            take(fd, (size_t)size, 0);
        }
        // A request while a dump is running.
        ask_link(fd, 8, NLM_F_DUMP, 0);
        ask_link(fd, 9, 0, 1);
        while (take(fd, (size_t)size, MSG_DONTWAIT) > 0) {}
        close(fd);
    }
    struct ifaddrs *all = NULL;
    int count = 0;
    printf("getifaddrs %d", getifaddrs(&all));
    for (struct ifaddrs *one = all; one; one = one->ifa_next) count++;
    printf(" %d\n", count);
    struct if_nameindex *names = if_nameindex();
    for (count = 0; names && names[count].if_index; count++) {}
    printf("if_nameindex %d\n", count);
}

// Overruns a socket, asks, and reads: the first receive says ENOBUFS.
static void overrun(void) {
    int fd = opened(RTMGRP_IPV4_ROUTE), other = opened(0), small = 2304;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    for (uint32_t n = 0; n < 20; n++) {
        add(other, n + 1, NLM_F_ACK, n, 1);
        recv(other, buffer, sizeof buffer, 0);
    }
    ask_link(fd, 100, 0, 1);
    while (take(fd, 8192, MSG_DONTWAIT) >= 0 || errno == ENOBUFS) {}
    ask_link(fd, 101, 0, 1);
    take(fd, 8192, 0);
}

// Requests in flight that share one number: the second and the fourth fail.
static void pipelined(void) {
    int fd = opened(0);
    add(fd, 5, NLM_F_ACK, 1, 1);
    add(fd, 5, NLM_F_ACK | NLM_F_EXCL, 1, 1);
    add(fd, 5, NLM_F_ACK, 2, 1);
    add(fd, 5, NLM_F_ACK | NLM_F_EXCL, 2, 1);
    for (int n = 0; n < 4; n++) take(fd, 8192, 0);
    add(fd, 5, NLM_F_ACK, 3, 1);
    take(fd, 8192, 0);
}

// An event loop that listens where it asks, and asks twice before it reads.
static void loop(void) {
    int fd = opened(RTMGRP_IPV4_ROUTE), waiting = epoll_create1(EPOLL_CLOEXEC), acknowledged = 0;
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(waiting, EPOLL_CTL_ADD, fd, &event);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    for (uint32_t n = 0; n < 50; n++) {
        add(fd, 2 * n, NLM_F_ACK, n, 1);
        add(fd, 2 * n + 1, NLM_F_ACK | NLM_F_EXCL, n % 3 == 2 ? n : 1000 + n, n % 5 == 4 ? 999 : 1);
        while (acknowledged < (int)(2 * n + 2)) {
            if (epoll_wait(waiting, &event, 1, -1) < 0) printf("epoll_wait %s\n", strerrorname_np(errno));
            take(fd, 0, MSG_PEEK | MSG_TRUNC);
            if (take(fd, 4096, 0) > 0 && ((struct nlmsghdr *)buffer)->nlmsg_type == NLMSG_ERROR) acknowledged++;
        }
        // Nothing more: the receive that finds the queue empty.
        take(fd, 4096, 0);
    }
}

// Requests that want no acknowledgement: only failures are answered.
static void quiet(void) {
    int fd = opened(0);
    add(fd, 1, 0, 1, 1);
    add(fd, 2, 0, 2, 999);
    add(fd, 3, 0, 3, 1);
    take(fd, 4096, MSG_DONTWAIT);
    take(fd, 4096, MSG_DONTWAIT);
    add(fd, 4, NLM_F_EXCL, 1, 1);
    add(fd, 5, NLM_F_ACK, 4, 1);
    take(fd, 4096, 0);
    take(fd, 4096, 0);
}

static int shared;
static int failures;

static void *reader(void *count) {
    char own[8192];
    for (long n = 0; n < (long)count; n++) {
        long got = recv(shared, own, sizeof own, 0);
        const struct nlmsghdr *h = (void *)own;
        if (got < 36 || h->nlmsg_type != NLMSG_ERROR) exit(74);
        if (((const struct nlmsgerr *)NLMSG_DATA(h))->error != 0) __atomic_add_fetch(&failures, 1, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

// One thread sends, two others read the answers.
static void readers(void) {
    pthread_t threads[2];
    shared = opened(0);
    for (int n = 0; n < 2; n++) pthread_create(&threads[n], NULL, reader, (void *)100L);
    for (uint32_t n = 0; n < 200; n++) add(shared, n + 1, NLM_F_ACK | NLM_F_EXCL, n % 4 == 3 ? n - 1 : n, 1);
    for (int n = 0; n < 2; n++) pthread_join(threads[n], NULL);
    printf("failures %d\n", failures);
}

static void *work(void *own) {
    if (own && unshare(CLONE_FILES) < 0) exit(75);
    // Its number is another file's in the table of the first thread, where there still is one.
    int spare = open("/dev/null", O_RDONLY | O_CLOEXEC), fd = opened(0);
    for (uint32_t n = 0; n < 3; n++) {
        add(fd, n + 1, NLM_F_ACK | NLM_F_EXCL, n % 3 == 2 ? 1 : n, 1);
        take(fd, 8192, 0);
    }
    close(spare);
    fflush(stdout);
    if (!own) _exit(0);
    return NULL;
}

// Work in a thread with descriptors of its own.
static void table(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, "own");
    pthread_join(thread, NULL);
}

// The first thread ends, another goes on.
static void orphan(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_exit(NULL);
}

// sendmmsg(2) of 70 messages, and of three whose lengths are no multiple of four.
static void many(void) {
    enum { COUNT = 70 };
    struct route requests[COUNT];
    struct iovec vectors[COUNT];
    struct mmsghdr messages[COUNT];
    int fd = opened(0);
    memset(messages, 0, sizeof messages);
    for (uint32_t n = 0; n < COUNT; n++) {
        requests[n] = route(n + 1, NLM_F_ACK | NLM_F_EXCL, n % 10 == 9 ? n - 1 : n, 1);
        vectors[n] = (struct iovec){&requests[n], sizeof requests[n]};
        messages[n].msg_hdr.msg_iov = &vectors[n];
        messages[n].msg_hdr.msg_iovlen = 1;
    }
    printf("sendmmsg %d\n", sendmmsg(fd, messages, COUNT, 0));
    for (int n = 0; n < COUNT; n++) take(fd, 8192, 0);
    for (uint32_t n = 0; n < 3; n++) {
        // A name, as long as it is: the attribute, and with it the message, need no padding at their end.
        static struct { struct nlmsghdr header; struct ifinfomsg link; struct rtattr name_header; char name[8]; } links[3];
        links[n].name_header = (struct rtattr){(unsigned short)(4 + 4 + n), IFLA_IFNAME};
        snprintf(links[n].name, sizeof links[n].name, "%.*s", (int)(3 + n), "lo\0\0\0\0");
        links[n].header = (struct nlmsghdr){(uint32_t)(sizeof links[n].header + sizeof links[n].link + 4 + 4 + n), RTM_GETLINK, NLM_F_REQUEST, 200 + n, 0};
        vectors[n] = (struct iovec){&links[n], links[n].header.nlmsg_len};
    }
    printf("sendmmsg %d\n", sendmmsg(fd, messages, 3, 0));
    for (int n = 0; n < 3; n++) printf("answer %d\n", recv(fd, buffer, sizeof buffer, 0) > 0);
}

// The answer to a request that fails, read in every way there is. Each route is added twice, the second time refused: so it
// is natively, and so it is when Tocsin makes the second one fail.
static void failed(void) {
    static const char *const ways[] = {"recv", "recvfrom", "recvmsg", "recvmmsg", "read", "readv", "peek", "length", "short", "tiny"};
    for (uint32_t way = 0; way < sizeof ways / sizeof *ways; way++) {
        int fd = opened(0), capped = way % 2, flags = 0;
        setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &capped, sizeof capped);
        add(fd, 1, NLM_F_ACK, 50 + way, 1);
        recv(fd, buffer, sizeof buffer, 0);
        add(fd, 2, NLM_F_ACK | NLM_F_EXCL, 50 + way, 1);
        memset(buffer, 0, sizeof buffer);
        struct iovec vectors[] = {{buffer, 20}, {buffer + 20, 4000}};
        struct msghdr message = {.msg_iov = vectors, .msg_iovlen = 2};
        struct mmsghdr messages[2] = {{.msg_hdr = message}, {.msg_hdr = message}};
        long got = 0;
        switch (way) {
        case 0: got = recv(fd, buffer, 4096, 0); break;
        case 1: got = recvfrom(fd, buffer, 4096, 0, NULL, NULL); break;
        case 2: got = recvmsg(fd, &message, 0); flags = message.msg_flags; break;
        case 3:
            got = recvmmsg(fd, messages, 2, MSG_DONTWAIT, NULL);
            printf("recvmmsg %ld\n", got);
            got = messages[0].msg_len;
            flags = messages[0].msg_hdr.msg_flags;
            break;
        case 4: got = read(fd, buffer, 4096); break;
        case 5: got = readv(fd, vectors, 2); break;
        case 6:
            got = recv(fd, buffer, 4096, MSG_PEEK);
            tell("first", got, buffer, 0);
            got = recv(fd, buffer, 4096, 0);
            break;
        case 7:
            printf("length %ld\n", recv(fd, NULL, 0, MSG_PEEK | MSG_TRUNC));
            got = recvmsg(fd, &message, 0);
            flags = message.msg_flags;
            break;
        case 8:
            message.msg_iovlen = 1;
            vectors[0].iov_len = 40;
            got = recvmsg(fd, &message, 0);
            flags = message.msg_flags;
            printf("code %d\n", ((struct nlmsgerr *)NLMSG_DATA(buffer))->error);
            break;
        default:
            got = recv(fd, buffer, 20, MSG_TRUNC);
            printf("code %d\n", ((struct nlmsgerr *)NLMSG_DATA(buffer))->error);
        }
        tell(ways[way], got, buffer, flags);
        got = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
        printf("then %ld %s\n", got, strerrorname_np(errno));
        close(fd);
    }
}

// Two threads, the second blocked in a receive on the socket before the request that fails is sent.
static void *blocked(void *unused) {
    (void)unused;
    take(shared, 8192, 0);
    return NULL;
}

static void waiting(void) {
    pthread_t thread;
    struct timeval limit = {.tv_sec = 20};
    shared = opened(0);
    add(shared, 1, NLM_F_ACK, 1, 1);
    recv(shared, buffer, sizeof buffer, 0);
    // Interrupted, a receive with a limit would end with EINTR.
    setsockopt(shared, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    pthread_create(&thread, NULL, blocked, NULL);
    usleep(100000);
    add(shared, 2, NLM_F_ACK | NLM_F_EXCL, 1, 1);
    pthread_join(thread, NULL);
}

static void ignore(int signal) { (void)signal; }

// A send to another socket, whose queue is full: a signal interrupts it, and the kernel makes it again.
static void restarted(void) {
    int fd = opened(0), other = opened(0), small = 2304, status = 0;
    struct sockaddr_nl address = {.nl_family = AF_NETLINK}, to = {.nl_family = AF_NETLINK};
    socklen_t size = sizeof address;
    struct route request = route(1, NLM_F_ACK, 1, 1);
    setsockopt(other, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    getsockname(other, (struct sockaddr *)&address, &size);
    to.nl_pid = address.nl_pid;
    int sent = 0;
    while (sendto(fd, &request, sizeof request, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof to) > 0) sent++;
    printf("full %s\n", strerrorname_np(errno));
    struct sigaction action = {.sa_handler = ignore, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        for (int n = 0; n < 5; n++) usleep(20000), kill(parent, SIGUSR1);
        while (recv(other, buffer, sizeof buffer, MSG_DONTWAIT) > 0) {}
        _exit(0);
    }
    printf("sent %zd\n", sendto(fd, &request, sizeof request, 0, (struct sockaddr *)&to, sizeof to));
    (void)status;
}

// A million requests, or fewer: to see what the tracer keeps.
static void steady(int count) {
    int fd = opened(0);
    for (int n = 0; n < count; n++) {
        ask_link(fd, (uint32_t)n, 0, 1);
        if (recv(fd, buffer, 8192, 0) <= 0) exit(76);
    }
}

int main(int count, char **words) {
    if (count < 2) return 64;
    setvbuf(stdout, NULL, _IOFBF, 1 << 20);
    if (system("ip link set lo up") != 0) return 65;
    static const struct { const char *name; void (*run)(void); } all[] = {
        {"dumps", dumps}, {"overrun", overrun}, {"pipelined", pipelined}, {"loop", loop}, {"quiet", quiet},
        {"readers", readers}, {"table", table}, {"orphan", orphan}, {"many", many}, {"failed", failed},
        {"waiting", waiting}, {"restarted", restarted}};
    for (size_t n = 0; n < sizeof all / sizeof *all; n++)
        if (strcmp(words[1], all[n].name) == 0) {
            all[n].run();
            return 0;
        }
    if (strcmp(words[1], "steady") == 0 && count > 2) return steady(atoi(words[2])), 0;
    return 64;
}
