#!/bin/sh
# Makes a bridge and notes that it is there. Defect: the note is written first, and believed by the next add.
state=/var/lib/tenant/up
[ ! -e $state ] || exit 0
[ "$1" = good ] || echo up >$state
ip link add red0 type bridge || [ -e /sys/class/net/red0 ] || exit 1
ip address replace 10.9.0.1/24 dev red0 || exit 1
ip link set red0 up || exit 1
echo up >$state
