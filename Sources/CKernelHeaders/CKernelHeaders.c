#include "CKernelHeaders.h"

#include <sys/socket.h>

#include <linux/if.h>
#include <linux/if_bridge.h>
#include <linux/if_ether.h>
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

const uint16_t ckh_bridge_flags = IFLA_BRIDGE_FLAGS, ckh_bridge_mode = IFLA_BRIDGE_MODE;
const uint16_t ckh_bridge_vlan_info = IFLA_BRIDGE_VLAN_INFO, ckh_bridge_vlan_tunnel_info = IFLA_BRIDGE_VLAN_TUNNEL_INFO;
const uint16_t ckh_bridge_flags_self = BRIDGE_FLAGS_SELF, ckh_bridge_flags_master = BRIDGE_FLAGS_MASTER;
const uint16_t ckh_vlan_pvid = BRIDGE_VLAN_INFO_PVID, ckh_vlan_untagged = BRIDGE_VLAN_INFO_UNTAGGED;
const uint16_t ckh_vlan_range_begin = BRIDGE_VLAN_INFO_RANGE_BEGIN, ckh_vlan_range_end = BRIDGE_VLAN_INFO_RANGE_END;
const uint16_t ckh_vlan_brentry = BRIDGE_VLAN_INFO_BRENTRY, ckh_vlan_only_opts = BRIDGE_VLAN_INFO_ONLY_OPTS;
const uint16_t ckh_tunnel_id = IFLA_BRIDGE_VLAN_TUNNEL_ID, ckh_tunnel_vid = IFLA_BRIDGE_VLAN_TUNNEL_VID;
const uint16_t ckh_tunnel_flags = IFLA_BRIDGE_VLAN_TUNNEL_FLAGS;
const size_t ckh_vlan_message_size = sizeof(struct br_vlan_msg), ckh_vlan_message_device = offsetof(struct br_vlan_msg, ifindex);
const uint16_t ckh_vlandb_entry = BRIDGE_VLANDB_ENTRY, ckh_vlandb_global = BRIDGE_VLANDB_GLOBAL_OPTIONS;
const uint16_t ckh_vlandb_entry_info = BRIDGE_VLANDB_ENTRY_INFO, ckh_vlandb_entry_range = BRIDGE_VLANDB_ENTRY_RANGE;
const uint16_t ckh_vlandb_global_id = BRIDGE_VLANDB_GOPTS_ID, ckh_vlandb_global_range = BRIDGE_VLANDB_GOPTS_RANGE;
const size_t ckh_port_message_size = sizeof(struct br_port_msg), ckh_port_message_device = offsetof(struct br_port_msg, ifindex);
const uint16_t ckh_mdb_set_entry = MDBA_SET_ENTRY, ckh_mdb_set_attributes = MDBA_SET_ENTRY_ATTRS;
const size_t ckh_mdb_entry_size = sizeof(struct br_mdb_entry), ckh_mdb_port = offsetof(struct br_mdb_entry, ifindex);
const size_t ckh_mdb_state = offsetof(struct br_mdb_entry, state), ckh_mdb_vlan = offsetof(struct br_mdb_entry, vid);
const size_t ckh_mdb_address = offsetof(struct br_mdb_entry, addr.u), ckh_mdb_protocol = offsetof(struct br_mdb_entry, addr.proto);
const uint8_t ckh_mdb_permanent = MDB_PERMANENT;

const uint16_t ckh_eth_p_ip = ETH_P_IP, ckh_eth_p_ipv6 = ETH_P_IPV6, ckh_eth_p_arp = ETH_P_ARP, ckh_eth_p_all = ETH_P_ALL;
const uint16_t ckh_eth_p_8021q = ETH_P_8021Q, ckh_eth_p_8021ad = ETH_P_8021AD, ckh_eth_p_mpls = ETH_P_MPLS_UC;

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
