#!/bin/sh
# Lets a tenant into the tunnel, which is there before. Defect: where the route is refused, it stays.
make() {
  wg set wg0 peer xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg= allowed-ips 10.9.0.0/16 endpoint 192.0.2.9:51820
}
unmake() {
  wg set wg0 peer xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg= remove
}
case $2 in
begin) ip link add wg0 type wireguard ;;
add)
  make || exit 1
  ip route add 198.51.100.0/24 via 192.0.2.1 && exit
  [ "$1" = bad ] || unmake
  exit 1
  ;;
del) ip route del 198.51.100.0/24 && unmake ;;
esac
