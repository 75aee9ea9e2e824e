#!/bin/sh
# Plugs a pod. Whatever step fails, its own end of the pair goes again, and the failure is said.
pair() { ip link add pod0 type veth peer name eth0 netns pod; }
fail() {
  ! [ -e /sys/class/net/pod0 ] || ip link del pod0
  echo "$1" >&2
  exit 1
}
case $1 in
add)
  [ -e /run/netns/pod ] || fail "there is no pod"
  pair || fail "no pair"
  ip -n pod address add 10.9.0.2/24 dev eth0 || fail "no address"
  ip -n pod link set eth0 up || fail "not up"
  ip link set pod0 up || fail "not up here"
  ;;
del)
  ! [ -e /sys/class/net/pod0 ] || ip link del pod0
  ;;
esac
