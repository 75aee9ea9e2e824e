// Programs of the host: agents, steps and shells, as children of pid 1.
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"

static struct sock_filter filter[CH_FILTER_MAX];
static unsigned short filter_length;
static struct {
    pid_t pid;
    uint64_t id;
} spawned[CH_SPAWNED_MAX];
static char *arguments[CH_STRINGS_MAX + 1];
static char *variables[CH_STRINGS_MAX + 1];

struct program {
    const char *directory;
    const char *space;
    int filtered;
    struct privileges privileges;
    int terminal;
    int fds[CH_DESCRIPTORS_MAX];
    int fd_count;  // standard input, output, error, the gate, then those that become 3, 4, ...
};

// The child's end of the sync socket; behind the descriptors that the program gets.
static int gate = CH_SOCKET;

int command_set_filter(const struct packet *packet, struct ch_answer *answer) {
    struct ch_field field;
    char *value;
    if (!find_field(packet, CH_FIELD_DATA, &field, &value) || field.length % sizeof *filter != 0 ||
        field.length > sizeof filter)
        return fail(answer, EINVAL, "request", "filter program", "");
    memcpy(filter, value, field.length);
    filter_length = (unsigned short)(field.length / sizeof *filter);
    return 0;
}

int forget_spawned(pid_t pid, uint64_t *id) {
    for (size_t i = 0; i < CH_SPAWNED_MAX; i++) {
        if (spawned[i].pid != pid) continue;
        *id = spawned[i].id;
        spawned[i].pid = 0;
        return 1;
    }
    return 0;
}

static int collect(const struct packet *packet, uint32_t kind, char **into) {
    struct cursor cursor = fields_of(packet);
    struct ch_field field;
    char *value;
    int count = 0;
    while (next_field(&cursor, &field, &value)) {
        if (field.kind != kind) continue;
        if (count == CH_STRINGS_MAX || field.length == 0 || value[field.length - 1] != 0) return -1;
        into[count++] = value;
    }
    into[count] = NULL;
    return count;
}

static _Noreturn void give_up(const char *call, const char *stage) {
    struct ch_spawn_failure failure = {.error = errno};
    copy_text(failure.call, sizeof failure.call, call);
    copy_text(failure.stage, sizeof failure.stage, stage);
    send(gate, &failure, sizeof failure, MSG_NOSIGNAL);
    _exit(127);
}

static int is_program(const char *path) {
    struct stat file;
    if (stat(path, &file) < 0) return 0;
    if (!S_ISREG(file.st_mode)) {
        errno = EACCES;
        return 0;
    }
    return access(path, X_OK) == 0;
}

// Finds the program before the filter is there: an exec that fails on the way along PATH would count as the agent's.
static const char *find_program(const char *name) {
    static char path[CH_PATH_SIZE];
    int error = ENOENT;
    const char *at = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    if (strchr(name, '/') != NULL) return name;
    for (char **variable = variables; *variable; variable++) {
        if (strncmp(*variable, "PATH=", 5) == 0) at = *variable + 5;
    }
    for (;;) {
        size_t length = strcspn(at, ":");
        if (length + strlen(name) + 3 < sizeof path) {
            memcpy(path, length ? at : ".", length ? length : 1);
            size_t used = length ? length : 1;
            path[used] = '/';
            copy_text(path + used + 1, sizeof path - used - 1, name);
            if (is_program(path)) return path;
            if (errno == EACCES) error = EACCES;
        }
        if (at[length] == 0) break;
        at += length + 1;
    }
    errno = error;
    return NULL;
}

static _Noreturn void run_child(const struct program *program) {
    uint64_t none = 0;
    char go;
    struct ch_answer visited = {0};
    setsid();
    // Moved out of the way first: none may be overwritten before it is used.
    int high[CH_DESCRIPTORS_MAX];
    for (int i = 0; i < program->fd_count; i++) high[i] = fcntl(program->fds[i], F_DUPFD, 64);
    for (int fd = 0; fd < 3; fd++) dup2(high[fd], fd);
    for (int i = 4; i < program->fd_count; i++) dup2(high[i], i - 1);
    gate = program->fd_count - 1;
    dup3(high[3], gate, O_CLOEXEC);
    syscall(SYS_close_range, gate + 1, ~0u, 0);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof none);
    // Here the worker attaches. It closing the socket instead means that the run is off.
    ssize_t got;
    do got = read(gate, &go, 1);
    while (got < 0 && errno == EINTR);
    if (got != 1) _exit(127);
    be_no_longer_spared();
    if (program->terminal && ioctl(0, TIOCSCTTY, 0) < 0) give_up("ioctl", "TIOCSCTTY");
    if (program->space != NULL) {
        int there = open_namespace(program->space, &visited);
        if (there < 0) {
            errno = visited.error;
            give_up(visited.call, visited.stage);
        }
        if (syscall(SYS_setns, there, CLONE_NEWNET) < 0) give_up("setns", program->space);
        close(there);
    }
    if (program->directory != NULL && chdir(program->directory) < 0) give_up("chdir", program->directory);
    const char *path = find_program(arguments[0]);
    if (path == NULL) give_up("execve", arguments[0]);
    if (program->filtered) {
        struct sock_fprog code = {filter_length, filter};
        // Without no_new_privs: set-user-ID programs of the agent must work as always. CAP_SYS_ADMIN allows it.
        if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &code) < 0) give_up("seccomp", "SECCOMP_SET_MODE_FILTER");
    }
    const char *call;
    if (give_away(&program->privileges, &call) < 0) give_up(call, "privileges");
    execve(path, arguments, variables);
    give_up("execve", path);
}

int command_spawn(const struct packet *packet, struct ch_answer *answer, int *pidfd) {
    size_t slot = 0;
    struct program program = {.directory = find_string(packet, CH_FIELD_DIRECTORY),
                              .space = find_string(packet, CH_FIELD_NAME),
                              .filtered = (packet->request->flags & CH_FLAG_FILTERED) != 0,
                              .terminal = (packet->request->flags & CH_FLAG_TERMINAL) != 0};
    if (packet->fd_count < 4) return fail(answer, EINVAL, "request", "spawn needs four descriptors", "");
    program.fd_count = (int)packet->fd_count;
    memcpy(program.fds, packet->fds, packet->fd_count * sizeof *packet->fds);
    if (collect(packet, CH_FIELD_ARGUMENT, arguments) < 1 || collect(packet, CH_FIELD_VARIABLE, variables) < 0)
        return fail(answer, E2BIG, "request", "arguments of a spawn", "");
    if (read_privileges(packet, &program.privileges) < 0)
        return fail(answer, EINVAL, "request", "privileges of a spawn", "");
    if (program.filtered && filter_length == 0) return fail(answer, EINVAL, "request", "no filter was given", "");
    while (slot < CH_SPAWNED_MAX && spawned[slot].pid != 0) slot++;
    if (slot == CH_SPAWNED_MAX) return fail(answer, EAGAIN, "clone3", "too many programs in", "host");
    struct clone_args clone = {.flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
                               .pidfd = (uint64_t)(uintptr_t)pidfd,
                               .exit_signal = SIGCHLD};
    long pid = syscall(SYS_clone3, &clone, sizeof clone);
    if (pid == 0) run_child(&program);
    if (pid < 0) {
        *pidfd = -1;
        return fail(answer, errno, "clone3", arguments[0], "");
    }
    spawned[slot].pid = (pid_t)pid;
    spawned[slot].id = packet->request->id;
    answer->pid = (int32_t)pid;
    return 0;
}
