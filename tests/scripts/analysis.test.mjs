// The page's analysis on a small model that was written by hand: held and open, the bar of shares, and that nothing old is shown.
// That its numbers are Python's is held by tests/test_engine.py. Run by tests/test_scripts.py (node --test).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const source = readFileSync(new URL("../../explorable/assumptions/static/analysis.js", import.meta.url), "utf-8");
const page = vm.createContext({});
vm.runInContext(source, page);
const plain = value => JSON.parse(JSON.stringify(value));

const each = (n, out, make) => { for (let i = 0; i < n; i += 1) out[i] = make(i); };
const model = {
  time: "month", mixtures: { kind: ["x", "y", "z"] }, groups: { sizes: ["a", "b"], kinds: ["x", "y", "z"] }, about: {},
  inputs: [{ id: "a", low: 0, middle: 1, high: 4, shape: "split", mixture: null }, { id: "b", low: -1, middle: 0, high: 1, shape: "flat", mixture: null },
    ...["x", "y", "z"].map(id => ({ id, mixture: "kind" }))],
  levels: [0.05, 0.25, 0.5, 0.75, 0.95], count: 64, pairs: 32, pairsMoving: 8, first: 32, grid: { flips: 20, turned: 4 }, bins: 4, asGoodAsSettled: 0.05,
  points: { seed: 3, second: 5, polynomials: [[3, 1], [7, 1, 3], [11, 1, 3, 1], [13, 1, 1, 1], [19, 1, 1, 3, 3], [25, 1, 3, 5, 13], [37, 1, 1, 5, 5, 17], [41, 1, 1, 5, 5, 5], [47, 1, 1, 7, 11, 19]] },
  texts: { nothingOpen: "nothing open", nothingMoves: "nothing moves", allYes: "all yes", allNo: "all no" },
  formulas: {},
  one: { outcomes: ({ a, b, x, month }) => ({ total: a * x + (1 + b) ** month, share: a * x }) },
  steps: {
    part: { of: ["a", "x"], fill: (n, out, a, x) => each(n, out, i => a[i] * x[i]) },
    grown: { of: ["b", "month"], fill: (n, out, b, month) => each(n, out, i => (1 + b[i]) ** month) },
    total: { of: ["part", "grown"], fill: (n, out, part, grown) => each(n, out, i => part[i] + grown[i]) },
  },
  results: { outcomes: { total: "total", share: "part" } },
};
const open = () => page.explorable.makeEngine(model);
const half = { x: 0.5, y: 0.25, z: 0.25 };

test("what is open stands at its middle, a mixture at equal shares, and half a mixture is refused", () => {
  const engine = open();
  assert.deepEqual(plain(engine.point({ a: 0 })), { a: 0, b: 0, x: 1 / 3, y: 1 / 3, z: 1 / 3 });
  assert.deepEqual(plain(engine.openUnits({ a: 2 })), ["b", "kind"]);
  assert.throws(() => engine.point({ x: 0.5 }), /held or open as one/);
  assert.throws(() => engine.draws({ q: 1 }), /no input “q”/);
});

test("moving one share holds all, and opening one opens all", () => {
  const engine = open(), held = engine.hold({ a: 2 }, "x", 0.5);
  assert.deepEqual(plain(held), { a: 2, ...half });
  assert.deepEqual(plain(engine.open(held, "y")), { a: 2 });
  assert.deepEqual(plain(engine.open(held, "a")), half);
});

test("a share that was all there was leaves the others equal when it is moved", () => {
  const engine = open(), { x, y, z } = engine.moved({ ...engine.point({}), x: 0, y: 1, z: 0 }, "y", 0.5);
  assert.deepEqual([x, y, z], [0.25, 0.5, 0.25]);
});

test("a divider changes the two shares beside it, stops at its neighbours, and nothing is lost", () => {
  const engine = open(), values = engine.point(half);
  assert.deepEqual(plain(engine.dividers(values)), [0.5, 0.75]);
  for (const [divider, at, wanted] of [[0, 0.6, [0.6, 0.15, 0.25]], [0, 0.9, [0.75, 0, 0.25]], [1, 0.2, [0.5, 0, 0.5]], [1, 2, [0.5, 0.5, 0]], [0, -1, [0, 0.75, 0.25]]]) {
    const { x, y, z } = engine.divided(values, divider, at);
    [x, y, z].forEach((share, place) => assert.ok(Math.abs(share - wanted[place]) < 1e-12, `${divider} at ${at}: ${[x, y, z]}`));
    assert.ok(Math.abs(x + y + z - 1) < 1e-12);
  }
});

test("whatever was asked before, an answer is that of an engine that was never asked", () => {
  const engine = open(), question = { ask: "more than", people: 1, outcome: "total", month: 3 };
  const helds = [{}, { a: 3 }, half, { a: 3, ...half }, { b: 0.5 }, { a: 3 }, {}];
  for (let turn = 0; turn < 40; turn += 1) {
    const held = helds[turn % helds.length], month = turn * 7 % 13;
    const asked = [["range", "total", month, held], ["range", "total", month, held, { count: 32, shape: "flat" }], ["indices", "total", month, held], ["turned", question, held], ["worth", question, held],
      ["fan", "total", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, month], held], ["flips", question, "a", held], ["sample", "share", month, held]];
    const [name, ...given] = asked[turn * 3 % asked.length];
    const told = one => { try { return plain(one[name](...given)); } catch (problem) { return problem.message; } };
    assert.deepEqual(told(engine), told(open()), `${name} ${JSON.stringify(given)}`);
  }
});

test("a step is filled anew only where something that it is made of has changed", () => {
  const filled = [], counted = Object.fromEntries(Object.entries(model.steps).map(([name, step]) => [name, { ...step, fill: (...given) => { filled.push(name); step.fill(...given); } }]));
  const engine = page.explorable.makeEngine({ ...model, steps: counted });
  const after = (...given) => { filled.length = 0; engine.range("total", ...given); return filled.join(" "); };
  assert.equal(after(3, {}), "part grown total");
  assert.equal(after(3, {}), "");
  assert.equal(after(3, { a: 2 }), "part total");
  assert.equal(after(4, { a: 2 }), "grown total");
  assert.equal(after(3, { a: 2 }), "");
  assert.equal(after(3, { a: 2, b: 0 }), "grown total");
});

test("what a reader holds is the same in every draw, and leaves the others where they were", () => {
  const engine = open(), free = engine.draws({}), held = engine.draws({ a: 2 });
  assert.deepEqual([...new Set(held.a)], [2]);
  for (const id of ["b", "x", "y", "z"]) assert.equal(held[id], free[id]);
});

test("a histogram counts every draw once", () => {
  const { counts, edges } = open().histogram("total", 2, {}, { bins: 5 });
  assert.equal(counts.reduce((a, b) => a + b), 64);
  assert.equal(edges.length, 6);
  assert.equal(open().histogram("total", 2, { a: 1, b: 0, ...half }).counts.reduce((a, b) => a + b), 64);
});

test("with nothing open there is nothing to rank, and the engine says so", () => {
  const engine = open(), held = { a: 1, b: 0, ...half };
  assert.throws(() => engine.indices("total", 1, held), problem => problem instanceof engine.Settled && problem.message === "nothing open");
  assert.throws(() => engine.indices("share", 1, { a: 1, ...half }), /nothing moves/);
  assert.throws(() => engine.worth({ ask: "more than", people: -1, outcome: "total", month: 1 }, {}), /all yes/);
});
