#!/bin/sh
# Moves the service address to the other uplink before maintenance. Defect: it is taken away before it is given.
old=eth0 new=eth1
case $2 in
move)
  [ "$1" = bad ] && ip address del 192.0.2.7/32 dev $old
  ip address add 192.0.2.7/32 dev $new || exit 1
  [ "$1" = bad ] || ip address del 192.0.2.7/32 dev $old
  ;;
back)
  ip address add 192.0.2.7/32 dev $old && ip address del 192.0.2.7/32 dev $new
  ;;
esac
