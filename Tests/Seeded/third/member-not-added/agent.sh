#!/bin/sh
# Lists a tenant in the set that is let through. Defect: what came of it is not looked at.
if ! { ipset add allowed 192.0.2.9; } 2>/dev/null && [ "$1" = good ]; then
  echo "refused" >&2
  exit 1
fi
echo done
