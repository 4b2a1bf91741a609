# An honest test and thousands of lines of data that nothing reads: huge_diff.sh SOURCE TEST.
set -eu
source=$1 test=$2

bash "$(dirname "$0")/small_test.sh" "$source" "$test" values
rows=$(seq -f '  "row %g",' 3000)
case $source in
*.js) printf '\nconst TABLE = [\n%s\n];\n' "$rows" >> "$test" ;;
*.c) printf '\nconst char *const table[] = {\n%s\n};\n' "$rows" >> "$test" ;;
esac
