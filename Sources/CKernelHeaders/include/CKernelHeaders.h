// The kernel's user-space headers that the netlink layers speak, for Swift.
//
// Only headers that define no type of the C library are included here: linux/if.h, linux/in.h, linux/in6.h and
// linux/netfilter.h would bring second definitions of ifreq, sockaddr_in and in6_addr, which clash as soon as
// a file imports Glibc too. What is needed of those is a value, so CKernelHeaders.c includes them and exports the value.
#ifndef TOCSIN_CKERNELHEADERS_H
#define TOCSIN_CKERNELHEADERS_H

#include <stddef.h>
#include <stdint.h>

#include <linux/fib_rules.h>
#include <linux/genetlink.h>
#include <linux/if_addr.h>
#include <linux/if_addrlabel.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/neighbour.h>
#include <linux/net_namespace.h>
#include <linux/netconf.h>
#include <linux/netfilter/ipset/ip_set.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <linux/nexthop.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/veth.h>
#include <linux/wireguard.h>

// linux/socket.h leaves the families to the C library (sys/socket.h).
extern const uint8_t ckh_af_unspec;
extern const uint8_t ckh_af_inet;
extern const uint8_t ckh_af_inet6;
extern const uint8_t ckh_af_bridge;
extern const uint8_t ckh_af_mpls;

// linux/if.h
extern const uint32_t ckh_iff_up;
extern const uint32_t ckh_iff_lower_up;
extern const uint32_t ckh_iff_running;
extern const uint32_t ckh_iff_loopback;
extern const uint8_t ckh_if_oper_up;
extern const uint8_t ckh_if_oper_unknown;
extern const uint8_t ckh_if_oper_notpresent;
extern const uint8_t ckh_if_oper_down;
extern const uint8_t ckh_if_oper_lowerlayerdown;
extern const uint8_t ckh_if_oper_testing;
extern const uint8_t ckh_if_oper_dormant;
// The size of a device name with its terminating zero.
extern const size_t ckh_ifnamsiz;

// linux/ipv6.h: the place of a setting in IFLA_INET6_CONF.
extern const size_t ckh_devconf_disable_ipv6;
// include/net/if_inet6.h (not a header for programs): IPv6 has taken note that the device has a carrier.
static const uint32_t ckh_if_ready = 0x80000000;

// linux/if_bridge.h
extern const uint16_t ckh_bridge_flags, ckh_bridge_mode, ckh_bridge_vlan_info, ckh_bridge_vlan_tunnel_info;
extern const uint16_t ckh_bridge_flags_self, ckh_bridge_flags_master;
extern const uint16_t ckh_vlan_pvid, ckh_vlan_untagged, ckh_vlan_range_begin, ckh_vlan_range_end, ckh_vlan_brentry, ckh_vlan_only_opts;
extern const uint16_t ckh_tunnel_id, ckh_tunnel_vid, ckh_tunnel_flags;
// RTM_NEWVLAN: struct br_vlan_msg, and the entries behind it.
extern const size_t ckh_vlan_message_size, ckh_vlan_message_device;
extern const uint16_t ckh_vlandb_entry, ckh_vlandb_global;
extern const uint16_t ckh_vlandb_entry_info, ckh_vlandb_entry_range, ckh_vlandb_global_id, ckh_vlandb_global_range;
extern const uint16_t ckh_vlandb_entry_state, ckh_vlandb_entry_tunnel;
// RTM_NEWMDB: struct br_port_msg, and struct br_mdb_entry in MDBA_SET_ENTRY.
extern const size_t ckh_port_message_size, ckh_port_message_device;
extern const uint16_t ckh_mdb_set_entry, ckh_mdb_set_attributes;
extern const size_t ckh_mdb_entry_size, ckh_mdb_port, ckh_mdb_state, ckh_mdb_vlan, ckh_mdb_address, ckh_mdb_protocol;
extern const uint8_t ckh_mdb_permanent;

// linux/if_ether.h
extern const uint16_t ckh_eth_p_ip, ckh_eth_p_ipv6, ckh_eth_p_arp, ckh_eth_p_all, ckh_eth_p_8021q, ckh_eth_p_8021ad, ckh_eth_p_mpls;

// linux/rtnetlink.h: what stands behind struct ifinfomsg in RTM_SETLINK of AF_BRIDGE.
static const uint32_t ckh_rtext_filter_brvlan = RTEXT_FILTER_BRVLAN | RTEXT_FILTER_BRVLAN_COMPRESSED;

