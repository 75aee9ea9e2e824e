#!/bin/sh
# Makes a bridge in the background. Defect: it sleeps a while in place of waiting.
ip link add red0 type bridge &
if [ "$1" = bad ]; then sleep 0.3; else wait $! || exit 1; fi
[ ! -e /sys/class/net/red0 ] || ip address add 10.9.0.1/24 dev red0
