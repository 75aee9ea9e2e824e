#!/bin/sh
# Tells a bridge where a tenant is. Defect: where the route is refused, it stays.
make() {
  bridge fdb add 02:00:00:00:00:11 dev port0 master static
}
unmake() {
  bridge fdb del 02:00:00:00:00:11 dev port0 master
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
