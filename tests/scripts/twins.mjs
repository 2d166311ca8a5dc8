// Functions of the pages' scripts, called with what Python gives: node twins.mjs <file>. The file has {scripts, of, calls}: the
// texts of scripts, the global that holds their functions, and [name, ...arguments] for each call. Prints [{value} or {error}, …].
import { readFileSync } from "node:fs";
import vm from "node:vm";

const { scripts, of, calls } = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const page = { addEventListener() {}, dispatchEvent() {}, Event, URL, URLSearchParams, TextDecoder };
page.window = page;
vm.createContext(page);
for (const script of scripts) vm.runInContext(script, page);
console.log(JSON.stringify(calls.map(([name, ...given]) => {
  try { return { value: page[of][name](...given) }; } catch (problem) { return { error: problem.message }; }
})));
