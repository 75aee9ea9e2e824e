#!/bin/sh
# Four bridges by four children at once, and each child asked how it went.
children=
for n in 1 2 3 4; do
  case $1 in
  add) { ip link show br$n >/dev/null 2>&1 || ip link add br$n type bridge; } && ip address replace 10.9.$n.1/24 dev br$n && ip link set br$n up & ;;
  del) ! ip link show br$n >/dev/null 2>&1 || ip link del br$n & ;;
  esac
  children="$children $!"
done
status=0
for child in $children; do wait "$child" || status=1; done
exit $status
