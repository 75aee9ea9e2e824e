#!/bin/sh
# A chain and a jump to it. Defect: an add that is run again does not look whether its jump is there.
nat() { iptables -w -t nat "$@"; }
nat -N TENANT 2>/dev/null
nat -F TENANT || exit 1
nat -A TENANT -s 10.9.0.0/24 -j MASQUERADE || exit 1
if [ "$1" = bad ] || ! nat -C POSTROUTING -j TENANT 2>/dev/null; then nat -A POSTROUTING -j TENANT || exit 1; fi
echo up >/var/lib/tenant/red
