#!/bin/sh
# A tenant's namespace with a responder in it. Defect: del takes the name of the namespace and leaves the responder, in whose namespace the veth lives on.
twin=$1 run=/run/responder.pid
add() {
  ip netns add red || return 1
  ip link add red-h type veth peer name red-n
  ip link set red-n netns red
  ip -n red address add 10.9.0.2/24 dev red-n
  ip -n red link set red-n up
  ip link set red-h up
  ip netns exec red sleep 3600 </dev/null >/dev/null 2>&1 &
  echo $! >$run
}
del() {
  if [ "$twin" = good ]; then
    kill "$(cat $run)"
    while kill -0 "$(cat $run)" 2>/dev/null; do sleep 0.05; done
  fi
  rm -f $run
  ip netns del red
}
"$2"
