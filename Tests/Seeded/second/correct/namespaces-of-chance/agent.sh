#!/bin/sh
# A namespace whose name is of chance, with a pair of devices; finished or begun anew after whatever happened.
set -e
state=/var/lib/agent/name
case $1 in
add)
  [ -s $state ] || { echo n$(od -An -N4 -tx1 /dev/urandom | tr -d ' ') >$state.new; mv $state.new $state; }
  name=$(cat $state)
  if ! ip -n $name link set lo up 2>/dev/null; then
    ip netns del $name 2>/dev/null || rm -f /run/netns/$name
    ip netns add $name
    ip -n $name link set lo up
  fi
  ip -n $name link show eth0 >/dev/null 2>&1 || ip link add up0 type veth peer name eth0 netns $name
  ip -n $name address replace 10.9.0.2/24 dev eth0
  ip -n $name link set eth0 up
  ;;
del)
  [ -s $state ] || exit 0
  name=$(cat $state)
  ! [ -e /run/netns/$name ] || ip netns del $name || rm -f /run/netns/$name
  while [ -e /sys/class/net/up0 ]; do sleep 0.01; done
  rm $state
  ;;
esac
