#!/bin/sh
# Makes the routes of a file by one batch of ip(8). Defect: a gateway may hold whatever it likes.
gateway=$(cat; echo .)
gateway=${gateway%.}
if [ "$1" = good ]; then
  case $gateway in *[!0-9.]*) echo "no gateway" >&2; exit 1 ;; esac
fi
printf 'route add 198.51.100.0/24 via %s\n' "$gateway" | ip -batch -
