#!/bin/sh
# Shapes the traffic of a port. Defect: where the route is refused, it stays.
make() {
  tc qdisc add dev eth0 root handle 1: htb default 10 && tc class add dev eth0 parent 1: classid 1:10 htb rate 1mbit
}
unmake() {
  tc qdisc del dev eth0 root
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
