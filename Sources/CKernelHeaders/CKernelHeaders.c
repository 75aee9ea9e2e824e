#include "CKernelHeaders.h"

#include <sys/socket.h>

#include <linux/if.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>

const uint8_t ckh_af_unspec = AF_UNSPEC;
const uint8_t ckh_af_inet = AF_INET;
const uint8_t ckh_af_inet6 = AF_INET6;
const uint8_t ckh_af_bridge = AF_BRIDGE;
const uint8_t ckh_af_mpls = AF_MPLS;

const uint32_t ckh_iff_up = IFF_UP;
const uint32_t ckh_iff_lower_up = IFF_LOWER_UP;
const uint32_t ckh_iff_running = IFF_RUNNING;
const uint32_t ckh_iff_loopback = IFF_LOOPBACK;
const uint8_t ckh_if_oper_up = IF_OPER_UP;
const uint8_t ckh_if_oper_unknown = IF_OPER_UNKNOWN;
const uint8_t ckh_if_oper_notpresent = IF_OPER_NOTPRESENT;
const uint8_t ckh_if_oper_down = IF_OPER_DOWN;
const uint8_t ckh_if_oper_lowerlayerdown = IF_OPER_LOWERLAYERDOWN;
const uint8_t ckh_if_oper_testing = IF_OPER_TESTING;
const uint8_t ckh_if_oper_dormant = IF_OPER_DORMANT;
const size_t ckh_ifnamsiz = IFNAMSIZ;

const size_t ckh_devconf_disable_ipv6 = DEVCONF_DISABLE_IPV6;

const uint32_t ckh_nf_drop = NF_DROP;
const uint32_t ckh_nf_accept = NF_ACCEPT;
const uint32_t ckh_nf_queue = NF_QUEUE;
const uint8_t ckh_nfproto_inet = NFPROTO_INET;
const uint8_t ckh_nfproto_ipv4 = NFPROTO_IPV4;
const uint8_t ckh_nfproto_arp = NFPROTO_ARP;
const uint8_t ckh_nfproto_netdev = NFPROTO_NETDEV;
const uint8_t ckh_nfproto_bridge = NFPROTO_BRIDGE;
const uint8_t ckh_nfproto_ipv6 = NFPROTO_IPV6;
const uint32_t ckh_nf_inet_pre_routing = NF_INET_PRE_ROUTING;
const uint32_t ckh_nf_inet_local_in = NF_INET_LOCAL_IN;
const uint32_t ckh_nf_inet_forward = NF_INET_FORWARD;
const uint32_t ckh_nf_inet_local_out = NF_INET_LOCAL_OUT;
const uint32_t ckh_nf_inet_post_routing = NF_INET_POST_ROUTING;
const uint32_t ckh_nf_inet_ingress = NF_INET_INGRESS;
const uint32_t ckh_nf_netdev_ingress = NF_NETDEV_INGRESS;
const uint32_t ckh_nf_netdev_egress = NF_NETDEV_EGRESS;
