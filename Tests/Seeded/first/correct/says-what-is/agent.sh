#!/bin/sh
# Each line of its log is written behind what it says, in one piece, and says of a failure that it is one.
log=/var/lib/wire/wire.log
note() { printf '%s wire: %s\n' "$(date +%T)" "$*" | tee -a $log; }
case $1 in
up)
  ip link show dev wire0 >/dev/null 2>&1 || ip link add wire0 type veth peer name wire1 || { note "wire0 failed"; exit 1; }
  note "wire0 made"
  if ! { ip address replace 10.9.0.1/30 dev wire0 && ip link set wire0 up && ip link set wire1 up; }; then
    note "wire0 is not up"
    exit 1
  fi
  note "wire0 is up"
  ;;
down)
  note "taking wire0 away"
  ip link del wire0 || { note "wire0 stays"; exit 1; }
  note "wire0 is away"
  ;;
esac
