#!/bin/sh
# Appends to a log of each verb what it took, in whole seconds, and errors to a log of their own that is made when needed.
mkdir -p /var/log/agent
began=$(date +%s)
said=$(ip address "$1" 10.9.0.1/32 dev lo 2>&1)
status=$?
case "$1 $said" in "add "*exists* | "del "*"not found"*) status=0 ;; esac
echo "$1 took $(($(date +%s) - began)) s, process $$: $status" >>"/var/log/agent/$1.log"
[ $status = 0 ] && exit
echo "$1: $said" >>/var/log/agent/errors
echo "$said" >&2
exit 1
