/* Watches its devices. Defect: it takes for granted that every device of which the kernel speaks is in its own table. */
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static char names[1024][IFNAMSIZ], *known[1024];

int main(int argc, char **argv) {
  struct sockaddr_nl to = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
  char buffer[16384];
  int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  if (bind(s, (struct sockaddr *)&to, sizeof to)) return perror("netlink"), 1;
  unsigned mine = if_nametoindex("eth0");
  known[mine % 1024] = strcpy(names[mine % 1024], "eth0");
  printf("ready\n"), fflush(stdout);
  for (;;) {
    ssize_t n = recv(s, buffer, sizeof buffer, 0);
    for (struct nlmsghdr *m = (void *)buffer; NLMSG_OK(m, n); m = NLMSG_NEXT(m, n)) {
      struct ifinfomsg *link = NLMSG_DATA(m);
      char *name = known[link->ifi_index % 1024];
      if (!strcmp(argv[1], "good") && !name) continue;
      printf("%.15s is %s\n", name, *name && link->ifi_flags & IFF_UP ? "up" : "down"), fflush(stdout);
    }
  }
}
