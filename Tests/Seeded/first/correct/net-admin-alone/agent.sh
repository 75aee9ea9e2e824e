#!/bin/sh
# Gives a device its address with CAP_NET_ADMIN and nothing else, as nobody; says so and takes back what it did where it may not.
case $1 in
up)
  ip address add 10.9.0.2/24 dev eth0 || exit 1
  if ! ip link set eth0 mtu 1400; then
    ip address del 10.9.0.2/24 dev eth0
    exit 1
  fi
  ;;
down) ip address del 10.9.0.2/24 dev eth0 && ip link set eth0 mtu 1500 ;;
esac
