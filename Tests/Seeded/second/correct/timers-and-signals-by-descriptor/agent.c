/* A daemon that waits for timers and signals on descriptors. Each tick it counts; nothing of that is seen from outside. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

int main(void) {
  sigset_t wanted;
  uint64_t ticks = 0, more;
  struct epoll_event event;
  struct itimerspec every = {{0, 300000000}, {0, 100000000}};
  sigemptyset(&wanted), sigaddset(&wanted, SIGTERM), sigaddset(&wanted, SIGHUP), sigprocmask(SIG_BLOCK, &wanted, NULL);
  int poll = epoll_create1(EPOLL_CLOEXEC), signals = signalfd(-1, &wanted, SFD_CLOEXEC), timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  event = (struct epoll_event){EPOLLIN, {.fd = signals}}, epoll_ctl(poll, EPOLL_CTL_ADD, signals, &event);
  event = (struct epoll_event){EPOLLIN, {.fd = timer}}, epoll_ctl(poll, EPOLL_CTL_ADD, timer, &event);
  timerfd_settime(timer, 0, &every, NULL);
  printf("ready\n"), fflush(stdout);
  while (epoll_wait(poll, &event, 1, -1) == 1) {
    struct signalfd_siginfo came;
    if (event.data.fd == timer && read(timer, &more, sizeof more) > 0) ticks += more;
    if (event.data.fd == signals && read(signals, &came, sizeof came) > 0) {
      if (came.ssi_signo == SIGTERM) return 0;
      printf("%llu ticks\n", (unsigned long long)ticks), fflush(stdout);
    }
  }
  return perror("epoll"), 1;
}
