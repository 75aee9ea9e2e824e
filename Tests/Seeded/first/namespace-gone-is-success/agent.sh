#!/bin/sh
# Plugs a pod into the host. Defect: it looks whether the pod is there, and then relies on it.
if ! [ -e /run/netns/pod ]; then echo "no pod" >&2; exit 1; fi
if [ "$1" = bad ]; then
  ip link add pod0 type veth peer name eth0 netns pod 2>/dev/null
  ip -n pod link set eth0 up 2>/dev/null
  exit 0
fi
ip link add pod0 type veth peer name eth0 netns pod && ip -n pod link set eth0 up
