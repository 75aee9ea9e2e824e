#!/bin/sh
# A route among others to the same network. Defect: del names the network alone, and takes whichever route comes first.
case $2 in
add) ip route add 198.51.100.0/24 via 192.0.2.1 metric 200 ;;
del)
  if [ "$1" = bad ]; then
    ip route del 198.51.100.0/24
  else
    ip route del 198.51.100.0/24 via 192.0.2.1 metric 200
  fi
  ;;
esac
