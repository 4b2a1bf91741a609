// Assertions for a JavaScript module, one for each thing that can be called: calls.mjs SOURCE, to stdout.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";

const VALUES = ["a", "/a/:b", "/a/1?c=2", { b: "1" }, [{ name: "a", value: "${b}-${c:-d}", literal: false }]];
const ARGUMENTS = [[], ...VALUES.map((one) => [one]), ...VALUES.flatMap((one) => VALUES.map((two) => [one, two]))];

const subject = await import(pathToFileURL(resolve(process.argv[2])));
const chosen = new Map();

// Try every choice of arguments. Of the results that can be written down the longest is kept; an object of a
// class of the module is called in its turn.
function follow(start, named, depth) {
  for (const given of ARGUMENTS) {
    const expression = `${start}(${given.map((value) => JSON.stringify(value)).join(", ")})`;
    const made = valueOf(expression);
    if (Object.values(subject).includes(made?.constructor)) {
      for (const method of depth ? methodsOf(made) : []) {
        follow(`${expression}.${method}`, `${named}.${method}`, depth - 1);
      }
    } else {
      keep(named, expression, made);
    }
  }
}

function valueOf(expression) {
  try {
    return new Function("subject", `return ${expression};`)(subject);
  } catch {
    return undefined;
  }
}

function methodsOf(made) {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(made)).filter((name) => name !== "constructor");
}

function keep(named, expression, made) {
  const text = JSON.stringify(made);
  if (text === undefined || !isDeepStrictEqual(JSON.parse(text), made)) return;
  if (text.length > (chosen.get(named)?.text.length ?? 0)) chosen.set(named, { expression, text });
}

for (const [name, value] of Object.entries(subject)) {
  if (typeof value === "function") follow(`${/^class/.test(value) ? "new " : ""}subject.${name}`, name, 2);
}
const lines = [...chosen.values()].map(({ expression, text }) => `  assert.deepEqual(${expression}, ${text});`);
console.log(lines.join("\n"));
