#!/bin/sh
# Keeps a tenant away from the other ports of its bridge. Defect: what came of it is not looked at.
if ! { bridge link set dev port0 isolated on; } 2>/dev/null && [ "$1" = good ]; then
  echo "refused" >&2
  exit 1
fi
echo done
