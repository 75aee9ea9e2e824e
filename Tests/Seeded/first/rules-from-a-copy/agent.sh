#!/bin/sh
# Adds a rule to a table that others use too. Defect: it writes the whole table back as it had read it, so a rule that came
# meanwhile is lost.
set -e
case $2 in
    prepare) nft 'add table inet wall; add chain inet wall in { type filter hook input priority 0; }' ;;
    add)
        if [ "$1" = good ]; then
            nft add rule inet wall in tcp dport 80 accept
        else
            rules=$(nft list table inet wall)
            printf 'delete table inet wall\n%s\nadd rule inet wall in tcp dport 80 accept\n' "$rules" | nft -f -
        fi ;;
esac
