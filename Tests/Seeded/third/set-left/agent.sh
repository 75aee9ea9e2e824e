#!/bin/sh
# Lists a tenant in a set of its own. Defect: where the route is refused, it stays.
make() {
  ipset create tenant hash:ip && ipset add tenant 192.0.2.9
}
unmake() {
  ipset destroy tenant
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
