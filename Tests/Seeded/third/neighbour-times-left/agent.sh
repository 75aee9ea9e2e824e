#!/bin/sh
# Keeps the neighbours of a tenant longer. Defect: where the route is refused, it stays.
make() {
  ip ntable change name arp_cache dev eth0 base_reachable 120000
}
unmake() {
  ip ntable change name arp_cache dev eth0 base_reachable 30000
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
