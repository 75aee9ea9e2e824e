#!/bin/sh
# Lends a device to a namespace. Defect: del removes the namespace though the device could not be taken back.
case $2 in
add)
  ip netns add red && ip link set eth1 netns red
  ;;
del)
  [ -e /run/netns/red ] || exit 0
  if ! ip -n red link set eth1 netns 1; then
    [ "$1" = bad ] || exit 1
  fi
  ip netns del red
  [ ! -e /sys/class/net/eth1 ] || ip link set eth1 up
  ;;
esac
