#!/bin/sh
# Its own bridge, rule, route and file; what others have beside them it neither needs nor touches.
case $1 in
add)
  ip link add mine0 type bridge && ip address add 10.9.0.1/24 dev mine0 && ip link set mine0 up || exit 1
  ip rule add from 10.9.0.0/24 table 109 priority 509 || exit 1
  ip route add default dev mine0 table 109 || exit 1
  echo up >/var/lib/agent/mine
  ;;
del)
  [ -e /var/lib/agent/mine ] || exit 0
  ip rule del priority 509 table 109
  ip link del mine0 && rm /var/lib/agent/mine
  ;;
esac
