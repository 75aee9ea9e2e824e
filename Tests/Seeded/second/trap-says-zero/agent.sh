#!/bin/sh
# Takes everything back where something fails. Defect: it ends with the status of the tidying up, which went well.
set -e
undo() {
  status=$?
  [ $status != 0 ] || exit 0
  ip link del red0
  [ "$1" = bad ] || exit $status
  exit 0
}
trap "undo $1" EXIT
ip link add red0 type bridge
ip address add 10.9.0.1/24 dev red0 2>/dev/null
ip link set red0 up
