#!/bin/sh
# Lets an address through by an element of a set. Defect: del forgets the tenant before the element is gone.
set -e
state=/var/lib/tenant/red
case $2 in
add)
  nft add element inet wall allowed '{ 10.9.0.5 }'
  echo 10.9.0.5 >$state
  ;;
del)
  [ -e $state ] || exit 0
  [ "$1" = good ] || rm $state
  ! nft get element inet wall allowed '{ 10.9.0.5 }' >/dev/null 2>&1 || nft delete element inet wall allowed '{ 10.9.0.5 }'
  rm -f $state
  ;;
esac
