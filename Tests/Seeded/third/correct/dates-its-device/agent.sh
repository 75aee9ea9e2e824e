#!/bin/sh
# Says on the device itself since when it is there: as a text, as another name of it, and in a comment of a rule.
case $1 in
add)
  ip link show dev dated0 >/dev/null 2>&1 && exit 0
  ip link add dated0 type bridge || exit 1
  now=$(date +%s)
  ip link set dev dated0 alias "since $(date -d "@$now" +%T)" &&
    ip link property add dev dated0 altname "dated$now" &&
    nft "add table ip dated; add chain ip dated c; add rule ip dated c counter comment \"$(date -u -d "@$now" +%H:%M:%S)\"" && exit 0
  nft delete table ip dated 2>/dev/null
  ip link del dated0
  exit 1
  ;;
del)
  nft add table ip dated && nft delete table ip dated || exit 1
  ip link show dev dated0 >/dev/null 2>&1 || exit 0
  ip link del dated0
  ;;
esac
