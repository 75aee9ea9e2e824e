#!/bin/sh
# Routes a network by its own gateway. Defect: a route that is there already is taken for its own, whatever its gateway.
if [ "$1" = good ]; then
  ip route replace 198.51.100.0/24 via 192.0.2.1 metric 50
else
  said=$(ip route add 198.51.100.0/24 via 192.0.2.1 metric 50 2>&1) || case $said in
    *"File exists"*) ;;
    *) echo "$said" >&2; exit 1 ;;
  esac
fi
