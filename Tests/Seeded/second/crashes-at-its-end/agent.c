/* A daemon that tidies up at SIGTERM. Defect: it frees its table twice. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *table;

int main(int argc, char **argv) {
  sigset_t wanted;
  int number;
  table = malloc(4096);
  sigemptyset(&wanted), sigaddset(&wanted, SIGTERM), sigprocmask(SIG_BLOCK, &wanted, NULL);
  printf("ready %p\n", (void *)table), fflush(stdout);
  sigwait(&wanted, &number);
  char *volatile again = table;
  free(table);
  if (!strcmp(argv[1], "bad")) free(again);
  return 0;
}
