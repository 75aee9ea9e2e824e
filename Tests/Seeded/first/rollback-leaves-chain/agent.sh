#!/bin/sh
# Masquerades a tenant's traffic and routes it. Defect: the rollback forgets the table.
case $2 in
add)
  nft add table inet tenant || exit 1
  nft add chain inet tenant post '{ type nat hook postrouting priority 100; }' || exit 1
  if ! ip route add 198.51.100.0/24 via 192.0.2.1; then
    [ "$1" = bad ] || nft delete table inet tenant
    exit 1
  fi
  nft add rule inet tenant post ip saddr 198.51.100.0/24 masquerade
  ;;
del)
  nft delete table inet tenant
  ip route del 198.51.100.0/24 via 192.0.2.1
  ;;
esac
