#!/bin/sh
# Sends the traffic of a tenant through a tunnel. Defect: where the route is refused, it stays.
make() {
  ip xfrm policy add src 10.1.0.0/16 dst 10.2.0.0/16 dir out tmpl src 192.0.2.2 dst 192.0.2.9 proto esp mode tunnel
}
unmake() {
  ip xfrm policy delete src 10.1.0.0/16 dst 10.2.0.0/16 dir out
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
