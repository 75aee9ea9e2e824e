// The host's root: an overlay over the machine's, whose upper directory lists every changed file.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "host.h"

// The workshop hides the machine's /tmp in this mount namespace only; the overlay's lower layer does not see it, for
// lower layers are without their submounts.
#define SHOP "/tmp"
#define UPPER SHOP "/upper"
#define WORK SHOP "/work"
#define ROOT SHOP "/root"
#define DEVICES SHOP "/dev"

// Whether this is no first user namespace: its root may set no trusted attribute, and knows not all users of the machine.
int in_user_namespace;

// Users and groups that it has no number for: EINVAL; files of theirs: EACCES and EPERM (user_namespaces(7)).
int is_foreign(int error) { return in_user_namespace && (error == EINVAL || error == EACCES || error == EPERM); }

const char *mark_name(const char *name, char place[64]) {
    snprintf(place, 64, "%s.%s", in_user_namespace ? "user" : "trusted", name);
    return place;
}

int bind_over(const char *from, const char *to, unsigned long flags) {
    return mount(from, to, NULL, MS_BIND | flags, NULL);
}

// Makes UPPER + path with the attributes of the machine's directory, so that merging changes none of them.
static int make_like_lower(const char *path) {
    char upper[CH_PATH_SIZE];
    struct stat lower;
    copy_text(upper, sizeof upper, UPPER);
    copy_text(upper + strlen(UPPER), sizeof upper - strlen(UPPER), path);
    // The workshop covers /tmp, so its attributes cannot be looked up any more: they are what hier(7) says.
    int shop = strncmp(path, SHOP, strlen(SHOP)) == 0;
    if (shop || stat(path, &lower) < 0)
        lower = (struct stat){.st_mode = strcmp(path, SHOP) == 0 ? 01777 : 0755};
    if (mkdir(upper, 0755) < 0) return errno == EEXIST ? 0 : -1;
    if (chmod(upper, lower.st_mode & 07777) < 0) return -1;
    return chown(upper, lower.st_uid, lower.st_gid) < 0 && !is_foreign(errno) ? -1 : 0;
}

// An opaque directory hides what the machine has there, stays a plain directory (no mount) and keeps its changes listed.
static int make_empty(const char *path, struct ch_answer *answer) {
    char part[CH_PATH_SIZE], upper[CH_PATH_SIZE];
    size_t length = strlen(path);
    if (path[0] != '/' || length < 2 || length + sizeof UPPER > sizeof part)
        return fail(answer, EINVAL, "mkdir", "state directory", path);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != 0) continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (make_like_lower(part) < 0) return fail(answer, errno, "mkdir", "upper directory of", part);
    }
    copy_text(upper, sizeof upper, UPPER);
    copy_text(upper + strlen(UPPER), sizeof upper - strlen(UPPER), path);
    char name[64];
    if (setxattr(upper, mark_name("overlay.opaque", name), "y", 1, 0) < 0) return fail(answer, errno, "setxattr", name, path);
    return 0;
}

// Folders of the machine that are to be read-only in the host, and locked so.
static struct {
    char from[sizeof SHOP "/locked999"];
    char to[256];
} places[CH_LOCKED_MAX];
static struct locked_mount locked[CH_LOCKED_MAX];
static size_t locked_count;

size_t places_left(void) { return CH_LOCKED_MAX - locked_count; }

const char *lock_later(const char *to, int is_file, struct ch_answer *answer) {
    int error = locked_count == CH_LOCKED_MAX ? E2BIG : strlen(to) >= sizeof places->to ? ENAMETOOLONG : 0;
    if (error == 0) {
        snprintf(places[locked_count].from, sizeof places->from, SHOP "/locked%zu", locked_count);
        copy_text(places[locked_count].to, sizeof places->to, to);
        locked[locked_count] = (struct locked_mount){places[locked_count].from, places[locked_count].to, 0};
        const char *from = places[locked_count].from;
        if ((is_file ? mknod(from, S_IFREG | 0600, 0) : mkdir(from, 0755)) == 0) return locked[locked_count++].from;
        error = errno;
    }
    fail(answer, error, "mkdir", "place of a read-only mount", to);
    return NULL;
}

