/* Enters a neighbour in a pod, which may be there, then a rule at home. Defect: after a refusal it does not go home. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), pod = open("/run/netns/pod", O_RDONLY | O_CLOEXEC);
  if (pod < 0 || setns(pod, CLONE_NEWNET)) return perror("pod"), 1;
  int refused = system("ip neighbour add 10.9.0.9 lladdr 02:00:00:00:00:09 dev eth0 nud permanent 2>/dev/null");
  if (refused) fprintf(stderr, "the neighbour is there already\n");
  if ((!refused || !strcmp(argv[1], "good")) && setns(home, CLONE_NEWNET)) return perror("home"), 1;
  return system("ip rule add from 10.9.0.2 table 100 priority 500") ? 1 : 0;
}
