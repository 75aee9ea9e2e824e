#!/bin/sh
# Lets an address in. Defect: reads all rules, and writes all of them back with its own behind: what came between is lost.
if [ "$1" = good ]; then
  sleep 0.2
  nft add rule ip wall in ip saddr "$2" accept
  exit
fi
old=$(nft list chain ip wall in | grep 'ip saddr' | sed 's/^/add rule ip wall in /')
sleep 0.2
nft -f - <<N
flush chain ip wall in
$old
add rule ip wall in ip saddr $2 accept
N
