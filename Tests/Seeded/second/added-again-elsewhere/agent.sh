#!/bin/sh
# The first free address. Defect: del frees a lease only if its address is still on the device.
dir=/var/lib/tenant
case $2 in
add)
  for n in 2 3 4; do
    (set -C; echo red >$dir/10.9.0.$n) 2>/dev/null && break
  done
  ip address add 10.9.0.$n/32 dev lo
  ;;
del)
  for lease in $dir/10.9.*; do
    [ -e $lease ] || continue
    if ip -4 address show dev lo | grep -q "${lease##*/}/32"; then
      ip address del ${lease##*/}/32 dev lo || exit 1
      rm $lease
    fi
    [ "$1" = bad ] || rm -f $lease
  done
  ;;
esac
