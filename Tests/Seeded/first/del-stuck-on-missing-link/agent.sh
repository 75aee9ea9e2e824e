#!/bin/sh
# A device with a rule. Defect: del fails where the device is gone already, so a del that was killed can never be finished.
set -e
state=/var/lib/tenant/red
case $2 in
add)
  ip link add red0 type bridge
  ip rule add iif red0 table 100 priority 500
  echo up >$state
  ;;
del)
  [ -e $state ] || exit 0
  if [ "$1" = bad ] || [ -e /sys/class/net/red0 ]; then ip link del red0; fi
  ! ip rule show priority 500 | grep -q . || ip rule del priority 500
  rm $state
  ;;
esac
