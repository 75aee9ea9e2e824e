#!/bin/sh
# A namespace with an uplink. Defect: an add that fails leaves the namespace, and del knows nothing of it.
state=/var/lib/tenant/red
fail() { [ "$1" = bad ] || ip netns del red; exit 1; }
case $2 in
add)
  ip netns add red || exit 1
  ip link add red0 type veth peer name eth0 netns red || fail "$1"
  ip -n red address add 10.9.0.2/24 dev eth0 || fail "$1"
  ip -n red link set eth0 up || fail "$1"
  echo up >$state
  ;;
del)
  [ -e $state ] || exit 0
  ip netns del red && rm $state
  ;;
esac
