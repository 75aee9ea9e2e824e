#!/bin/sh
# Puts the port of a tenant into a multicast group. Defect: where the route is refused, it stays.
make() {
  bridge mdb add dev br0 port port0 grp 239.1.1.1 permanent
}
unmake() {
  bridge mdb del dev br0 port port0 grp 239.1.1.1
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
