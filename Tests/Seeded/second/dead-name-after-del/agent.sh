#!/bin/sh
# Unmounts a namespace and deletes its name. Defect: a name that is mounted no more is taken for deleted.
name=/run/netns/red
case $2 in
add) ip netns add red ;;
del)
  if mountpoint -q $name; then
    umount -n $name || exit 1
  elif [ "$1" = bad ]; then
    exit 0
  fi
  rm -f $name
  ;;
esac
