#!/bin/sh
# Writes down when it did what, as which process, and how long it took.
begin=$(date +%s%N)
case $1 in
add) ip route replace 198.51.100.0/24 via 192.0.2.1 ;;
del) ip route flush 198.51.100.0/24 ;;
esac
status=$?
echo "$(date -Ins) agent[$$] $1: $status in $((($(date +%s%N) - begin) / 1000)) us" | tee -a /var/log/agent.log >&2
exit $status
