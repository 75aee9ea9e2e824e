#!/bin/sh
# Adds a route, and tries again where it was refused. Defect: it never gives up.
tries=0
until ip route add 198.51.100.0/24 via 192.0.2.1; do
  tries=$((tries + 1))
  [ "$1" = bad ] || [ $tries -lt 3 ] || exit 1
  sleep 0.1
done
