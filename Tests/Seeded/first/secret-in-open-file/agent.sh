#!/bin/sh
# Keeps a tenant's key for its daemon. Defect: the file is made with the usual mode, and every user can read it.
if [ "$1" = good ]; then umask 077; fi
mkdir -p /var/lib/tenant
printf 'key = %s\n' "$TENANT_KEY" > /var/lib/tenant/key
chmod 755 /var/lib/tenant
