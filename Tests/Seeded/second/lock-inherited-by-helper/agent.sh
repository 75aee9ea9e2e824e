#!/bin/sh
# Works under a lock and starts a helper. Defect: the helper inherits the lock and holds it as long as it lives.
exec 9>/var/lib/tenant/lock
flock -w 1 9 || { echo "locked" >&2; exit 1; }
case $2 in
add)
  if [ "$1" = bad ]; then setsid sleep 1000 </dev/null >/dev/null 2>&1 & else setsid sleep 1000 </dev/null >/dev/null 2>&1 9>&- & fi
  echo $! >/var/lib/tenant/pid
  ;;
del)
  kill "$(cat /var/lib/tenant/pid)"
  rm /var/lib/tenant/pid /var/lib/tenant/lock
  ;;
esac
