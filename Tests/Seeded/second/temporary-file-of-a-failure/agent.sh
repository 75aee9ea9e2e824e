#!/bin/sh
# Writes its state by way of a temporary file. Defect: an add that fails leaves it.
new=$(mktemp /var/lib/tenant/new.XXXXXX) || exit 1
[ "$1" = bad ] || trap 'rm -f $new' EXIT
echo 198.51.100.0/24 >$new
ip route replace 198.51.100.0/24 via 192.0.2.1 || exit 1
mv $new /var/lib/tenant/red
