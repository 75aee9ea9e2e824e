/* Lets ip add an address. Defect: a child whose exec fails ends with 0. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int status;
  if (!fork()) {
    execlp("ip", "ip", "address", "add", "10.9.0.1/32", "dev", "lo", NULL);
    if (!strcmp(argv[1], "good")) perror("ip"), _exit(127);
    _exit(0);
  }
  return wait(&status) < 0 || status ? 1 : 0;
}
