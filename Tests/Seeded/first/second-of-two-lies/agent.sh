#!/bin/sh
# Gives a tenant its route. Defect: that the kernel refused it is told to nobody.
case "$1 $2" in
"bad red") ip route add 198.51.100.0/24 dev lo 2>/dev/null || true ;;
*" red") ip route add 198.51.100.0/24 dev lo ;;
*" blue") ip route add 203.0.113.0/24 dev lo ;;
esac
