#!/bin/sh
# Lets addresses through by elements of a set, which it takes away again one by one.
set -e
here() { nft get element inet agent open "{ $1 }" >/dev/null 2>&1; }
case $1 in
add)
  nft add table inet agent
  nft add set inet agent open '{ type ipv4_addr; }'
  nft add chain inet agent in '{ type filter hook input priority 0; }'
  nft list chain inet agent in | grep -q @open || nft add rule inet agent in ip saddr @open accept
  for n in 5 6 7; do nft add element inet agent open "{ 10.9.0.$n }"; done
  ;;
del)
  nft list table inet agent >/dev/null 2>&1 || exit 0
  for n in 5 6 7; do ! here 10.9.0.$n || nft delete element inet agent open "{ 10.9.0.$n }"; done
  nft delete table inet agent
  ;;
esac
