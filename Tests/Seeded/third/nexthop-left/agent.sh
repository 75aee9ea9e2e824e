#!/bin/sh
# Names a gateway by a nexthop. Defect: where the route is refused, it stays.
make() {
  ip nexthop add id 7 via 192.0.2.9 dev eth0
}
unmake() {
  ip nexthop del id 7
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
