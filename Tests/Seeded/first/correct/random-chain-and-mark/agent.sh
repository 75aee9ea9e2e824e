#!/bin/sh
# A chain and a mark of chance, kept in a file from the first add to the del.
set -e
state=/var/lib/agent/ids
ids() {
  if ! [ -s $state ]; then
    chain=c$(od -An -N4 -tx1 /dev/urandom | tr -d ' ')
    mark=$(($(od -An -N2 -tu2 /dev/urandom) + 1))
    echo $chain $mark >$state.new
    mv $state.new $state
  fi
  read -r chain mark <$state
}
case $1 in
add)
  ids
  nft -f - <<N
add table ip agent
add chain ip agent $chain { type filter hook prerouting priority -150; }
flush chain ip agent $chain
add rule ip agent $chain ip saddr 10.9.0.0/24 meta mark set $mark
N
  ip rule show fwmark $mark | grep -q . || ip rule add fwmark $mark table 100 priority 600
  ;;
del)
  [ -e $state ] || exit 0
  ids
  ! ip rule show fwmark $mark | grep -q . || ip rule del fwmark $mark table 100 priority 600
  ! nft list table ip agent >/dev/null 2>&1 || nft delete table ip agent
  rm $state
  ;;
esac
