#!/bin/sh
# A rule, and a list of all devices behind it. Defect: a device that goes meanwhile ends an add that has done its work.
ip rule add from 10.9.0.5 table 100 priority 500 || exit 1
for device in /sys/class/net/*; do
  ip link show "${device##*/}" || [ "$1" = good ] || exit 1
done
exit 0
