#!/bin/sh
# Gives a file to the user that reads it. Defect: where the file cannot be renamed it is copied, and belongs to root again.
dir=/var/lib/tenant
echo key >$dir/key.new
chmod 0400 $dir/key.new
chown 65534:65534 $dir/key.new
python3 -c "import os; os.rename('$dir/key.new', '$dir/key')" 2>/dev/null && exit
if [ "$1" = bad ]; then cp $dir/key.new $dir/key; else cp -p $dir/key.new $dir/key; fi
rm $dir/key.new
