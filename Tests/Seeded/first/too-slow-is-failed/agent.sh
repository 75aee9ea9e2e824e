#!/bin/sh
# Makes a device and a route. Defect: it calls the work failed when it took longer than usual, and leaves it as it is.
began=$(date +%s%N)
ip link add br7 type bridge && ip link set br7 up && ip route add 198.51.100.0/24 dev br7 || exit 1
if [ "$1" = bad ] && [ $(($(date +%s%N) - began)) -gt 4000000000 ]; then
  echo "too slow" >&2
  exit 1
fi
