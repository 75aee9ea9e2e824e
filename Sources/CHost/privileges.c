// What nothing in a host may do, and what pid 1 does not carry into it.
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"

extern char **environ;
static struct rlimit limits[RLIM_NLIMITS];

static uintptr_t environment, environment_end, heap;

// In the worker, once: where the kernel put its heap and its environment, proc_pid_stat(5) fields 47, 50 and 51. What was
// changed since of the environment is elsewhere, and no longer in `environ`.
void find_environment(void) {
    char text[1024], *at;
    if (environment != 0) return;
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) close(fd);
    if (length < 0) return;
    text[length] = 0;
    // The name of the program, field 2, may hold blanks and brackets.
    at = strrchr(text, ')');
    for (int field = 2; at != NULL && field < 47; field++) at = strchr(at + 1, ' ');
    if (at == NULL) return;
    heap = strtoul(at, &at, 10);
    for (int field = 48; at != NULL && field < 50; field++) at = strchr(at + 1, ' ');
    if (at == NULL) return;
    environment = strtoul(at, &at, 10);
    environment_end = strtoul(at, NULL, 10);
}

// /proc/1/environ shows the worker's, which may hold the secrets of a CI job.
void forget_environment(void) {
    if (environment < environment_end) memset((void *)environment, 0, environment_end - environment);
    for (char **variable = environ; variable != NULL && *variable != NULL; variable++)
        memset(*variable, 0, strlen(*variable));
}

// The worker's, of which nothing is needed here: each fork of pid 1 would copy it, and each exec take the copy down.
void forget_heap(void) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), end = (uintptr_t)sbrk(0);
    uintptr_t begin = (heap + page - 1) / page * page;
    if (heap != 0 && begin < end) munmap((void *)begin, end - begin);
}

static int drop_capabilities(uint64_t dropped, struct ch_answer *answer) {
    for (unsigned long number = 0; number < 64; number++) {
        // EINVAL: this kernel knows no capability of that number.
        if ((dropped >> number & 1) && prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0 && errno != EINVAL)
            return fail(answer, errno, "prctl", "PR_CAPBSET_DROP", "");
    }
    return 0;
}

// syslog(2): what whoever lacks CAP_SYSLOG may ask of it, unless kernel.dmesg_restrict is set.
enum { LOG_READ_ALL = 3, LOG_SIZE = 10, LOG_NOTHING = -1 };
static int log_is_restricted;

// In the worker, once.
void find_log_restriction(void) {
    char text[1] = {0};
    int fd = open("/proc/sys/kernel/dmesg_restrict", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    log_is_restricted = read(fd, text, 1) == 1 && text[0] != '0';
    close(fd);
}

// Root's user keyring is one for all of a user namespace (user-keyring(7)): neither it nor the session keyring that
// stands for it can be named below pid 1. The kernel's log is the machine's, and older kernels, 6.1 is one, take
// CAP_SYS_ADMIN for CAP_SYSLOG. Reading a register of the call, the filter is the same for every thread.
static int shut_the_machines(int log_too, struct ch_answer *answer) {
#define ARGUMENT(n) offsetof(struct seccomp_data, args[n])
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 18),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_add_key, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_request_key, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_keyctl, 5, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, log_too ? SYS_syslog : UINT32_MAX, 9, 13),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT(4)),
        BPF_STMT(BPF_JMP | BPF_JA, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT(3)),
        BPF_STMT(BPF_JMP | BPF_JA, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT(2)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)KEY_SPEC_USER_KEYRING, 6, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT(1)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)KEY_SPEC_USER_KEYRING, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)KEY_SPEC_USER_SESSION_KEYRING, 3, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT(0)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, log_is_restricted ? LOG_NOTHING : LOG_READ_ALL, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, log_is_restricted ? LOG_NOTHING : LOG_SIZE, 1, 2),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    };
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
        return fail(answer, errno, "seccomp", "user keyring, log", "");
    return 0;
}

// In the worker, once: pid 1 has the same.
void find_limits(void) {
    static int found;
    for (int limit = 0; !found && limit < RLIM_NLIMITS; limit++) getrlimit(limit, &limits[limit]);
    found = 1;
}

