#!/bin/sh
# Remembers what a setting was, changes it, and puts it back: at del, and where the add fails.
conf=/proc/sys/net/ipv4/conf/eth0
old=/var/lib/agent/old
back() {
  [ -e $old ] || return 0
  while read -r name value; do echo "$value" >$conf/$name || return 1; done <$old
  rm $old
}
case $1 in
add)
  if ! [ -e $old ]; then
    for name in proxy_arp rp_filter; do echo $name $(cat $conf/$name); done >$old.new
    mv $old.new $old
  fi
  echo 1 >$conf/proxy_arp && echo 2 >$conf/rp_filter && ip route replace 198.51.100.0/24 via 192.0.2.1 && exit
  back
  exit 1
  ;;
del)
  ip route flush 198.51.100.0/24
  back
  ;;
esac
