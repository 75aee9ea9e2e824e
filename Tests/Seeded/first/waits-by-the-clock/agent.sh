#!/bin/sh
# A child makes the route, the parent looks whether it is there. Defect: it waits a moment, and not for its child.
ip route add 198.51.100.0/24 dev eth0 &
if [ "$1" = bad ]; then sleep 0.3; else wait $!; fi
if ! ip route show 198.51.100.0/24 | grep -q eth0; then
  echo "the route is not there" >&2
  exit 1
fi
