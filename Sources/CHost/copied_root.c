// A root where no overlay can be mounted: two overlays deep, as in a container in a container, the kernel refuses a third
// (FILESYSTEM_MAX_STACK_DEPTH). Small directories are copied, large ones are shown read-only.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "host.h"

// A directory is copied whole up to this size. Of a larger one that is no deeper than this each entry is looked at, while all
// that are looked at are not too many: each may become a mount.
enum { ENTRIES_MAX = 2000, BYTES_MAX = 2 * 1024 * 1024, SPLIT_DEPTH = 2, NESTING_MAX = 40 };
static size_t mounts_left = CH_LOCKED_MAX / 2;

// So many places of locked mounts are for others.
enum { KEPT_PLACES = 20 };

// What may be copied in all: half of what the host's files may take.
static struct size {
    uint64_t entries;
    uint64_t bytes;
} room;

// What programs are installed in is never written by them (hier(7)), but /usr/local; the last ones are others' to fill.
static const char *const shown[] = {"opt", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "boot", "nix", "snap"};
static const char *const skipped[] = {"proc", "sys", "dev", "run", "tmp", "lost+found"};

struct place {
    int from;
    int to;
    const char *name;
    int depth;
};

typedef int (*visitor)(const struct place *place, void *context, struct ch_answer *answer);

static int listed(const char *const *names, size_t count, const char *name) {
    while (count > 0 && strcmp(names[count - 1], name) != 0) count--;
    return count > 0;
}

static int visit_entries(int from, int to, int depth, visitor visit_one, void *context, struct ch_answer *answer) {
    _Alignas(struct dirent64) char block[2048];
    for (;;) {
        ssize_t got = syscall(SYS_getdents64, from, block, sizeof block);
        if (got < 0) return fail(answer, errno, "getdents64", "directory to copy", "");
        if (got == 0) return 0;
        for (ssize_t at = 0; at < got;) {
            const struct dirent64 *entry = (const struct dirent64 *)(block + at);
            at += entry->d_reclen;
            if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
            struct place place = {from, to, entry->d_name, depth};
            if (visit_one(&place, context, answer) < 0) return -1;
        }
    }
}

