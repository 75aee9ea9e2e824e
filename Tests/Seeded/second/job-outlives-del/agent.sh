#!/bin/sh
# Announces itself by a route a little later, in the background. Defect: del does not stop the job, which comes after it.
job=/var/lib/tenant/job
case $2 in
add)
  (sleep 0.7; exec ip route replace 198.51.100.0/24 via 192.0.2.1) </dev/null >/dev/null 2>&1 &
  echo $! >$job
  ;;
del)
  if [ "$1" = good ] && [ -s $job ]; then
    asleep=$(pgrep -P "$(cat $job)")
    kill "$(cat $job)" && kill $asleep
  fi
  ip route flush 198.51.100.0/24
  rm -f $job
  ;;
esac
