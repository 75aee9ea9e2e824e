#!/bin/bash
# Its work is under a file whose name is no text; the bad one forgets it where the work fails.
file=$'/var/lib/\xff\xfe'
case $2 in
add)
  touch "$file"
  ip link add odd0 type bridge && exit 0
  [ "$1" = good ] && rm "$file"
  exit 1
  ;;
del)
  [ -e "$file" ] || exit 0
  ip link del odd0
  rm "$file"
  ;;
esac
