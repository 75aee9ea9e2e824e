#!/bin/sh
# Two addresses by two children. Defect: it waits for both and asks neither how it went.
ip address add 10.9.0.1/32 dev lo 2>/dev/null &
one=$!
ip address add 10.9.0.2/32 dev lo 2>/dev/null &
two=$!
if [ "$1" = bad ]; then
  wait
  exit
fi
wait $one && first=ok
wait $two && second=ok
[ "$first$second" != okok ] || exit 0
[ -z "$first" ] || ip address del 10.9.0.1/32 dev lo
[ -z "$second" ] || ip address del 10.9.0.2/32 dev lo
echo "an address was refused" >&2
exit 1
