// Times of the page's engine in node: node engine.mjs <script> prints {name: milliseconds}, the median of many, each with one assumption moved.
import { readFileSync } from "node:fs";
import vm from "node:vm";

vm.runInThisContext(readFileSync(process.argv[2], "utf-8"));
const { engine } = globalThis.explorable;
const TURNS = 60, question = { ask: "more than", people: 10_000, outcome: "at_large", month: 24 };
const moved = engine.inputs.filter(({ mixture }) => !mixture);

/* What a reader holds who has moved one assumption, another one each time, to a value of its own. */
function held(turn) {
  const { id, low, high } = moved[turn % moved.length];
  return { [id]: low + (high - low) * (turn + 1) / (TURNS + 2) };
}

function median(run) {
  const times = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const start = performance.now();
    run(held(turn));
    times.push(performance.now() - start);
  }
  return times.sort((one, other) => one - other)[TURNS / 2];
}

console.log(JSON.stringify(Object.fromEntries(Object.entries({
  "4,096 evaluations of the whole model, nothing kept": () => { engine.sheets.clear(); engine.sample("at_large", 24, {}); },
  "the range at one month": given => engine.range("at_large", 24, given),
  "the range at the six year-ends": given => engine.fan("at_large", engine.yearEnds, given),
  "every outcome's range": given => engine.intervals(24, given),
  "tornado": given => engine.tornado("at_large", 24, given),
  "indices, 1,024 pairs": given => engine.indices("at_large", 24, given),
  "indices, 256 pairs": given => engine.indices("at_large", 24, given, { pairs: engine.pairsMoving }),
  "in how many draws one alone turns the answer": given => engine.turned(question, given),
  "what each fact is worth": given => engine.worth(question, given),
}).map(([name, run]) => [name, median(run)]))));
