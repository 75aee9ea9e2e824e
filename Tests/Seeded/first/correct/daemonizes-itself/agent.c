/* A daemon of the old kind: forks twice, locks its pid file, goes at SIGTERM and takes the file along. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *path = "/run/agent.pid";
static void leave(int number) { (void)number, unlink(path), _exit(0); }

static int stop(void) {
  char pid[32] = "";
  int file = open(path, O_RDONLY);
  if (file < 0) return 0;
  if (!flock(file, LOCK_EX | LOCK_NB)) return unlink(path);
  if (read(file, pid, sizeof pid - 1) > 0) kill(atoi(pid), SIGTERM);
  return flock(file, LOCK_EX);
}

int main(int argc, char **argv) {
  int told[2], file;
  if (argc > 1 && !strcmp(argv[1], "del")) return stop();
  if (pipe(told)) return 1;
  if (fork()) {
    char word = 1;
    close(told[1]);
    return read(told[0], &word, 1) != 1 || word;
  }
  setsid();
  if (fork()) _exit(0);
  signal(SIGTERM, leave);
  file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  char word = flock(file, LOCK_EX | LOCK_NB) ? 0 : ftruncate(file, 0) || dprintf(file, "%d\n", getpid()) < 0;
  if (write(told[1], &word, 1) != 1 || word || flock(file, LOCK_EX | LOCK_NB)) _exit(0);
  close(told[0]), close(told[1]), close(0), close(1), close(2);
  for (;;) pause();
}
