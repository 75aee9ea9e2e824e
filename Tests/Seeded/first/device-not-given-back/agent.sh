#!/bin/sh
# Lends a device of the host to a namespace. Defect: del does not take it back, and the device goes with the namespace.
case $2 in
add)
  ip netns add red && ip link set eth1 netns red
  ;;
del)
  [ "$1" = bad ] || ip -n red link set eth1 netns 1
  ip netns del red
  [ "$1" = bad ] || ip link set eth1 up
  ;;
esac
