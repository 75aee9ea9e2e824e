// Inside pid 1: single-threaded, no allocation, static buffers. Functions answer 0 or -1 with `answer` filled by fail().
#ifndef CHOST_INTERNAL_H
#define CHOST_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "include/CHost.h"

enum {
    CH_SOCKET = 3,
    CH_LIFE = 4,
    CH_DESCRIPTORS_MAX = 8,
    CH_PATH_SIZE = 4096,
    CH_LOCKED_MAX = 200,
    CH_GROUPS_MAX = 64,
};

struct packet {
    const struct ch_request *request;
    char *fields;
    size_t length;
    int fds[CH_DESCRIPTORS_MAX];
    size_t fd_count;
};

struct cursor {
    char *at;
    size_t left;
};

// A read-only mount that is to stay so, and where its locked copy goes.
struct locked_mount {
    const char *from;
    const char *to;
    int replaces;  // what is mounted there
};

// What a program begins with, where that is less than pid 1 has.
struct privileges {
    int limited;  // whether `kept` says anything
    int ambient;
    uint64_t kept;
    const char *ids;  // user, group, supplementary groups; unaligned
    size_t id_count;
};

// From linux/mount.h, which cannot stand beside sys/mount.h.
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 4
#endif
#ifndef MOVE_MOUNT_T_EMPTY_PATH
#define MOVE_MOUNT_T_EMPTY_PATH 0x40
#endif

// protocol.c
int fail(struct ch_answer *answer, int error, const char *call, const char *stage, const char *object);
void copy_text(char *to, size_t size, const char *from);
int receive_packet(struct packet *packet);
void send_answer(const struct ch_answer *answer, int fd);
struct cursor fields_of(const struct packet *packet);
int next_field(struct cursor *cursor, struct ch_field *field, char **value);
int find_field(const struct packet *packet, uint32_t kind, struct ch_field *field, char **value);
const char *find_string(const struct packet *packet, uint32_t kind);
int find_number(const struct packet *packet, uint32_t kind, uint32_t *value);

// root.c, copied_root.c, devices.c, kernel_files.c, hold.c, lock.c
extern const char *const machine_files[], *const own_settings[], *const own_devices[];
int set_up_root(const struct ch_options *options, int *upper, struct ch_answer *answer);
int set_up_devices(const char *place, struct ch_answer *answer);
void find_machine_nodes(void);
void find_machine_files(void);
int mount_new_instances(struct ch_answer *answer);
int mount_kernel_files(int readonly, struct ch_answer *answer);
int copy_groups(struct ch_answer *answer);
int mount_groups(int groups, struct ch_answer *answer);
int copy_root(const char *root, const struct ch_options *options, struct ch_answer *answer);
extern int in_user_namespace;
int is_foreign(int error);
const char *mark_name(const char *name, char place[64]);
int bind_over(const char *from, const char *to, unsigned long flags);
int make_readonly(const char *path, unsigned int flags);
int command_hold_mount(const struct packet *packet, struct ch_answer *answer);
size_t places_left(void);
const char *lock_later(const char *to, int is_file, struct ch_answer *answer);
int lock_mounts(const struct locked_mount *mounts, size_t count, struct ch_answer *answer);

// privileges.c
void find_environment(void);
void forget_environment(void);
void forget_heap(void);
void find_limits(void);
void find_log_restriction(void);
int restrict_privileges(const struct ch_options *options, struct ch_answer *answer);
void restore_limits(void);
void be_no_longer_spared(void);
int read_privileges(const struct packet *packet, struct privileges *into);
int give_away(const struct privileges *privileges, const char **call);

// names.c
int namespace_path(const char *name, char *path, struct ch_answer *answer);
int open_namespace(const char *name, struct ch_answer *answer);
int visit(const char *name, int *home, struct ch_answer *answer);
void come_home(int home);
int command_netns(const struct packet *packet, struct ch_answer *answer);
extern int identity_by_cookies;

// settings.c
extern int duplicate_detection;
int settle_here(struct ch_answer *answer);
int command_settle(const struct packet *packet, struct ch_answer *answer);
int command_write_sysctl(const struct packet *packet, struct ch_answer *answer);

// netlink.c, files.c
int command_netlink(const struct packet *packet, struct ch_answer *answer);
int command_write_file(const struct packet *packet, struct ch_answer *answer);
int make_parents(const char *path, struct ch_answer *answer);
int write_fully(int fd, const char *data, size_t length);

// spawn.c
int command_set_filter(const struct packet *packet, struct ch_answer *answer);
int command_spawn(const struct packet *packet, struct ch_answer *answer, int *pidfd);
int forget_spawned(pid_t pid, uint64_t *id);

// start.c
extern int life;

// loop.c
void find_ignored_signals(void);
_Noreturn void host_main(const struct ch_options *options, int socket);

#endif
