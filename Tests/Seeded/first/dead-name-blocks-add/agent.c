/* Makes a namespace with a name. Defect: a name that was left without its namespace blocks every later add. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const char *name = "/run/netns/red";
  struct statfs kind;
  mkdir("/run/netns", 0755);
  if (!strcmp(argv[1], "good") && !statfs(name, &kind) && kind.f_type != 0x6e736673) unlink(name);
  int file = open(name, O_CREAT | O_EXCL | O_RDONLY, 0);
  if (file < 0) return perror(name), 1;
  close(file);
  if (unshare(CLONE_NEWNET) || mount("/proc/self/ns/net", name, "none", MS_BIND, NULL)) return perror("namespace"), unlink(name), 1;
  return 0;
}