static int stack_overlay(const struct ch_options *options, int *upper, struct ch_answer *answer) {
    // Said aloud because kernels are built with different defaults: a changed file must be in the upper layer whole.
    static const char layers[] = "lowerdir=/,upperdir=" UPPER ",workdir=" WORK ",redirect_dir=off,metacopy=off";
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return fail(answer, errno, "mount", "make / private", "");
    char bounds[96];
    snprintf(bounds, sizeof bounds, "mode=0755,size=%llu,nr_inodes=%llu", (unsigned long long)options->space,
             (unsigned long long)options->files);
    if (mount("tmpfs", SHOP, "tmpfs", 0, bounds) < 0) return fail(answer, errno, "mount", "tmpfs on", SHOP);
    if (mkdir(UPPER, 0755) < 0 || mkdir(WORK, 0755) < 0 || mkdir(ROOT, 0755) < 0)
        return fail(answer, errno, "mkdir", "layers of the root", "");
    in_user_namespace = setxattr(WORK, "trusted.tocsin.tried", "y", 1, 0) < 0 && errno == EPERM;
    for (const char *path = options->directories; *path; path += strlen(path) + 1) {
        if (make_empty(path, answer) < 0) return -1;
    }
    // In a user namespace the kernel stacks none over mounts that may not be taken apart.
    int deep = in_user_namespace || (options->flags & CH_COPIED_ROOT) != 0;
    if (!deep && mount("overlay", ROOT, "overlay", 0, layers) < 0) {
        // EINVAL is what the third overlay on one another gives: FILESYSTEM_MAX_STACK_DEPTH.
        if (errno != EINVAL) return fail(answer, errno, "mount", "overlay on", ROOT);
        deep = 1;
    }
    if (deep) {
        if (bind_over(UPPER, ROOT, 0) < 0) return fail(answer, errno, "mount", "bind " UPPER " on", ROOT);
        if (copy_root(ROOT, options, answer) < 0) return -1;
        answer->status = CH_ROOT_COPIED;
    }
    *upper = open(UPPER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*upper < 0) return fail(answer, errno, "open", UPPER, "");
    return chdir(ROOT) < 0 ? fail(answer, errno, "chdir", ROOT, "") : 0;
}

// The upper directories of /run and /tmp in their own place: memory file systems, as on a machine, and what changes in them
// is in the upper directory all the same. Whoever looks at the overlay below them would have to take them off first.
static int show_memory(const char *path, struct ch_answer *answer) {
    char upper[CH_PATH_SIZE] = UPPER "/";
    copy_text(upper + sizeof UPPER, sizeof upper - sizeof UPPER, path);
    return bind_over(upper, path, 0) < 0 ? fail(answer, errno, "mount", "bind", path) : 0;
}

// The folders to keep visible, opened before anything hides them.
enum { KEPT_MAX = 16 };
static int kept[KEPT_MAX];

static int open_kept(const struct ch_options *options, struct ch_answer *answer) {
    int count = 0;
    for (const char *path = options->binds; *path; path += strlen(path) + 1) {
        if (count == KEPT_MAX) return fail(answer, E2BIG, "open", "too many visible folders", path);
        kept[count] = open(path, O_PATH | O_CLOEXEC);
        if (kept[count++] < 0) return fail(answer, errno, "open", "visible folder", path);
    }
    return 0;
}

// Makes each part of a relative path: its place may be missing, for /tmp is empty in the host.
static int make_place(const char *path, struct ch_answer *answer) {
    char part[CH_PATH_SIZE];
    size_t length = strlen(path);
    if (length >= sizeof part) return fail(answer, ENAMETOOLONG, "mkdir", "visible folder", path);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != 0) continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0755) < 0 && errno != EEXIST) return fail(answer, errno, "mkdir", "visible folder", part);
    }
    return 0;
}

static int keep_mounts(const struct ch_options *options, struct ch_answer *answer) {
    int count = 0;
    for (const char *path = options->binds; *path; path += strlen(path) + 1) {
        char from[32];
        snprintf(from, sizeof from, "/proc/self/fd/%d", kept[count]);
        const char *place = lock_later(path + 1, 0, answer);
        if (place == NULL || make_place(path + 1, answer) < 0) return -1;
        if (bind_over(from, place, MS_REC) < 0) return fail(answer, errno, "mount", "bind", path);
        if (make_readonly(place, AT_RECURSIVE) < 0) return fail(answer, errno, "mount_setattr", "read-only", path);
        close(kept[count++]);
    }
    return 0;
}

int set_up_root(const struct ch_options *options, int *upper, struct ch_answer *answer) {
    if (open_kept(options, answer) < 0) return -1;
    if (stack_overlay(options, upper, answer) < 0) return -1;
    if (show_memory("run", answer) < 0 || show_memory("tmp", answer) < 0) return -1;
    if (keep_mounts(options, answer) < 0) return -1;
    if (locked_count > 0 && lock_mounts(locked, locked_count, answer) < 0) return -1;
    if (set_up_devices(DEVICES, answer) < 0) return -1;
    if (mount_new_instances(answer) < 0) return -1;
    int groups = options->group < 0 ? copy_groups(answer) : -1;
    if (answer->error != 0) return -1;
    // Old and new root on one place: the old one is then on top and is taken off, pivot_root(2).
    if (syscall(SYS_pivot_root, ".", ".") < 0) return fail(answer, errno, "pivot_root", "new root", "");
    if (umount2(".", MNT_DETACH) < 0) return fail(answer, errno, "umount2", "old root", "");
    if (chdir("/") < 0) return fail(answer, errno, "chdir", "/", "");
    if (mount_kernel_files((options->flags & CH_READONLY_SYSFS) != 0, answer) < 0) return -1;
    if ((options->group >= 0 || groups >= 0) && mount_groups(groups, answer) < 0) return -1;
    if (sethostname(options->hostname, strlen(options->hostname)) < 0)
        return fail(answer, errno, "sethostname", options->hostname, "");
    return 0;
}
