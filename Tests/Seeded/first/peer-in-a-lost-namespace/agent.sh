#!/bin/sh
# Wires a pod to the host. Defect: del counts on the kernel to take the host's end along with the namespace.
case $2 in
add)
  ip netns add pod &&
    ip link add vh-pod type veth peer name eth0 netns pod &&
    ip link set vh-pod up && ip -n pod link set eth0 up &&
    ip -n pod address add 10.9.0.2/24 dev eth0
  ;;
del)
  if [ "$1" = good ] && ip link show dev vh-pod >/dev/null 2>&1; then
    ip link del vh-pod || exit 1
  fi
  ip netns del pod
  ;;
esac
