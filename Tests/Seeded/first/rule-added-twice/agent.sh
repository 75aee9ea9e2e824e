#!/bin/sh
# A rule without a priority of its own. Defect: an add that is run again does not look for what the first one did.
if [ "$1" = good ]; then
  while ip rule del from 10.9.0.5 table 100 2>/dev/null; do :; done
fi
ip rule add from 10.9.0.5 table 100 || exit 1
echo up >/var/lib/tenant/red
