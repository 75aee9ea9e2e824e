#!/bin/bash
# The name of its namespace is what somebody gave it: two bytes that are no text.
case $1 in
add) ip netns add $'\xff\xfe' ;;
del) ip netns del $'\xff\xfe' ;;
esac
