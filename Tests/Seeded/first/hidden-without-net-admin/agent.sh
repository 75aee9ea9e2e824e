#!/bin/sh
# add sets a route; bad takes any refusal for "it is there already"
twin=$1
case $2 in
add)
    if [ "$twin" = bad ]; then
        ip route add 10.50.0.0/16 via 10.9.0.1 2>/dev/null || true
    else
        said=$(ip route add 10.50.0.0/16 via 10.9.0.1 2>&1) || case $said in
            *"File exists"*) ;;
            *) echo "add: $said" >&2; exit 1 ;;
        esac
    fi ;;
del) ip route del 10.50.0.0/16 via 10.9.0.1 ;;
esac
