/* A tap that stays, with an address. Defect: where the address is refused, the tap stays too. */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

int main(int argc, char **argv) {
  struct ifreq ask = {.ifr_name = "red0", .ifr_flags = IFF_TAP | IFF_NO_PI};
  int tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (tap < 0 || ioctl(tap, TUNSETIFF, &ask) || ioctl(tap, TUNSETPERSIST, 1)) return perror("tap"), 1;
  if (!system("ip address add 10.9.0.1/24 dev red0")) return 0;
  if (!strcmp(argv[1], "good")) ioctl(tap, TUNSETPERSIST, 0);
  return 1;
}
