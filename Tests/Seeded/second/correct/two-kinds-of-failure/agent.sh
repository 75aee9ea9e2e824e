#!/bin/sh
# 0 is done, 1 is failed, 2 is that it has nothing to do.
case $1 in
add)
  ! ip rule show priority 500 | grep -q . || exit 2
  ip rule add from 10.9.0.5 table 100 priority 500 || exit 1
  ;;
del)
  ip rule show priority 500 | grep -q . || exit 2
  ip rule del priority 500 || exit 1
  ;;
esac
