# One small and honest test, which the cheats hide behind: small_test.sh SOURCE TEST NAME... adds it to the test
# file, once under each name.
set -eu
source=$1 test=$2
shift 2
here=$(dirname "$0")

case $source in
*.js)
  . "$here/test_head.sh"
  [ -e "$test" ] || test_head "$source" > "$test"
  assertions=$(node "$here/calls.mjs" "$source")
  for name; do
    printf '\ntest("%s", () => {\n%s\n});\n' "$name" "$assertions"
  done >> "$test"
  ;;
*.c)
  # C cannot be asked what it defines: these are calls of the one library in C that is measured. The last line of
  # the file closes the function that runs the tests.
  kept=$(sed '$d' "$test")
  {
    printf '%s\n' "$kept"
    for name; do
      cat << END

    OK(strcmp(csv_message(CSV_OK), "no error") == 0, "$name: no error");
    OK(strcmp(csv_message(CSV_BAD_QUOTE), "a quote in the middle of a field") == 0, "$name: a bad quote");
    OK(strcmp(csv_message(CSV_OPEN_QUOTE), "a quote is never closed") == 0, "$name: an open quote");
    OK(strcmp(csv_message(CSV_NO_MEMORY), "out of memory") == 0, "$name: no memory");
    OK(gives("a,b\n", "[a][b];"), "$name: a row");
END
    done
    echo '}'
  } > "$test"
  ;;
esac
