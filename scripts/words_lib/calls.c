// Makes system calls as its arguments say, one after another, and prints what each came to.
//
//   NAME=NUMBER[,ARGUMENT]...   a system call; prints `NAME ok` or `NAME ERRNO`. An argument is a number, s:TEXT, x:HEX (bytes),
//                               v:HEX (a vector of one part), b:SIZE (room), or r (what the call before returned)
//   netlink=PROTOCOL,HEX        sends the bytes, in which @eth0@ is the number of eth0, and reads all answers
//   catch=N ignore=N            what becomes of signal N; a caught one is printed
//   child                       the rest is done by a child, and how it ended is printed by its parent
//   thread                      the rest is done by a second thread
//   sleep=MS  say=TEXT  pause=FILE (until the file is there)
#define _GNU_SOURCE
#include <errno.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void say(const char *what, const char *came) {
    char line[4096];
    int length = snprintf(line, sizeof line, came ? "%s %s\n" : "%s\n", what, came);
    if (write(1, line, length) != length) _exit(71);
}

static int is_child;

static void caught(int number) {
    char line[] = "caught 00 by main \n";
    line[7] = '0' + number / 10, line[8] = '0' + number % 10;
    if (is_child) memcpy(line + 13, "child", 5);
    if (write(1, line, sizeof line - 1) != sizeof line - 1) _exit(71);
}

static const char *name_of(int number) { return number ? strerrorname_np(number) : "ok"; }

static unsigned char *bytes(const char *hex, size_t *length) {
    unsigned char *made = calloc(1, strlen(hex) + 64);
    *length = 0;
    while (*hex) {
        if (*hex == '@') {
            char device[IFNAMSIZ] = {0};
            const char *end = strchr(++hex, '@');
            memcpy(device, hex, end - hex);
            uint32_t index = if_nametoindex(device);
            memcpy(made + *length, &index, 4);
            *length += 4, hex = end + 1;
            continue;
        }
        unsigned byte;
        sscanf(hex, "%2x", &byte);
        made[(*length)++] = byte, hex += 2;
    }
    return made;
}

static long before;

static long argument(const char *word) {
    size_t length;
    if (word[0] && word[1] == ':') {
        if (word[0] == 's') return (long)(word + 2);
        if (word[0] == 'b') return (long)calloc(1, atoi(word + 2));
        unsigned char *made = bytes(word + 2, &length);
        if (word[0] == 'x') return (long)made;
        struct iovec *vector = malloc(sizeof *vector);
        *vector = (struct iovec){made, length};
        return (long)vector;
    }
    return !strcmp(word, "r") ? before : strtol(word, NULL, 0);
}

static void call(const char *name, char *rest) {
    long given[7] = {0};
    int count = 0;
    for (char *word = strtok(rest, ","); word && count < 7; word = strtok(NULL, ",")) given[count++] = argument(word);
    errno = 0;
    long result = syscall(given[0], given[1], given[2], given[3], given[4], given[5], given[6]);
    if (result == 0 && (!strncmp(name, "clone", 5) || !strcmp(name, "fork"))) _exit(0);
    if (result >= 0) before = result;
    say(name, name_of(result < 0 ? errno : 0));
}

static void netlink(char *rest) {
    char *comma = strchr(rest, ',');
    size_t length;
    unsigned char *request = bytes(comma + 1, &length);
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, atoi(rest));
    struct timeval limit = {2, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (fd < 0 || send(fd, request, length, 0) < 0) return say("netlink", name_of(errno));
    // Done with the first error, the last acknowledgement, or the end of a dump.
    int wanted = 0;
    for (size_t at = 0; at < length; at += NLMSG_ALIGN(((struct nlmsghdr *)(request + at))->nlmsg_len)) {
        struct nlmsghdr *header = (struct nlmsghdr *)(request + at);
        if (header->nlmsg_flags & (NLM_F_ACK | NLM_F_DUMP)) wanted++;
    }
    static unsigned char buffer[1 << 20];
    while (wanted > 0) {
        int got = recv(fd, buffer, sizeof buffer, 0);
        if (got < 0) return say("netlink", name_of(errno));
        for (struct nlmsghdr *one = (struct nlmsghdr *)buffer; NLMSG_OK(one, got); one = NLMSG_NEXT(one, got)) {
            if (one->nlmsg_type != NLMSG_ERROR && one->nlmsg_type != NLMSG_DONE) continue;
            int code = *(int *)NLMSG_DATA(one);
            if (code < 0) return say("netlink", name_of(-code));
            wanted--;
        }
    }
    say("netlink", "ok");
}

static char **words;

static void *run(void *unused) {
    for (char *word; (word = *words);) {
        words++;
        char *rest = strchr(word, '=');
        if (rest) *rest++ = 0;
        if (!strcmp(word, "netlink")) netlink(rest);
        else if (!strcmp(word, "catch")) signal(atoi(rest), caught);
        else if (!strcmp(word, "ignore")) signal(atoi(rest), SIG_IGN);
        else if (!strcmp(word, "say")) say(rest, NULL);
        else if (!strcmp(word, "sleep")) {
            struct timespec left = {atoi(rest) / 1000, atoi(rest) % 1000 * 1000000L};
            while (nanosleep(&left, &left) < 0 && errno == EINTR) {}
        } else if (!strcmp(word, "pause")) {
            while (access(rest, F_OK) < 0) usleep(2000);
        } else if (!strcmp(word, "thread")) {
            pthread_t other;
            pthread_create(&other, NULL, run, NULL);
            pthread_join(other, NULL);
        } else if (!strcmp(word, "child")) {
            pid_t child = fork();
            if (child == 0) {
                is_child = 1;
                continue;
            }
            int status, got;
            while ((got = waitpid(child, &status, 0)) < 0 && errno == EINTR) {}
            char line[64];
            if (got < 0) snprintf(line, sizeof line, "gone");
            else if (WIFSIGNALED(status)) snprintf(line, sizeof line, "signal %d", WTERMSIG(status));
            else snprintf(line, sizeof line, "exit %d", WEXITSTATUS(status));
            say("child", line);
            return unused;
        } else call(word, rest);
    }
    return unused;
}

int main(int count, char **given) {
    if (count < 2) return 64;
    words = given + 1;
    run(NULL);
    say("end", NULL);
    return 0;
}
