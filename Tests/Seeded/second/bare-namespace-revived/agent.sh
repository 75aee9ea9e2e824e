#!/bin/sh
# A namespace with settings and a device. Defect: before the device is made the namespace is made sure of again, without its settings.
ensure() { [ -e /run/netns/red ] || ip netns add red; }
ensure || exit 1
ip netns exec red sysctl -qw net.ipv4.ip_forward=1 || exit 1
ip -n red link set lo up || exit 1
[ "$1" = good ] || ensure || exit 1
if ! ip link add red0 type veth peer name eth0 netns red; then
  [ ! -e /run/netns/red ] || ip netns del red
  exit 1
fi
