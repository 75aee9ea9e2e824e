#!/bin/sh
# A NAT chain of its own and a jump to it. Defect: del believes that without the chain nothing is left, and takes the jump last.
set -e
nat() { iptables -w -t nat "$@"; }
case $2 in
add)
  nat -N TENANT
  nat -A TENANT -s 10.9.0.0/24 -j MASQUERADE
  nat -A POSTROUTING -s 10.9.0.0/24 -j TENANT
  ;;
del)
  if [ "$1" = bad ]; then
    nat -D TENANT -s 10.9.0.0/24 -j MASQUERADE 2>/dev/null || exit 0
  else
    nat -F TENANT 2>/dev/null || exit 0
  fi
  ! nat -C POSTROUTING -s 10.9.0.0/24 -j TENANT 2>/dev/null || nat -D POSTROUTING -s 10.9.0.0/24 -j TENANT
  nat -X TENANT
  ;;
esac