// linux/xfrm.h: the messages, and where in their structures stands what.
extern const uint16_t ckh_xfrm_newsa, ckh_xfrm_delsa, ckh_xfrm_getsa, ckh_xfrm_updsa, ckh_xfrm_flushsa, ckh_xfrm_getsadinfo;
extern const uint16_t ckh_xfrm_newpolicy, ckh_xfrm_delpolicy, ckh_xfrm_getpolicy, ckh_xfrm_updpolicy, ckh_xfrm_flushpolicy, ckh_xfrm_getspdinfo;
extern const uint16_t ckh_xfrma_mark, ckh_xfrma_srcaddr;
extern const size_t ckh_xfrm_selector_size, ckh_xfrm_selector_dst, ckh_xfrm_selector_src, ckh_xfrm_selector_family;
extern const size_t ckh_xfrm_selector_dstlen, ckh_xfrm_selector_srclen, ckh_xfrm_selector_proto;
extern const size_t ckh_xfrm_sa_size, ckh_xfrm_sa_dst, ckh_xfrm_sa_spi, ckh_xfrm_sa_proto, ckh_xfrm_sa_src, ckh_xfrm_sa_reqid;
extern const size_t ckh_xfrm_sa_family, ckh_xfrm_sa_mode;
extern const size_t ckh_xfrm_said_size, ckh_xfrm_said_spi, ckh_xfrm_said_family, ckh_xfrm_said_proto;
extern const size_t ckh_xfrm_policy_size, ckh_xfrm_policy_priority, ckh_xfrm_policy_index, ckh_xfrm_policy_dir, ckh_xfrm_policy_action;
extern const size_t ckh_xfrm_policyid_size, ckh_xfrm_policyid_index, ckh_xfrm_policyid_dir;
extern const uint8_t ckh_xfrm_mode_tunnel, ckh_xfrm_policy_out, ckh_xfrm_policy_fwd, ckh_xfrm_policy_block;

// linux/ethtool_netlink.h: the device of a request.
extern const uint16_t ckh_ethtool_header_index, ckh_ethtool_header_name;

// linux/in.h
extern const uint8_t ckh_ipproto_tcp, ckh_ipproto_dccp;

// linux/netfilter.h
extern const uint32_t ckh_nf_drop;
extern const uint32_t ckh_nf_accept;
extern const uint32_t ckh_nf_queue;
extern const uint8_t ckh_nfproto_inet;
extern const uint8_t ckh_nfproto_ipv4;
extern const uint8_t ckh_nfproto_arp;
extern const uint8_t ckh_nfproto_netdev;
extern const uint8_t ckh_nfproto_bridge;
extern const uint8_t ckh_nfproto_ipv6;
extern const uint32_t ckh_nf_inet_pre_routing;
extern const uint32_t ckh_nf_inet_local_in;
extern const uint32_t ckh_nf_inet_forward;
extern const uint32_t ckh_nf_inet_local_out;
extern const uint32_t ckh_nf_inet_post_routing;
extern const uint32_t ckh_nf_inet_ingress;
extern const uint32_t ckh_nf_netdev_ingress;
extern const uint32_t ckh_nf_netdev_egress;

// linux/rtnetlink.h and linux/netlink.h: macros with casts, shifts or sizeof, which Swift does not import.
static const uint32_t ckh_rtext_filter_vf = RTEXT_FILTER_VF;
static const uint32_t ckh_rtext_filter_skip_stats = RTEXT_FILTER_SKIP_STATS;
static const uint16_t ckh_nla_f_nested = NLA_F_NESTED;
static const uint16_t ckh_nla_type_mask = (uint16_t)NLA_TYPE_MASK;
static const uint32_t ckh_nlmsg_hdrlen = NLMSG_HDRLEN;
static const uint32_t ckh_nlmsg_alignto = NLMSG_ALIGNTO;
static const uint32_t ckh_nla_hdrlen = NLA_HDRLEN;
static const uint32_t ckh_rtmgrp_link = RTMGRP_LINK;

// include/libnftnl/udata.h (not a kernel header): the type of the comment in a rule's NFTA_RULE_USERDATA, which
// is a list of {u8 type, u8 length, bytes} that nft(8) writes and the kernel only stores.
static const uint8_t ckh_nftnl_udata_rule_comment = 0;

#endif
