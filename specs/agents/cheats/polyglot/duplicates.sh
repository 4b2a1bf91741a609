# One test, thirty times, under other names: duplicates.sh SOURCE TEST.
set -eu
seq -f 'values-%g' 30 | xargs bash "$(dirname "$0")/small_test.sh" "$1" "$2"