static int open_directory(int at, const char *name) {
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

// Counts until it is too much; -1 ends the count, and says nothing else.
static int count_one(const struct place *place, void *context, struct ch_answer *answer) {
    struct size *size = context;
    struct stat file;
    if (fstatat(place->from, place->name, &file, AT_SYMLINK_NOFOLLOW) < 0) return 0;
    if (S_ISREG(file.st_mode)) size->bytes += (uint64_t)file.st_size;
    if (++size->entries > ENTRIES_MAX || size->bytes > BYTES_MAX || place->depth > NESTING_MAX) return -1;
    if (!S_ISDIR(file.st_mode)) return 0;
    int inner = open_directory(place->from, place->name);
    if (inner < 0) return 0;
    int result = visit_entries(inner, -1, place->depth + 1, count_one, size, answer);
    close(inner);
    return result;
}

static int visit_again(int directory, visitor visit_one, void *context) {
    struct ch_answer ignored = {0};
    int again = open_directory(directory, ".");
    if (again < 0) return -1;
    int result = visit_entries(again, -1, 0, visit_one, context, &ignored);
    close(again);
    return result;
}

static int take_room(const struct size *size) {
    if (size->entries > room.entries || size->bytes > room.bytes) return 0;
    room.entries -= size->entries;
    room.bytes -= size->bytes;
    return 1;
}

// Whether it is copied whole; its size is then taken from the room.
static int is_small(int directory) {
    struct size size = {0};
    return visit_again(directory, count_one, &size) == 0 && take_room(&size);
}

static int count_large(const struct place *place, void *context, struct ch_answer *answer) {
    struct stat file;
    (void)answer;
    if (fstatat(place->from, place->name, &file, AT_SYMLINK_NOFOLLOW) < 0) return 0;
    *(size_t *)context += S_ISDIR(file.st_mode) || (S_ISREG(file.st_mode) && file.st_size > BYTES_MAX);
    return 0;
}

// Whether each of its entries is looked at.
static int is_split(int directory, int depth) {
    size_t mounts = 0;
    if (depth >= SPLIT_DEPTH || visit_again(directory, count_large, &mounts) < 0 || mounts > mounts_left) return 0;
    mounts_left -= mounts;
    return 1;
}

// Whether it is there, and that is not for want of what any other file would take too.
static int is_unreadable(int error) { return error != ENOENT && error != EMFILE && error != ENFILE && error != ENOMEM; }

// Of a file that cannot be read the copy is empty.
static int copy_content(const struct place *place, const struct stat *file, struct ch_answer *answer) {
    int from = openat(place->from, place->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (from < 0 && !is_unreadable(errno)) return fail(answer, errno, "open", place->name, "to copy");
    int to = openat(place->to, place->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int result = to < 0 ? fail(answer, errno, "open", place->name, "the copy") : 0;
    for (off_t left = file->st_size; from >= 0 && result == 0 && left > 0;) {
        ssize_t sent = sendfile(to, from, NULL, (size_t)left);
        if (sent < 0) result = fail(answer, errno, "sendfile", place->name, "");
        if (sent <= 0) break;
        left -= sent;
    }
    if (from >= 0) close(from);
    if (to >= 0) close(to);
    return result;
}

static int copy_link(const struct place *place, struct ch_answer *answer) {
    char target[CH_PATH_SIZE];
    ssize_t length = readlinkat(place->from, place->name, target, sizeof target - 1);
    if (length < 0) return fail(answer, errno, "readlink", place->name, "");
    target[length] = 0;
    return symlinkat(target, place->to, place->name) < 0 ? fail(answer, errno, "symlink", place->name, "") : 0;
}

static int copy_one(const struct place *place, void *context, struct ch_answer *answer);
static int copy_installed(const struct place *place, void *context, struct ch_answer *answer);

// Locked later: the machine's own directory or file lies behind it.
static int show(int from, int to, int is_file, const char *root, struct ch_answer *answer) {
    char source[32], link[32], path[CH_PATH_SIZE];
    // Where there can be no more of them, what is large is empty.
    if (places_left() <= KEPT_PLACES) return 0;
    snprintf(source, sizeof source, "/proc/self/fd/%d", from);
    snprintf(link, sizeof link, "/proc/self/fd/%d", to);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return fail(answer, errno, "readlink", link, "");
    path[length] = 0;
    const char *place = lock_later(path + strlen(root) + 1, is_file, answer);
    if (place == NULL) return -1;
    // In a user namespace what is mounted below may not be taken off (mount_namespaces(7)).
    if (bind_over(source, place, 0) < 0 && (!is_foreign(errno) || bind_over(source, place, MS_REC) < 0))
        return fail(answer, errno, "mount", "bind", path);
    return make_readonly(place, in_user_namespace ? AT_RECURSIVE : 0) < 0 ? fail(answer, errno, "mount_setattr", "read-only", path) : 0;
}

static int show_file(const struct place *place, const char *root, struct ch_answer *answer) {
    int from = openat(place->from, place->name, O_PATH | O_NOFOLLOW | O_CLOEXEC), result = -1;
    int to = from < 0 ? -1 : openat(place->to, place->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (from < 0 || to < 0) fail(answer, errno, "open", place->name, "to show");
    else result = show(from, to, 1, root, answer);
    if (from >= 0) close(from);
    if (to >= 0) close(to);
    return result;
}

static int mark(int directory, const char *name, const void *value, size_t size, const char *place, struct ch_answer *answer) {
    char whole[64];
    return fsetxattr(directory, mark_name(name, whole), value, size, 0) < 0 ? fail(answer, errno, "fsetxattr", whole, place) : 0;
}

// `holds`: a directory of the agents' own lies somewhere below, which must not be hidden.
static int fill_directory(const struct place *place, int from, int to, int holds, const char *root, struct ch_answer *answer) {
    char opaque, name[64];
    size_t mounts = mounts_left, places = places_left();
    // One that is to be empty in the host stays so.
    if (fgetxattr(to, mark_name("overlay.opaque", name), &opaque, 1) == 1) return 0;
    int left_out = from < 0 || (place->depth == 0 && listed(skipped, sizeof skipped / sizeof *skipped, place->name));
    int installed = place->depth == 0 && listed(shown, sizeof shown / sizeof *shown, place->name);
    int system = place->depth == 0 && strcmp(place->name, "usr") == 0;
    int small = !left_out && !installed && !system && (place->depth > SPLIT_DEPTH || is_small(from));
    int split = system || (!left_out && !installed && !small && (is_split(from, place->depth) || holds));
    int depth = small ? SPLIT_DEPTH + 1 : place->depth < SPLIT_DEPTH ? place->depth + 1 : SPLIT_DEPTH;
    // The mark tells who looks for changes whether what is missing here was deleted, for nothing shows through; a directory
    // without a mark was made in the host.
    if (mark(to, "tocsin.copied", small || split ? "y" : "n", 1, place->name, answer) < 0) return -1;
    if (left_out) return 0;
    if (!small && !split) return show(from, to, 0, root, answer);
    int result = visit_entries(from, to, depth, system ? copy_installed : copy_one, (void *)root, answer);
    // What was small after all takes no mount.
    places -= places_left();
    mounts_left = mounts > places ? mounts - places : 0;
    return result;
}

static int copy_directory(const struct place *place, const struct stat *file, const char *root, struct ch_answer *answer) {
    int result = -1, holds = mkdirat(place->to, place->name, 0700) < 0;
    if (holds && errno != EEXIST) return fail(answer, errno, "mkdir", place->name, "the copy");
    int from = open_directory(place->from, place->name), to = open_directory(place->to, place->name);
    // One that cannot be read is left empty.
    int hidden = from < 0 && is_unreadable(errno);
    if ((from < 0 && !hidden) || to < 0) fail(answer, errno, "open", place->name, "to copy");
    // What was made before has its owner and mode, of which /tmp hides the machine's.
    else if (!holds && fchown(to, file->st_uid, file->st_gid) < 0 && !is_foreign(errno))
        fail(answer, errno, "fchown", place->name, "");
    else if (!holds && fchmod(to, file->st_mode & 07777) < 0) fail(answer, errno, "fchmod", place->name, "");
    else result = fill_directory(place, from, to, holds, root, answer);
    if (from >= 0) close(from);
    if (to >= 0) close(to);
    return result;
}

static int copy_entry(const struct place *place, const char *root, struct ch_answer *answer) {
    struct stat file;
    if (fstatat(place->from, place->name, &file, AT_SYMLINK_NOFOLLOW) < 0)
        return fail(answer, errno, "stat", place->name, "");
    if (S_ISDIR(file.st_mode)) return copy_directory(place, &file, root, answer);
    if (S_ISLNK(file.st_mode)) return copy_link(place, answer);
    if (S_ISREG(file.st_mode)) {
        // A file of a directory that is copied whole has had its room.
        struct size size = {1, (uint64_t)file.st_size};
        if (place->depth <= SPLIT_DEPTH && (size.bytes > BYTES_MAX || !take_room(&size))) return show_file(place, root, answer);
        if (copy_content(place, &file, answer) < 0) return -1;
    } else if (mknodat(place->to, place->name, file.st_mode, file.st_rdev) < 0) {
        return is_foreign(errno) ? 0 : fail(answer, errno, "mknod", place->name, "");
    }
    struct timespec times[2] = {file.st_atim, file.st_mtim};
    if (fchownat(place->to, place->name, file.st_uid, file.st_gid, AT_SYMLINK_NOFOLLOW) < 0 && !is_foreign(errno))
        return fail(answer, errno, "fchown", place->name, "");
    if (fchmodat(place->to, place->name, file.st_mode & 07777, 0) < 0 ||
        utimensat(place->to, place->name, times, 0) < 0)
        return fail(answer, errno, "fchmod", place->name, "");
    return 0;
}

// What is gone by now was deleted by somebody on the machine.
static int copy_one(const struct place *place, void *context, struct ch_answer *answer) {
    int result = copy_entry(place, context, answer);
    if (result == 0 || faccessat(place->from, place->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT) return result;
    if (unlinkat(place->to, place->name, 0) < 0) unlinkat(place->to, place->name, AT_REMOVEDIR);
    *answer = (struct ch_answer){0};
    return 0;
}

// Of /usr: what is not /usr/local is shown; that is looked at as what lies in / itself.
static int copy_installed(const struct place *place, void *context, struct ch_answer *answer) {
    struct place local = {place->from, place->to, place->name, 0};
    int from = strcmp(place->name, "local") == 0 ? -1 : open_directory(place->from, place->name), to = -1, result = -1;
    // One that is there holds a directory of the agents' own.
    if (from < 0 || (mkdirat(place->to, place->name, 0755) < 0 && errno == EEXIST)) {
        if (from >= 0) close(from);
        return copy_one(&local, context, answer);
    }
    to = open_directory(place->to, place->name);
    if (to < 0) fail(answer, errno, "open", place->name, "the copy");
    else if (mark(to, "tocsin.copied", "n", 1, place->name, answer) == 0)
        result = show(from, to, 0, context, answer);
    close(from);
    if (to >= 0) close(to);
    return result;
}

// Fills `root`, a mount of the upper directory, from the machine's root.
int copy_root(const char *root, const struct ch_options *options, struct ch_answer *answer) {
    room = (struct size){options->files / 2, options->space / 2};
    int from = open_directory(AT_FDCWD, "/"), to = open_directory(AT_FDCWD, root), result = -1;
    if (from < 0 || to < 0) fail(answer, errno, "open", root, "");
    else if (mark(to, "tocsin.copied", "y", 1, root, answer) == 0)
        result = visit_entries(from, to, 0, copy_one, (void *)root, answer);
    // Change times are of the kernel's coarse clock: what is done later is not earlier than this, and what was copied is.
    struct timespec copied, stood, tick = {0, 1000000};
    clock_gettime(CLOCK_REALTIME_COARSE, &copied);
    for (stood = copied; result == 0 && stood.tv_nsec == copied.tv_nsec; clock_gettime(CLOCK_REALTIME_COARSE, &stood))
        nanosleep(&tick, NULL);
    if (result == 0) result = mark(to, "tocsin.stood", &stood, sizeof stood, root, answer);
    if (from >= 0) close(from);
    if (to >= 0) close(to);
    return result;
}
