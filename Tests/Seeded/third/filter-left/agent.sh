#!/bin/sh
# Mirrors what comes in by a port. Defect: where the route is refused, it stays.
make() {
  tc qdisc show dev eth0 | grep -q ingress || tc qdisc add dev eth0 ingress || return
  tc filter add dev eth0 ingress protocol all prio 7 u32 match u32 0 0 action mirred egress mirror dev peer0
}
unmake() {
  tc filter del dev eth0 ingress prio 7 && tc qdisc del dev eth0 ingress
}
case $2 in
add)
  make || exit 1
  ip route add 198.51.100.0/24 via 192.0.2.1 && exit
  [ "$1" = bad ] || unmake
  exit 1
  ;;
del) ip route del 198.51.100.0/24 && unmake ;;
esac
