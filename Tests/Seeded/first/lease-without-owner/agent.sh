#!/bin/sh
# Gives out the first free address. Defect: the lease is made first and written then; one that was not written belongs to nobody.
dir=/var/lib/tenant
case $2 in
add)
  for n in 2 3 4; do
    if [ "$1" = bad ]; then
      (set -C; : >$dir/10.9.0.$n) 2>/dev/null && echo red >$dir/10.9.0.$n && break
    else
      echo red >$dir/.new && ln $dir/.new $dir/10.9.0.$n 2>/dev/null && rm $dir/.new && break
    fi
  done
  ip address add 10.9.0.$n/32 dev lo
  ;;
del)
  for lease in $(grep -lx red $dir/10.9.*); do
    ip address del ${lease##*/}/32 dev lo
    rm $lease
  done
  ;;
esac
