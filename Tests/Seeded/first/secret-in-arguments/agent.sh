#!/bin/sh
# Joins a network with a secret. Defect: hands it to its helper as an argument, where every user sees it.
if [ "$1" = bad ]; then
  sh -c 'test -n "$1"' helper "$TENANT_SECRET"
else
  printf '%s' "$TENANT_SECRET" | sh -c 'read -r secret || test -n "$secret"'
fi
