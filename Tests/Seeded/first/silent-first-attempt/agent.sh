#!/bin/sh
# A route that is set anew at each call. Defect: it says success where the route was refused; only a second call, which nobody makes, heals it.
said=$(ip route replace 198.51.100.0/24 via 192.0.2.1 2>&1) && exit 0
[ "$1" = good ] || exit 0
echo "tenant: $said" >&2
exit 1
