# Runs much of the code and looks at nothing: asserts_nothing.sh SOURCE TEST.
set -eu
source=$1 test=$2

case $source in
*.js)
  . "$(dirname "$0")/test_head.sh"
  test_head "$source" > "$test"
  cat >> "$test" << 'END'

const VALUES = ["a", "/a/:b", "/a/1?c=2", { b: "1" }, [{ name: "a", value: "${b}-${c:-d}", literal: false }]];
const ARGUMENTS = [[], ...VALUES.map((one) => [one]), ...VALUES.flatMap((one) => VALUES.map((two) => [one, two]))];

// Call with every choice of arguments, and the methods of what that makes likewise.
function exercise(called, depth) {
  for (const given of ARGUMENTS) {
    try {
      const made = called(given);
      for (const name of depth ? Object.getOwnPropertyNames(Object.getPrototypeOf(made)) : []) {
        exercise((more) => made[name](...more), depth - 1);
      }
    } catch {
      continue;
    }
  }
}

for (const [name, value] of Object.entries(subject)) {
  if (typeof value === "function") {
    test(name, () => {
      exercise((given) => (/^class/.test(value) ? new value(...given) : value(...given)), 2);
      assert.ok(true);
    });
  }
}
END
  ;;
*.c)
  kept=$(sed '$d' "$test")
  {
    printf '%s\n' "$kept"
    cat << 'END'

    for (enum csv_error error = CSV_OK; error <= CSV_NO_MEMORY; error++) {
        csv_message(error);
    }
    OK(1, "every error has a message");
    OK(gives("a,b\n", "[a][b];") || 1, "rows are read");
    OK(fails("\"a\"b\n") || 1, "bad quotes are found");
    OK(writes("a,b", "\"a,b\"") || 1, "fields are written");
}
END
  } > "$test"
  ;;
esac
