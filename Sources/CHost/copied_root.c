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

// A directory is copied whole up to this size. Of a larger one that is no deeper than this each entry is looked at.
enum { ENTRIES_MAX = 2000, BYTES_MAX = 8 * 1024 * 1024, SPLIT_DEPTH = 2, NESTING_MAX = 40 };

// What programs are installed in is never written by them (hier(7)); the last ones are others' to fill.
static const char *const shown[] = {"usr", "opt", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "boot", "nix", "snap"};
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

struct size {
    size_t entries;
    off_t bytes;
};

// Counts until it is too much; -1 ends the count, and says nothing else.
static int count_one(const struct place *place, void *context, struct ch_answer *answer) {
    struct size *size = context;
    struct stat file;
    if (fstatat(place->from, place->name, &file, AT_SYMLINK_NOFOLLOW) < 0) return 0;
    if (S_ISREG(file.st_mode)) size->bytes += file.st_size;
    if (++size->entries > ENTRIES_MAX || size->bytes > BYTES_MAX || place->depth > NESTING_MAX) return -1;
    if (!S_ISDIR(file.st_mode)) return 0;
    int inner = open_directory(place->from, place->name);
    if (inner < 0) return 0;
    int result = visit_entries(inner, -1, place->depth + 1, count_one, size, answer);
    close(inner);
    return result;
}

static int is_small(int directory) {
    struct size size = {0};
    struct ch_answer ignored = {0};
    int again = open_directory(directory, ".");
    if (again < 0) return 0;
    int result = visit_entries(again, -1, 0, count_one, &size, &ignored);
    close(again);
    return result == 0;
}

static int copy_content(const struct place *place, const struct stat *file, struct ch_answer *answer) {
    int from = openat(place->from, place->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (from < 0) return fail(answer, errno, "open", place->name, "to copy");
    int to = openat(place->to, place->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int result = to < 0 ? fail(answer, errno, "open", place->name, "the copy") : 0;
    for (off_t left = file->st_size; result == 0 && left > 0;) {
        ssize_t sent = sendfile(to, from, NULL, (size_t)left);
        if (sent < 0) result = fail(answer, errno, "sendfile", place->name, "");
        if (sent <= 0) break;
        left -= sent;
    }
    close(from);
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

// Locked later: the machine's own directory lies behind it.
static int show_directory(int from, int to, const char *root, struct ch_answer *answer) {
    char source[32], link[32], path[CH_PATH_SIZE];
    snprintf(source, sizeof source, "/proc/self/fd/%d", from);
    snprintf(link, sizeof link, "/proc/self/fd/%d", to);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return fail(answer, errno, "readlink", link, "");
    path[length] = 0;
    const char *place = lock_later(path + strlen(root) + 1, answer);
    if (place == NULL) return -1;
    if (bind_over(source, place, 0) < 0) return fail(answer, errno, "mount", "bind", path);
    return make_readonly(place, 0) < 0 ? fail(answer, errno, "mount_setattr", "read-only", path) : 0;
}

static int fill_directory(const struct place *place, int from, int to, const char *root, struct ch_answer *answer) {
    char opaque;
    // One that is to be empty in the host stays so.
    if (fgetxattr(to, "trusted.overlay.opaque", &opaque, 1) == 1) return 0;
    int left_out = place->depth == 0 && listed(skipped, sizeof skipped / sizeof *skipped, place->name);
    int small = place->depth > SPLIT_DEPTH || is_small(from);
    if (place->depth == 0 && listed(shown, sizeof shown / sizeof *shown, place->name)) small = 0;
    else if (!small && place->depth < SPLIT_DEPTH) small = -1;
    // The mark tells who looks for changes whether what is missing here was deleted, for nothing shows through; a directory
    // without a mark was made in the host.
    if (fsetxattr(to, "trusted.tocsin.copied", left_out || small == 0 ? "n" : "y", 1, 0) < 0)
        return fail(answer, errno, "fsetxattr", "trusted.tocsin.copied on", place->name);
    if (left_out) return 0;
    if (small == 0) return show_directory(from, to, root, answer);
    return visit_entries(from, to, small > 0 ? SPLIT_DEPTH + 1 : place->depth + 1, copy_one, (void *)root, answer);
}

static int copy_directory(const struct place *place, const struct stat *file, const char *root, struct ch_answer *answer) {
    int result = -1;
    if (mkdirat(place->to, place->name, 0700) < 0 && errno != EEXIST)
        return fail(answer, errno, "mkdir", place->name, "the copy");
    int from = open_directory(place->from, place->name), to = open_directory(place->to, place->name);
    if (from < 0 || to < 0) fail(answer, errno, "open", place->name, "to copy");
    else if (fchown(to, file->st_uid, file->st_gid) < 0 || fchmod(to, file->st_mode & 07777) < 0)
        fail(answer, errno, "fchmod", place->name, "");
    else result = fill_directory(place, from, to, root, answer);
    if (from >= 0) close(from);
    if (to >= 0) close(to);
    return result;
}

static int copy_one(const struct place *place, void *context, struct ch_answer *answer) {
    struct stat file;
    if (fstatat(place->from, place->name, &file, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : fail(answer, errno, "stat", place->name, "");
    if (S_ISDIR(file.st_mode)) return copy_directory(place, &file, context, answer);
    if (S_ISLNK(file.st_mode)) return copy_link(place, answer);
    if (S_ISREG(file.st_mode)) {
        if (copy_content(place, &file, answer) < 0) return -1;
    } else if (mknodat(place->to, place->name, file.st_mode, file.st_rdev) < 0) {
        return fail(answer, errno, "mknod", place->name, "");
    }
    struct timespec times[2] = {file.st_atim, file.st_mtim};
    if (fchownat(place->to, place->name, file.st_uid, file.st_gid, AT_SYMLINK_NOFOLLOW) < 0 ||
        fchmodat(place->to, place->name, file.st_mode & 07777, 0) < 0 || utimensat(place->to, place->name, times, 0) < 0)
        return fail(answer, errno, "fchmod", place->name, "");
    return 0;
}

// Fills `root`, a mount of the upper directory, from the machine's root.
int copy_root(const char *root, struct ch_answer *answer) {
    int from = open_directory(AT_FDCWD, "/"), to = open_directory(AT_FDCWD, root), result = -1;
    if (from < 0 || to < 0) fail(answer, errno, "open", root, "");
    else if (fsetxattr(to, "trusted.tocsin.copied", "y", 1, 0) < 0)
        fail(answer, errno, "fsetxattr", "trusted.tocsin.copied on", root);
    else result = visit_entries(from, to, 0, copy_one, (void *)root, answer);
    // Change times are of the kernel's coarse clock: what is done later is not earlier than this.
    struct timespec stood;
    clock_gettime(CLOCK_REALTIME_COARSE, &stood);
    if (result == 0 && fsetxattr(to, "trusted.tocsin.stood", &stood, sizeof stood, 0) < 0)
        result = fail(answer, errno, "fsetxattr", "trusted.tocsin.stood on", root);
    if (from >= 0) close(from);
    if (to >= 0) close(to);
    return result;
}
