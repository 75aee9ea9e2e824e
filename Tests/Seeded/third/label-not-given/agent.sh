#!/bin/sh
# Gives the addresses of a tenant a label of their own. Defect: what came of it is not looked at.
if ! { ip addrlabel add prefix fd77::/16 label 77; } 2>/dev/null && [ "$1" = good ]; then
  echo "refused" >&2
  exit 1
fi
echo done
