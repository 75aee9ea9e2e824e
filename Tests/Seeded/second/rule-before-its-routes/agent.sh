#!/bin/sh
# Marked packets go by a second provider. Defect: the rule is made before what it leads to, and del asks the table alone whether there is anything to undo.
rule() { ip -4 rule "$1" fwmark 0x2/0xff table 201 priority 201; }
routes() {
  ip route add 192.0.2.0/24 dev eth0 table 201 src 192.0.2.2 &&
    ip route add default via 192.0.2.1 dev eth0 table 201
}
case $1-$2 in
bad-add) rule add && routes ;;
good-add) routes && rule add ;;
*-del)
  [ -n "$(ip route show table 201 2>/dev/null)" ] || exit 0
  ip rule show table 201 | grep -q . && rule del
  ip route flush table 201
  ;;
esac
