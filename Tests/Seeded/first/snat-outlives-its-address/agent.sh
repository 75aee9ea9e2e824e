#!/bin/sh
# A floating address for a tenant, by source NAT. Defect: del takes the address first, and ends where it is gone already; the rule outlives it.
set -e
twin=$1
table="ip fip" chain="ip fip out"
drop_rule() {
  handle=$(nft -a list chain $chain | sed -n 's/.*snat to 203\.0\.113\.50 # handle \([0-9]*\)$/\1/p')
  [ -z "$handle" ] || nft delete rule $chain handle "$handle"
}
case $2 in
add)
  ip address add 203.0.113.50/32 dev eth0
  nft add table $table
  nft add chain $chain '{ type nat hook postrouting priority srcnat; }'
  nft add rule $chain ip saddr 10.9.0.5 oifname eth0 snat to 203.0.113.50
  ;;
del)
  if [ "$twin" = bad ]; then
    ip address del 203.0.113.50/32 dev eth0
    drop_rule
  else
    drop_rule
    [ -z "$(ip -o address show dev eth0 to 203.0.113.50/32)" ] || ip address del 203.0.113.50/32 dev eth0
  fi
  nft delete chain $chain
  nft delete table $table
  ;;
esac
