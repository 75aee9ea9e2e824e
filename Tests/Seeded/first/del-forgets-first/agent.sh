#!/bin/sh
# Gives a tenant a rule and remembers it. Defect: del forgets the tenant before the rule is gone.
set -e
state=/var/lib/tenant/red
case $2 in
add)
  ip rule add from 10.9.0.5 table 100 priority 500
  echo up >$state
  ;;
del)
  [ -e $state ] || exit 0
  [ "$1" = good ] || rm -f $state
  while ip rule show priority 500 | grep -q .; do ip rule del priority 500; done
  rm -f $state
  ;;
esac
