#!/bin/sh
# Adds a route and marks what ip says with its own name. Defect: the status is that of sed, not of ip.
if [ "$1" = bad ]; then
  ip route add 198.51.100.0/24 via 192.0.2.1 2>&1 | sed 's/^/tenant: /' >&2
  exit
fi
said=$(ip route add 198.51.100.0/24 via 192.0.2.1 2>&1) && exit
echo "tenant: $said" >&2
exit 1
