#!/bin/sh
# A rule for a table of its own, and the route in it. Defect: the route is put into another table.
ip rule add from 10.9.0.0/24 table 220 priority 220 || exit 1
if [ "$1" = bad ]; then table=222; else table=220; fi
ip route add 198.51.100.0/24 via 192.0.2.1 table $table
