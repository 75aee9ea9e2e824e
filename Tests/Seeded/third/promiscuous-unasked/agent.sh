#!/bin/sh
# Sets a port to listen to everything. Defect: what came of it is not looked at.
if ! { ip link set eth0 promisc on; } 2>/dev/null && [ "$1" = good ]; then
  echo "refused" >&2
  exit 1
fi
echo done
