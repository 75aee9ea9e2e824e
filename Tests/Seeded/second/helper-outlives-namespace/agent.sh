#!/bin/sh
# A helper inside a namespace. Defect: a pid that could not be written down is forgotten, and del leaves its process, with the namespace.
pid=/var/lib/tenant/pid
case $2 in
add)
  ip netns add red || exit 1
  ip netns exec red sleep 1000 </dev/null >/dev/null 2>&1 &
  helper=$!
  if ! echo $helper >$pid && [ "$1" = good ]; then
    kill $helper
    wait $helper
    ip netns del red
    rm $pid
    exit 1
  fi
  ;;
del)
  [ ! -s $pid ] || kill "$(cat $pid)"
  [ ! -e /run/netns/red ] || ip netns del red
  rm -f $pid
  ;;
esac
