/* Gives lo an address by rtnetlink. Defect: an answer came, and nobody looks at the errno in it. */
#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
  struct { struct nlmsghdr n; struct ifaddrmsg a; struct rtattr r; struct in_addr in; } q = {
      {sizeof q, RTM_NEWADDR, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, 1, 0},
      {AF_INET, 32, 0, 0, 1}, {8, IFA_LOCAL}, {inet_addr("10.9.0.1")}};
  char answer[512];
  int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  if (send(s, &q, sizeof q, 0) < 0 || recv(s, answer, sizeof answer, 0) < 0) return perror("netlink"), 1;
  struct nlmsghdr *n = (struct nlmsghdr *)answer;
  int error = n->nlmsg_type == NLMSG_ERROR ? -((struct nlmsgerr *)NLMSG_DATA(n))->error : 0;
  if (argc > 1 && !strcmp(argv[1], "good") && error) return fprintf(stderr, "address: %s\n", strerror(error)), 1;
  return 0;
}
