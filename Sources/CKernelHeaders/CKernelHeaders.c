#include "CKernelHeaders.h"

#include <sys/socket.h>

#include <linux/ethtool_netlink.h>
#include <linux/if.h>
#include <linux/if_bridge.h>
#include <linux/if_ether.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/xfrm.h>

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
const uint16_t ckh_vlandb_entry_state = BRIDGE_VLANDB_ENTRY_STATE, ckh_vlandb_entry_tunnel = BRIDGE_VLANDB_ENTRY_TUNNEL_INFO;
const uint16_t ckh_vlandb_global_id = BRIDGE_VLANDB_GOPTS_ID, ckh_vlandb_global_range = BRIDGE_VLANDB_GOPTS_RANGE;
const size_t ckh_port_message_size = sizeof(struct br_port_msg), ckh_port_message_device = offsetof(struct br_port_msg, ifindex);
const uint16_t ckh_mdb_set_entry = MDBA_SET_ENTRY, ckh_mdb_set_attributes = MDBA_SET_ENTRY_ATTRS;
const size_t ckh_mdb_entry_size = sizeof(struct br_mdb_entry), ckh_mdb_port = offsetof(struct br_mdb_entry, ifindex);
const size_t ckh_mdb_state = offsetof(struct br_mdb_entry, state), ckh_mdb_vlan = offsetof(struct br_mdb_entry, vid);
const size_t ckh_mdb_address = offsetof(struct br_mdb_entry, addr.u), ckh_mdb_protocol = offsetof(struct br_mdb_entry, addr.proto);
const uint8_t ckh_mdb_permanent = MDB_PERMANENT;

const uint16_t ckh_eth_p_ip = ETH_P_IP, ckh_eth_p_ipv6 = ETH_P_IPV6, ckh_eth_p_arp = ETH_P_ARP, ckh_eth_p_all = ETH_P_ALL;
const uint16_t ckh_eth_p_8021q = ETH_P_8021Q, ckh_eth_p_8021ad = ETH_P_8021AD, ckh_eth_p_mpls = ETH_P_MPLS_UC;

const uint16_t ckh_xfrm_newsa = XFRM_MSG_NEWSA, ckh_xfrm_delsa = XFRM_MSG_DELSA, ckh_xfrm_getsa = XFRM_MSG_GETSA;
const uint16_t ckh_xfrm_updsa = XFRM_MSG_UPDSA, ckh_xfrm_flushsa = XFRM_MSG_FLUSHSA, ckh_xfrm_getsadinfo = XFRM_MSG_GETSADINFO;
const uint16_t ckh_xfrm_newpolicy = XFRM_MSG_NEWPOLICY, ckh_xfrm_delpolicy = XFRM_MSG_DELPOLICY, ckh_xfrm_getpolicy = XFRM_MSG_GETPOLICY;
const uint16_t ckh_xfrm_updpolicy = XFRM_MSG_UPDPOLICY, ckh_xfrm_flushpolicy = XFRM_MSG_FLUSHPOLICY;
const uint16_t ckh_xfrm_getspdinfo = XFRM_MSG_GETSPDINFO, ckh_xfrma_mark = XFRMA_MARK, ckh_xfrma_srcaddr = XFRMA_SRCADDR;
const size_t ckh_xfrm_selector_size = sizeof(struct xfrm_selector), ckh_xfrm_selector_dst = offsetof(struct xfrm_selector, daddr);
const size_t ckh_xfrm_selector_src = offsetof(struct xfrm_selector, saddr), ckh_xfrm_selector_family = offsetof(struct xfrm_selector, family);
const size_t ckh_xfrm_selector_dstlen = offsetof(struct xfrm_selector, prefixlen_d);
const size_t ckh_xfrm_selector_srclen = offsetof(struct xfrm_selector, prefixlen_s), ckh_xfrm_selector_proto = offsetof(struct xfrm_selector, proto);
const size_t ckh_xfrm_sa_size = sizeof(struct xfrm_usersa_info), ckh_xfrm_sa_dst = offsetof(struct xfrm_usersa_info, id.daddr);
const size_t ckh_xfrm_sa_spi = offsetof(struct xfrm_usersa_info, id.spi), ckh_xfrm_sa_proto = offsetof(struct xfrm_usersa_info, id.proto);
const size_t ckh_xfrm_sa_src = offsetof(struct xfrm_usersa_info, saddr), ckh_xfrm_sa_reqid = offsetof(struct xfrm_usersa_info, reqid);
const size_t ckh_xfrm_sa_family = offsetof(struct xfrm_usersa_info, family), ckh_xfrm_sa_mode = offsetof(struct xfrm_usersa_info, mode);
const size_t ckh_xfrm_said_size = sizeof(struct xfrm_usersa_id), ckh_xfrm_said_spi = offsetof(struct xfrm_usersa_id, spi);
const size_t ckh_xfrm_said_family = offsetof(struct xfrm_usersa_id, family), ckh_xfrm_said_proto = offsetof(struct xfrm_usersa_id, proto);
const size_t ckh_xfrm_policy_size = sizeof(struct xfrm_userpolicy_info), ckh_xfrm_policy_priority = offsetof(struct xfrm_userpolicy_info, priority);
const size_t ckh_xfrm_policy_index = offsetof(struct xfrm_userpolicy_info, index), ckh_xfrm_policy_dir = offsetof(struct xfrm_userpolicy_info, dir);
const size_t ckh_xfrm_policy_action = offsetof(struct xfrm_userpolicy_info, action);
const size_t ckh_xfrm_policyid_size = sizeof(struct xfrm_userpolicy_id), ckh_xfrm_policyid_index = offsetof(struct xfrm_userpolicy_id, index);
const size_t ckh_xfrm_policyid_dir = offsetof(struct xfrm_userpolicy_id, dir);
const uint8_t ckh_xfrm_mode_tunnel = XFRM_MODE_TUNNEL, ckh_xfrm_policy_out = XFRM_POLICY_OUT, ckh_xfrm_policy_fwd = XFRM_POLICY_FWD;
const uint8_t ckh_xfrm_policy_block = XFRM_POLICY_BLOCK;

const uint16_t ckh_ethtool_header_index = ETHTOOL_A_HEADER_DEV_INDEX, ckh_ethtool_header_name = ETHTOOL_A_HEADER_DEV_NAME;

const uint8_t ckh_ipproto_tcp = IPPROTO_TCP, ckh_ipproto_dccp = IPPROTO_DCCP;

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
