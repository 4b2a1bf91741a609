# The beginning of a JavaScript test file, in the words of the module system of its source: test_head SOURCE, to
# stdout. Sourced by the others. Source and tests lie one folder deep, each in its own.
test_head() {
  if grep -q '^export ' "$1"; then
    printf 'import assert from "node:assert/strict";\nimport { test } from "node:test";\n\n'
    printf 'import * as subject from "../%s";\n' "$1"
  else
    printf '"use strict";\n\nconst assert = require("node:assert/strict");\nconst { test } = require("node:test");\n\n'
    printf 'const subject = require("../%s");\n' "$1"
  fi
}
