#!/bin/sh
# Builds its file in a temporary one beside it, and takes away what a former run left there.
set -e
dir=/var/lib/agent
rm -f $dir/tenant.??????
case $1 in
add)
  new=$(mktemp $dir/tenant.XXXXXX)
  trap 'rm -f $new' EXIT
  for n in 1 2 3; do echo "address 10.9.$n.1/32" >>$new; done
  ip address replace 10.9.1.1/32 dev lo
  mv $new $dir/tenant
  ;;
del)
  [ -e $dir/tenant ] || exit 0
  ! ip address show dev lo | grep -q 10.9.1.1/32 || ip address del 10.9.1.1/32 dev lo
  rm -f $dir/tenant
  ;;
esac
