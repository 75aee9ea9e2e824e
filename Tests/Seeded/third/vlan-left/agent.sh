#!/bin/sh
# Puts a tenant into its VLAN. Defect: where the route is refused, it stays.
make() {
  bridge vlan add dev port0 vid 77
}
unmake() {
  bridge vlan del dev port0 vid 77
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
