#!/bin/sh
# Says what failed, and only that, in a file that stands beside its state and is a log all the same.
log=/var/lib/lines/failures
case $1 in
add)
  ip link show dev line0 >/dev/null 2>&1 || ip link add line0 type bridge || { echo "$(date +%T) line0 was not made" >>$log; exit 1; }
  ;;
del) ip link show dev line0 >/dev/null 2>&1 || exit 0; ip link del line0 ;;
esac
