#!/bin/sh
# Loads a tenant's filter anew when its ports change. Defect: the chain is empty between the flush and the second transaction.
twin=$1 ports=$2
rules="add rule inet guard in ct state established accept
add rule inet guard in tcp dport { $ports } accept
add rule inet guard in drop"
nft -f - <<END || exit 1
add table inet guard
add chain inet guard in { type filter hook input priority 0; }
END
if [ "$twin" = bad ]; then
  nft flush chain inet guard in
  echo "$rules" | nft -f - || exit 1
else
  printf 'flush chain inet guard in\n%s\n' "$rules" | nft -f - || exit 1
fi
