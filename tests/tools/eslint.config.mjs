// What eslint looks for in the book's scripts: slips, not style. Run from the repository's root: make check.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const globals = require("globals");

const rules = {
  "no-undef": "error", "no-unused-vars": ["error", { args: "after-used", varsIgnorePattern: "^_", argsIgnorePattern: "^_", caughtErrors: "none", ignoreRestSiblings: true }],
  "no-redeclare": "error", "no-dupe-keys": "error", "no-dupe-else-if": "error", "no-unreachable": "error", "no-self-assign": "error", "no-self-compare": "error",
  "no-constant-condition": "error", "no-cond-assign": "error", "no-fallthrough": "error", "no-shadow-restricted-names": "error", "no-shadow": ["error", { builtinGlobals: false, hoist: "functions", allow: ["module"] }],
  "no-eval": "error", "no-implied-eval": "error", "no-var": "error", "prefer-const": "error", "eqeqeq": ["error", "always", { null: "ignore" }],
  "no-unsafe-finally": "error", "no-unsafe-optional-chaining": "error", "valid-typeof": "error", "use-isnan": "error", "no-loss-of-precision": "error",
  "no-async-promise-executor": "error", "require-atomic-updates": "off", "no-param-reassign": "off", "complexity": ["error", 14], "max-depth": ["error", 4], "max-params": ["error", 5],
};
const book = Object.fromEntries(["book", "bookVega", "bookCharts", "bookExplorers", "bookFrame", "bookPage", "bookTabs", "bookLive", "bookPacks", "bookWidgets", "bookEditor", "Reveal", "RevealNotes", "loadPyodide", "compileVegaLite", "Documentation"].map(name => [name, "readonly"]));

export default [
  { files: ["explorable/**/*.js"], ignores: ["explorable/live/assembly/**", "explorable/live/static/live/worker.js"], languageOptions: { sourceType: "script", ecmaVersion: "latest", globals: { ...globals.browser, ...book } }, rules },
  { files: ["explorable/live/static/live/worker.js"], languageOptions: { sourceType: "script", ecmaVersion: "latest", globals: { ...globals.worker, ...book } }, rules },
  { files: ["**/*.mjs", "explorable/live/assembly/*.js"], languageOptions: { sourceType: "module", ecmaVersion: "latest", globals: { ...globals.browser, ...globals.node, ...book } }, rules },
];
