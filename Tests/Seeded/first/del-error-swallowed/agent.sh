#!/bin/sh
# Adds a route for a tenant. Defect: del does not look whether the route could be deleted.
state=/var/lib/tenant/red
case $2 in
add)
  ip route add 198.51.100.0/24 via 192.0.2.1 || exit 1
  echo up >$state
  ;;
del)
  [ -e $state ] || exit 0
  if [ "$1" = bad ]; then
    ip route del 198.51.100.0/24 via 192.0.2.1 2>/dev/null
  else
    ip route del 198.51.100.0/24 via 192.0.2.1 || exit 1
  fi
  rm $state
  ;;
esac
