#!/bin/sh
# A rule. Defect: del fails where there is nothing to do, though whoever calls it may have to call it twice.
case $2 in
add) ip rule add from 10.9.0.5 table 100 priority 500 ;;
del)
  if [ "$1" = good ] && ! ip rule show priority 500 | grep -q .; then exit 0; fi
  ip rule del priority 500
  ;;
esac
