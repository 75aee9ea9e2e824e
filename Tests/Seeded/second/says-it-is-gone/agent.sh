#!/bin/sh
# Makes and removes a tenant's namespace, and keeps a journal of it. Defect: the journal has what was meant to be, not what is.
journal() { mkdir -p /var/log/tenants && echo "$(date +%s) $*" >> /var/log/tenants/journal; }
case $2 in
add)
  ip netns add tenant && ip -n tenant link set lo up && journal tenant added
  ;;
del)
  if [ "$1" = bad ]; then
    ip netns del tenant; ended=$?
    journal tenant removed
    exit $ended
  fi
  ip netns del tenant || { journal tenant stays; exit 1; }
  journal tenant removed
  ;;
esac