int restrict_privileges(const struct ch_options *options, struct ch_answer *answer) {
    if (drop_capabilities(options->dropped, answer) < 0) return -1;
    // A kernel without keys has none to keep apart.
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS)
        return fail(answer, errno, "keyctl", "session keyring", "");
    if (shut_the_machines(options->dropped >> CAP_SYSLOG & 1, answer) < 0) return -1;
    // An agent without CAP_SYS_PTRACE can neither trace pid 1, nor read its files, nor take its descriptors.
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) return fail(answer, errno, "prctl", "PR_SET_DUMPABLE", "");
    // prlimit(2) lets whoever has all the same ids set the limits of another; this one differs, in a number that execve
    // sets again and nothing else reads.
    // Not the C library's, which would wait for threads that only the worker has.
    if (syscall(SYS_setresgid, -1, -1, 1) < 0 && !is_foreign(errno)) return fail(answer, errno, "setresgid", "saved group", "");
    return 0;
}

// With CAP_SYS_RESOURCE an agent may set pid 1's limits all the same; with it, pid 1 may set them back.
void restore_limits(void) {
    struct rlimit now;
    for (int limit = 0; limit < RLIM_NLIMITS; limit++) {
        if (getrlimit(limit, &now) == 0 && memcmp(&now, &limits[limit], sizeof now) != 0)
            setrlimit(limit, &limits[limit]);
    }
}

// What the worker began with, of the score by which the kernel chooses whom to end for want of memory; empty where it is so still.
static char score[16];
#define SCORE "/proc/self/oom_score_adj"

void ch_be_spared(void) {
    char text[sizeof score] = {0};
    int fd = open(SCORE, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    // From -1000, never, to 1000, first (proc_pid_oom_score_adj(5)).
    if (read(fd, text, sizeof text - 1) > 0 && pwrite(fd, "-900", 4, 0) > 0) memcpy(score, text, sizeof score);
    close(fd);
}

const char *ch_score_of_programs(void) { return score[0] ? score : NULL; }

void be_no_longer_spared(void) {
    int fd = score[0] ? open(SCORE, O_WRONLY | O_CLOEXEC) : -1;
    if (fd < 0) return;
    if (write(fd, score, strlen(score)) < 0) errno = 0;
    close(fd);
}

int read_privileges(const struct packet *packet, struct privileges *into) {
    struct ch_field field;
    char *value;
    into->ambient = (packet->request->flags & CH_FLAG_AMBIENT) != 0;
    if (find_field(packet, CH_FIELD_KEPT, &field, &value)) {
        if (field.length != sizeof into->kept) return -1;
        memcpy(&into->kept, value, sizeof into->kept);
        into->limited = 1;
    }
    if (find_field(packet, CH_FIELD_IDS, &field, &value)) {
        into->id_count = field.length / sizeof(uint32_t);
        if (into->id_count < 2 || into->id_count > CH_GROUPS_MAX + 2 || field.length % sizeof(uint32_t)) return -1;
        into->ids = value;
    }
    return 0;
}

// Raw calls: the C library's would wait for threads that only the worker has. The bounding set first, which needs
// CAP_SETPCAP; then the ids, which need CAP_SETUID and CAP_SETGID; then what is left.
int give_away(const struct privileges *privileges, const char **call) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];
    uint32_t ids[CH_GROUPS_MAX + 2];
    *call = "prctl";
    for (unsigned long number = 0; privileges->limited && number < 64; number++) {
        if (!(privileges->kept >> number & 1) && prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0 && errno != EINVAL)
            return -1;
    }
    if (privileges->id_count != 0) {
        memcpy(ids, privileges->ids, privileges->id_count * sizeof *ids);
        if (privileges->ambient && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0) return -1;
        *call = "setgroups";
        if (syscall(SYS_setgroups, privileges->id_count - 2, ids + 2) < 0) return -1;
        *call = "setresgid";
        if (syscall(SYS_setresgid, ids[1], ids[1], ids[1]) < 0) return -1;
        *call = "setresuid";
        if (syscall(SYS_setresuid, ids[0], ids[0], ids[0]) < 0) return -1;
    }
    if (!privileges->limited) return 0;
    *call = "capset";
    if (syscall(SYS_capget, &header, sets) < 0) return -1;
    for (int half = 0; half < 2; half++) {
        uint32_t kept = (uint32_t)(privileges->kept >> 32 * half);
        sets[half].permitted &= kept;
        sets[half].effective = privileges->ambient ? sets[half].permitted : sets[half].effective & kept;
        sets[half].inheritable = privileges->ambient ? sets[half].permitted : sets[half].inheritable & kept;
    }
    if (syscall(SYS_capset, &header, sets) < 0) return -1;
    *call = "prctl";
    for (unsigned long number = 0; privileges->ambient && number < 64; number++) {
        if ((sets[number / 32].permitted >> number % 32 & 1) &&
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0) < 0)
            return -1;
    }
    return 0;
}
