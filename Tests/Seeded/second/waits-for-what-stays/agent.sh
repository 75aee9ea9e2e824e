#!/bin/sh
# Deletes a device and waits until it is gone. Defect: it waits also where the device was not deleted.
case $2 in
add) ip link add red0 type bridge ;;
del)
  [ -e /sys/class/net/red0 ] || exit 0
  ip link del red0 || [ "$1" = bad ] || exit 1
  while [ -e /sys/class/net/red0 ]; do sleep 0.1; done
  ;;
esac
