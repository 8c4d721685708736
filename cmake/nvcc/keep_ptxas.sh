#!/bin/sh
# keep_ptxas.sh OBJECT COMMAND...: compiles, and keeps what ptxas -v says of each kernel in OBJECT.ptxas in place of
# printing it.
object=$1
shift
"$@" 2>"$object.ptxas"
status=$?
grep -v -e '^ptxas info' -e 'bytes stack frame' "$object.ptxas" >&2
exit $status
