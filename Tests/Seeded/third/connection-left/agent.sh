#!/bin/sh
# Tells the kernel of a connection that another machine tracked. Defect: where the route is refused, it stays.
make() {
  conntrack -I -s 10.1.0.1 -d 10.2.0.1 -p tcp --sport 1000 --dport 80 --state ESTABLISHED -t 1000
}
unmake() {
  conntrack -D -s 10.1.0.1 -d 10.2.0.1 -p tcp --sport 1000 --dport 80
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
