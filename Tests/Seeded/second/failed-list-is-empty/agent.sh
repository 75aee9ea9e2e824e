#!/bin/sh
# Deletes the rules of a tenant by their handles. Defect: a list that could not be had is taken for an empty one.
case $2 in
add)
  nft add rule ip wall in ip saddr 10.9.0.5 accept comment red
  ;;
del)
  list=$(nft -a list chain ip wall in) || [ "$1" = bad ] || exit 1
  for handle in $(echo "$list" | sed -n 's/.*comment "red" # handle //p'); do
    nft delete rule ip wall in handle $handle || exit 1
  done
  ;;
esac
