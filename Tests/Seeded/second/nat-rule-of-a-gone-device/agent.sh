#!/bin/sh
# Dials up, and gives what goes out there the address of the line. Defect: hang-up has nothing to do where the device is gone.
dev=line0 address=198.51.100.77
case $2 in
up)
  ip link add $dev type veth peer name far0 && ip address add $address/32 dev $dev && ip link set $dev up || exit 1
  nft -f - <<END
table ip dialup {
  chain out {
    type nat hook postrouting priority 100; policy accept;
    oifname "$dev" counter snat to $address
  }
}
END
  ;;
down)
  if ! ip link show $dev >/dev/null 2>&1; then
    echo "$dev: the line is down already"
    [ "$1" = bad ] && exit 0
  else
    ip link del $dev || exit 1
  fi
  nft delete table ip dialup
  ;;
esac
