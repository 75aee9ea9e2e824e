#!/bin/sh
# Rules of a tenant. Defect: a rollback by flushing all rules there are, those of others too.
nft add table ip tenant || exit 1
nft add chain ip tenant in '{ type filter hook input priority 0; }' || exit 1
if ! ip rule add from 10.9.0.5 table 100 priority 500; then
  if [ "$1" = bad ]; then nft flush ruleset; else nft delete table ip tenant; fi
  exit 1
fi
nft add rule ip tenant in ip saddr 10.9.0.5 accept
