/* Adds a route under a lock. Defect: a wait for the lock that was interrupted ends the program as if all were done. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

int main(int argc, char **argv) {
  int lock = open("/var/lib/tenant/lock", O_CREAT | O_RDWR, 0600);
  if (lock < 0) return perror("lock"), 1;
  while (flock(lock, LOCK_EX)) {
    if (errno != EINTR) return perror("lock"), 1;
    if (!strcmp(argv[1], "bad")) return 0;
  }
  return system("ip route replace 198.51.100.0/24 via 192.0.2.1") ? 1 : 0;
}
