/* Tries whether a tap can be had; it goes with its descriptor. The answer is kept in a file. */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(void) {
  const char *path = "/var/lib/agent/tap", *answer = "yes\n";
  struct ifreq ask = {.ifr_name = "try%d", .ifr_flags = IFF_TAP | IFF_NO_PI};
  int tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (tap < 0 || ioctl(tap, TUNSETIFF, &ask)) answer = "no\n";
  if (tap >= 0) close(tap);
  int file = open("/var/lib/agent/tap.new", O_CREAT | O_WRONLY | O_TRUNC, 0644);
  if (file < 0 || write(file, answer, strlen(answer)) < 0 || close(file) || rename("/var/lib/agent/tap.new", path)) {
    perror(path);
    unlink("/var/lib/agent/tap.new");
    return 1;
  }
  return 0;
}
