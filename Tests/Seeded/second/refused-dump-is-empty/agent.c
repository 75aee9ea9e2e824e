/* Deletes all devices of a tenant. Defect: the answer to its question may be an error, and that ends the list like its end does. */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
  struct { struct nlmsghdr n; struct ifinfomsg i; } q = {{sizeof q, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 1, 0}, {0}};
  static char buffer[65536];
  char command[64], found[32][16];
  int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), n = 0, over = 0;
  if (!strcmp(argv[2], "add")) return system("ip link add red0 type bridge") ? 1 : 0;
  if (send(s, &q, sizeof q, 0) < 0) return perror("send"), 1;
  while (!over) {
    ssize_t size = recv(s, buffer, sizeof buffer, 0);
    for (struct nlmsghdr *m = (void *)buffer; NLMSG_OK(m, size) && !over; m = NLMSG_NEXT(m, size)) {
      over = m->nlmsg_type == NLMSG_DONE || m->nlmsg_type == NLMSG_ERROR;
      if (m->nlmsg_type == NLMSG_ERROR && !strcmp(argv[1], "good")) return fprintf(stderr, "no list\n"), 1;
      struct rtattr *a = IFLA_RTA(NLMSG_DATA(m));
      for (int left = IFLA_PAYLOAD(m); !over && RTA_OK(a, left); a = RTA_NEXT(a, left))
        if (a->rta_type == IFLA_IFNAME && !strncmp(RTA_DATA(a), "red", 3) && n < 32) snprintf(found[n++], 16, "%s", (char *)RTA_DATA(a));
    }
  }
  while (n--) {
    snprintf(command, sizeof command, "ip link del %s", found[n]);
    if (system(command)) return 1;
  }
  return 0;
}
