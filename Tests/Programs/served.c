// A file system that this program serves itself, by /dev/fuse: before each answer the server makes calls of its own, as any
// server does. Natively nobody waits for anybody; a tracer that looks into the file system while it holds the server would.
// With an argument the path of an open(2) lies in a file of it that is mapped and was not read yet: who reads the path out of the
// program's memory waits for the server too, and no signal wakes it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const point = "/tmp/served";

static void answer(int fuse, uint64_t unique, int error, const void *body, size_t size) {
    char bytes[4096 + sizeof(struct fuse_out_header)];
    struct fuse_out_header header = {(uint32_t)(sizeof header + size), error, unique};
    memcpy(bytes, &header, sizeof header);
    if (size) memcpy(bytes + sizeof header, body, size);
    if (write(fuse, bytes, header.len) < 0 && errno != ENOENT) _exit(80);
}

static struct fuse_attr attributes(uint64_t node) {
    return (struct fuse_attr){.ino = node, .mode = node == 1 ? S_IFDIR | 0755 : S_IFREG | 0755, .size = 4096, .nlink = 1};
}

static void serve(int fuse) {
    static char bytes[1 << 17];
    for (int n = 0;; n++) {
        char name[32];
        ssize_t got = read(fuse, bytes, sizeof bytes);
        if (got < (ssize_t)sizeof(struct fuse_in_header)) _exit(0);
        struct fuse_in_header in;
        memcpy(&in, bytes, sizeof in);
        const char *body = bytes + sizeof in;
        snprintf(name, sizeof name, "/tmp/log-%d", n);
        mkdir(name, 0700);
        rmdir(name);
        switch (in.opcode) {
        case FUSE_INIT: {
            struct fuse_init_out out = {.major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .max_write = 4096, .max_readahead = 4096};
            answer(fuse, in.unique, 0, &out, sizeof out);
            break;
        }
        case FUSE_LOOKUP: {
            struct fuse_entry_out out = {.nodeid = 2, .attr = attributes(2)};
            if (strcmp(body, "there") == 0) answer(fuse, in.unique, 0, &out, sizeof out);
            else answer(fuse, in.unique, -ENOENT, NULL, 0);
            break;
        }
        case FUSE_GETATTR: {
            struct fuse_attr_out out = {.attr = attributes(in.nodeid)};
            answer(fuse, in.unique, 0, &out, sizeof out);
            break;
        }
        case FUSE_OPEN: case FUSE_OPENDIR: {
            struct fuse_open_out out = {.fh = 1};
            answer(fuse, in.unique, 0, &out, sizeof out);
            break;
        }
        case FUSE_READ: {
            static const char path[4096] = "/tmp/served/there";
            answer(fuse, in.unique, 0, path, sizeof path);
            break;
        }
        case FUSE_RELEASE: case FUSE_FLUSH: answer(fuse, in.unique, 0, NULL, 0); break;
        case FUSE_FORGET: case FUSE_BATCH_FORGET: case FUSE_INTERRUPT: break;
        default: answer(fuse, in.unique, -ENOSYS, NULL, 0);
        }
    }
}

static void use(const char *name, int flags) {
    char path[64];
    snprintf(path, sizeof path, "%s/%s", point, name);
    int fd = open(path, flags, 0644);
    printf("open %s %s\n", name, fd < 0 ? strerrorname_np(errno) : "ok");
    if (fd >= 0) close(fd);
}

static void use_mapped(void) {
    int fd = open("/tmp/served/there", O_RDONLY);
    const char *path = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    printf("open mapped %s\n", path == MAP_FAILED || open(path, O_RDWR | O_CREAT, 0644) < 0 ? strerrorname_np(errno) : "ok");
}

int main(int count, char **words) {
    char options[96];
    int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC), status = 0;
    if (fuse < 0 || (mkdir(point, 0755) < 0 && errno != EEXIST)) return 77;
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
    if (mount("served", point, "fuse.served", MS_NOSUID | MS_NODEV, options) < 0) return 78;
    pid_t server = fork();
    if (server == 0) serve(fuse);
    close(fuse);
    if (count > 1 && *words != NULL) use_mapped();
    use("there", O_RDWR | O_CREAT);
    use("missing", O_RDWR | O_CREAT);
    use("there", O_WRONLY);
    fflush(stdout);
    if (fork() == 0) {
        execl("/tmp/served/missing", "missing", NULL);
        printf("exec %s\n", strerrorname_np(errno));
        fflush(stdout);
        _exit(0);
    }
    wait(&status);
    umount2(point, MNT_DETACH);
    rmdir(point);
    kill(server, SIGKILL);
    waitpid(server, &status, 0);
    return 0;
}
