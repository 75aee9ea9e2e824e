#!/bin/sh
# Keeps a tenant out by a rule of iptables. Defect: where the route is refused, it stays.
make() {
  iptables-legacy -A INPUT -s 192.0.2.9 -j DROP
}
unmake() {
  iptables-legacy -D INPUT -s 192.0.2.9 -j DROP
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
