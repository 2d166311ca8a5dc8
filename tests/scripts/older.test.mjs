// What assumptions of an older edition mean today: the same as translated() in aftermath/first_edition.py says (tests/test_scripts.py compares).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const page = vm.createContext({ addEventListener() {} });
vm.runInContext(readFileSync(new URL("../../explorable/pages/static/library.js", import.meta.url), "utf-8"), page);
const OLD = { defaults: { weight_a: 20, weight_b: 20, part: 0.1, whole: 0.5 }, today: { share_a: "weight_a", share_b: "weight_b" }, products: { part: "whole" } };
const today = values => JSON.parse(JSON.stringify(page.book.translated(values, OLD)));

test("weights become shares, the others at their starts of that time", () => assert.deepEqual(today({ weight_a: 60 }), { share_a: 0.75, share_b: 0.25 }));
test("without a weight nothing is said of shares", () => assert.deepEqual(today({ whole: 0.4 }), { whole: 0.4 }));
test("weights that are all 0 say nothing", () => assert.deepEqual(today({ weight_a: 0, weight_b: 0 }), {}));
test("a share of a share becomes the product", () => assert.deepEqual(today({ part: 0.2, whole: 0.5 }), { part: 0.1, whole: 0.5 }));
test("what that edition did not know is refused", () => assert.throws(() => today({ share_a: 0.5 }), /older edition, which knew no assumption share_a/));
