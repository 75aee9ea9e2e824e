#!/bin/sh
# A table of its own for a tenant's traffic. Defect: a route that is refused leaves the rule that led to it.
table=120 source=10.9.0.0/24
if [ "$2" = del ]; then
  ip rule del from $source table $table || exit 1
  exec ip route flush table $table
fi
ip rule add from $source table $table priority 1200 || exit 1
if ! ip route add default via 192.0.2.1 table $table; then
  echo "no route for $source, giving up" >&2
  [ "$1" = bad ] || ip rule del from $source table $table priority 1200
  exit 1
fi
