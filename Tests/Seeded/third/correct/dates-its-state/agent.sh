#!/bin/sh
# Writes down since when a route is there, to the second: runs of one second write the same, and each later one another.
since=/var/lib/dated/since
case $1 in
add)
  ip route replace 198.51.100.0/24 dev lo || exit 1
  [ -s $since ] || { date +%s > $since.new && mv $since.new $since; }
  ;;
del)
  ip route show 198.51.100.0/24 | grep -q . && { ip route del 198.51.100.0/24 dev lo || exit 1; }
  rm -f $since
  ;;
esac
