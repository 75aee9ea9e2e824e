#!/bin/sh
# A bridge, if it is not there yet. Defect: any device of that name will do.
if ! ip link add red0 type bridge 2>/dev/null; then
  if [ "$1" = good ] && ! ip link show red0 type bridge | grep -q .; then
    echo "red0 is no bridge" >&2
    exit 1
  fi
fi
ip address replace 10.9.0.1/24 dev red0 && ip link set red0 up
