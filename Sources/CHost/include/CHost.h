// Pid 1 of the host: how it is started, and the packets it exchanges with the worker.
//
// A request is struct ch_request followed by fields (struct ch_field and that many bytes, unpadded). Strings carry their
// final NUL in the length. Each request gets exactly one answer with its id; CH_EVENT_EXIT comes unasked.
#ifndef CHOST_H
#define CHOST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    CH_PACKET_MAX = 128 * 1024,
    CH_FILTER_MAX = 4096,   // instructions
    CH_SPAWNED_MAX = 1024,  // children of spawn alive at once
    CH_STRINGS_MAX = 4096,  // arguments, and variables, of one spawn
    CH_PATCHES_MAX = 16,
    CH_CALL_SIZE = 24,
    CH_STAGE_SIZE = 160,
    CH_TEXT_SIZE = 256,
};

enum ch_command {
    CH_NETNS_CREATE = 1,  // NAME
    CH_NETNS_DELETE,      // NAME: umount2 and unlink
    CH_NETNS_UNMOUNT,     // NAME: umount2 alone, the file stays
    CH_NETNS_REPLACE,     // NAME: delete and create under the same name
    CH_NETNS_IDENTIFY,    // NAME
    CH_NETNS_SETTLE,      // NAME: lo up, duplicate address detection as the host has it
    CH_NETLINK,           // NAME PROTOCOL DATA PATCH*
    CH_WRITE_FILE,        // PATH MODE, DATA or a descriptor
    CH_HOLD_MOUNT,        // DATA a MountHold, MODE 1 for a sysfs without writable devices; descriptors: mount
                          // namespace, root of the mount
    CH_WRITE_SYSCTL,      // NAME PATH (below /proc/sys) DATA
    CH_SET_FILTER,        // DATA: struct sock_filter[]
    CH_SPAWN,             // ARGUMENT+ VARIABLE* DIRECTORY? NAME? KEPT? IDS?; descriptors: 0, 1, 2, sync
    CH_KILL_ALL,
};

enum ch_field_kind {
    CH_FIELD_NAME = 1,   // of a network namespace below /run/netns, an absolute path, or "host"
    CH_FIELD_PATH,
    CH_FIELD_DATA,
    CH_FIELD_MODE,       // uint32_t
    CH_FIELD_PROTOCOL,   // uint32_t
    CH_FIELD_PATCH,      // uint32_t offset, then a namespace's name: its descriptor number goes there
    CH_FIELD_ARGUMENT,
    CH_FIELD_VARIABLE,
    CH_FIELD_DIRECTORY,
    CH_FIELD_KEPT,       // uint64_t: the only capabilities that a program has, bit N for number N
    CH_FIELD_IDS,        // uint32_t[]: user, group, supplementary groups
};

enum ch_flag {
    CH_FLAG_FILTERED = 1,  // spawn: install the filter before exec
    CH_FLAG_TERMINAL = 4,  // spawn: descriptor 0 is a terminal and becomes the controlling one
    CH_FLAG_AMBIENT = 8,   // spawn: the user of IDS has the capabilities of KEPT, as by AmbientCapabilities
    CH_FLAG_SETTLED = 2,   // netns create, replace: also as CH_NETNS_SETTLE
};

enum ch_answer_kind {
    CH_ANSWER = 1,
    CH_READY,       // once, when the root stands (descriptor: the upper directory) or has failed
    CH_EVENT_EXIT,  // id of the spawn, pid, status
};

struct ch_request {
    uint32_t command;
    uint32_t flags;
    uint64_t id;
};

struct ch_field {
    uint32_t kind;
    uint32_t length;
};

// A namespace as nsfs names it; id 0 when there is none to tell.
struct ch_namespace {
    uint64_t id;
    uint32_t type;
    uint32_t inode;
};

struct ch_answer {
    uint32_t kind;
    int32_t error;  // errno, 0 for success
    uint64_t id;
    int32_t pid;     // as the host sees it
    int32_t status;  // waitpid(2); of CH_READY enum ch_root
    struct ch_namespace removed;
    struct ch_namespace made;
    uint32_t offset;  // NLMSGERR_ATTR_OFFS
    char call[CH_CALL_SIZE];
    char stage[CH_STAGE_SIZE];
    char text[CH_TEXT_SIZE];  // NLMSGERR_ATTR_MSG
};

// What the child of a spawn writes to its sync socket when it cannot go on to exec.
struct ch_spawn_failure {
    int32_t error;
    char call[CH_CALL_SIZE];
    char stage[CH_STAGE_SIZE];
};

enum ch_option {
    CH_READONLY_SYSFS = 1,
    CH_IDENTITY_COOKIES = 4,  // SO_NETNS_COOKIE in place of nsfs file handles
    CH_DUPLICATE_DETECTION = 8,  // leave IPv6 duplicate address detection on
    CH_COPIED_ROOT = 16,         // as where no overlay can be mounted
};

enum ch_root {
    CH_ROOT_OVERLAY,
    CH_ROOT_COPIED,  // the status of CH_READY: directories are copied, or read-only
};

struct ch_options {
    uint32_t flags;
    // Absolute paths without symbolic links, each ended by NUL, the whole by a second NUL.
    const char *_Nonnull directories;  // private and empty in the host; parents come before children
    const char *_Nonnull binds;        // mounts of the machine that stay visible, read-only
    const char *_Nonnull hostname;
    uint64_t dropped;  // the capabilities that nothing in the host can get, bit N for number N
    int group;         // an empty cgroup2 directory to start in, whose subtree is the host's own; -1 for none
    uint64_t space;    // how many bytes the files of its root may take
    uint64_t files;    // how many files its root may have
};

struct ch_started {
    pid_t pid;
    int pidfd;
    int socket;
};

/// Clones pid 1 of a new host: 0, or -errno with the failed call's name in `call`. CH_READY follows on the socket.
int ch_start(const struct ch_options *_Nonnull options, struct ch_started *_Nonnull out,
             char call[_Nonnull CH_CALL_SIZE]);

/// From now on pid 1 of each host that is started ends when the other end of this pipe is closed; -1 for none.
///
/// By the pipe hosts end even where the worker can not: it may wait for a file system that a process of the host serves.
void ch_end_with(int pipe);

/// Lets the kernel, where it is out of memory, end an agent sooner than this process and pid 1 of its hosts.
///
/// Programs of a host begin as this process did. Nothing changes where it may not (CAP_SYS_RESOURCE).
void ch_be_spared(void);
/// What of that programs begin with; NULL where this process was not spared.
const char *_Nullable ch_score_of_programs(void);

/// What else than /proc/sys is the machine's below /proc, where it is there; NULL behind the last.
const char *_Nullable ch_machine_file(size_t place);
/// What lies below /proc/sys and is of a namespace, by its place; NULL behind the last.
const char *_Nullable ch_own_setting(size_t place);
/// What lies in a sysfs and is of a network namespace.
const char *_Nullable ch_own_device(size_t place);

#endif
