#!/bin/sh
# Asks with a number of chance, and keeps the answer in the same file. Defect: an answer that could not be kept is not looked at.
file=/var/lib/tenant/lease
case $2 in
ask) head -c 8 /dev/urandom | od -An -tx1 >"$file" ;;
answer)
  echo 10.9.0.2 >"$file.new"
  mv "$file.new" "$file" 2>/dev/null || { rm -f "$file.new"; [ "$1" = bad ] || { echo "$file: not kept" >&2; exit 1; }; } ;;
esac
