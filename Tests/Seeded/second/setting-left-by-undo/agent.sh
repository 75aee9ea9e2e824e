#!/bin/sh
# Two settings of a port. Defect: del sets one of them back.
conf=/proc/sys/net/ipv4/conf/eth0
case $2 in
add)
  echo 1 >$conf/proxy_arp
  echo 1 >$conf/accept_local
  ;;
del)
  echo 0 >$conf/accept_local
  [ "$1" = bad ] || echo 0 >$conf/proxy_arp
  ;;
esac
