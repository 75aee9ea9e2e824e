#!/bin/sh
# A bridge in a namespace that all share. Defect: two at once both find it missing, and the second one fails.
if [ "$1" = good ]; then
  exec 9>/var/lib/tenant/lock
  flock 9
fi
if ! [ -e /run/netns/shared ]; then
  sleep 0.2
  ip netns add shared || exit 1
fi
ip -n shared link add "$2" type bridge
