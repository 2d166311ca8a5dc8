// The forecast without a page: what is kept, read and written, and the arithmetic. Run by tests/test_scripts.py (node --test).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const source = name => readFileSync(new URL(`../../explorable/${name === "library.js" ? "pages" : "course"}/static/${name}`, import.meta.url), "utf-8");
const KNOWN = ["Q01", "Q02", "Q03"], NOW = "2026-11-29T12:00:00+01:00", EARLIER = "2026-11-28T12:00:00+01:00", LATER = "2026-11-30T12:00:00+01:00";

/* A page with the scripts of a forecast, and what its browser keeps. */
function open(items = {}) {
  const storage = { getItem: key => items[key] ?? null, setItem: (key, text) => { items[key] = text; }, removeItem: key => { delete items[key]; } };
  const page = { addEventListener() {}, localStorage: storage, URLSearchParams,
    bookForecast: { format: "forecast", version: 1, others: { quiz: "answers to quizzes" }, brier: (said, came) => (said - came) ** 2, spread: rate => rate * (1 - rate) } };
  page.window = page;
  for (const name of ["library.js", "forecast-record.js", "forecast-arithmetic.js"]) vm.runInNewContext(source(name), page);
  return page.bookForecast;
}
const plain = value => JSON.parse(JSON.stringify(value));
const file = more => JSON.stringify({ format: "forecast", version: 1, answers: { Q01: 0.5 }, ...more });

test("what is kept is written as the book has always kept it, with three dates", () => {
  const items = {}, { mine } = open(items).stores(KNOWN);
  mine.change([["Q01", 0.7], ["committed", true], ["kept", NOW]]);
  assert.deepEqual(JSON.parse(items["book-forecast"]), { answers: { Q01: 0.7 }, committed: true, kept: NOW, opened: null, changed: null });
});

for (const [damage, wanted] of Object.entries({
  '{"answers":{"Q01":0.7},"committed":true}': { Q01: 0.7, committed: true },
  '{"answers":null}': {}, '{"answers":"Q01"}': {}, '{"answers":[0.5]}': {}, '"text"': {}, "[]": {}, "null": {}, '{"Q01":0.7}': {},
  '{"answers":{"Q01":"0.7","Q02":1.5,"Q03":null,"Q99":0.5,"committed":true,"kept":"2026-11-29T12:00:00Z"}}': {},
  '{"answers":{"Q02":0},"committed":1,"kept":"29 November","opened":"2026-11-29T12:00:00","changed":"2026-99-29T12:00:00Z"}': { Q02: 0 },
  '{"answers":{"Q02":1},"opened":"2026-11-29T12:00:00-05:30"}': { Q02: 1, opened: "2026-11-29T12:00:00-05:30" },
})) test(`of what is kept only what a page could have written is read: ${damage}`, () => {
  assert.deepEqual(plain(open({ "book-forecast": damage }).stores(KNOWN).mine.all()), wanted);
});

test("an answer is no longer the one that was kept, and is late once the outcomes were opened", () => {
  const { answered } = open(), after = (kept, ...given) => Object.fromEntries(Object.entries({ ...kept, ...Object.fromEntries(answered(kept, ...given, NOW)) }).filter(([, value]) => value !== undefined));
  assert.deepEqual(after({ Q01: 0.5, committed: true, kept: EARLIER }, "Q01", 0.6), { Q01: 0.6, kept: EARLIER });
  assert.deepEqual(after({ Q01: 0.5, committed: true, kept: EARLIER, opened: EARLIER }, "Q02", 0.6), { Q01: 0.5, Q02: 0.6, kept: EARLIER, opened: EARLIER, changed: NOW });
  assert.deepEqual(after({ Q01: 0.5, Q02: 0.6, kept: EARLIER, opened: EARLIER }, "Q02", undefined), { Q01: 0.5, kept: EARLIER, opened: EARLIER, changed: NOW });
  assert.deepEqual(after({ Q01: 0.5, committed: true, kept: EARLIER, opened: EARLIER, changed: EARLIER }, "Q01", undefined), { opened: EARLIER });
});

test("a forecast that comes after the outcomes were opened is late, unless it was kept before", () => {
  const { received } = open(), answers = { Q01: 0.5 }, none = { kept: null, opened: null, changed: null };
  assert.deepEqual(plain(received({ answers, ...none }, {}, NOW)), { Q01: 0.5 });
  assert.deepEqual(plain(received({ answers, ...none }, { opened: EARLIER }, NOW)), { Q01: 0.5, opened: EARLIER, changed: NOW });
  assert.deepEqual(plain(received({ answers, ...none, kept: EARLIER }, { opened: NOW }, LATER)), { Q01: 0.5, committed: true, kept: EARLIER, opened: NOW });
  assert.deepEqual(plain(received({ answers, kept: NOW, opened: EARLIER, changed: NOW }, { opened: LATER }, LATER)), { Q01: 0.5, committed: true, kept: NOW, opened: EARLIER, changed: NOW });
});

test("a file that is written is read again, and says that it was kept only of answers that were", () => {
  const { written, parse } = open(), forecast = { Q01: 0.7, committed: true, kept: NOW, opened: EARLIER, changed: LATER };
  assert.deepEqual(plain(parse(written(forecast), KNOWN)), { answers: { Q01: 0.7 }, kept: NOW, opened: EARLIER, changed: LATER });
  assert.equal(parse(written({ ...forecast, committed: undefined }), KNOWN).kept, null);
  assert.deepEqual(plain(parse(file(), KNOWN)), { answers: { Q01: 0.5 }, kept: null, opened: null, changed: null });
});

for (const [text, says] of [
  ["{", /damaged/], [file({ format: "quiz" }), /holds answers to quizzes/], [file({ format: "__proto__" }), /no forecast of this book/], [file({ version: 0 }), /older edition/], [file({ version: 2 }), /version 2/],
  [file({ version: undefined }), /no version/], [file({ answers: {} }), /no answers/], [file({ answers: [1] }), /no answers/],
  [file({ answers: { Q01: true } }), /Q01 is not/], [file({ answers: { Q01: -0.1 } }), /Q01 is not/], [file().replace("0.5", "-0.0"), /Q01 is not/], [file().replace("0.5", "1e999"), /Q01 is not/],
  [file({ kept: "2026-11-29" }), /“kept” is no date/], [file({ opened: 7 }), /“opened” is no date/], [file().replace('"Q01":0.5', '"Q01":0.5,"Q01":0.6'), /Q01” twice/],
]) test(`what is wrong with a file is said: ${text.slice(0, 90)}`, () => assert.throws(() => open().parse(text, KNOWN), says));

test("a link that is written is read again", () => {
  const { link, fromLink } = open(), text = link({ Q02: 0.25, Q01: 1, committed: true, kept: NOW });
  assert.equal(text, "#forecast=1&Q01=1&Q02=0.25");
  assert.deepEqual(plain(fromLink([...new URLSearchParams(text.slice(1))], KNOWN).answers), { Q01: 1, Q02: 0.25 });
  assert.throws(() => fromLink([["forecast", "1"], ["Q01", "-0"]], KNOWN), /Q01 is not/);
  assert.throws(() => fromLink([["forecast", "1"]], KNOWN), /no answers/);
});

test("a moment is written by the clock of the reader, with its distance from UTC", () => {
  const zone = process.env.TZ;
  for (const [name, wanted] of Object.entries({ "Asia/Kathmandu": "2026-11-29T17:45:00+05:45", "America/St_Johns": "2026-11-29T08:30:00-03:30", UTC: "2026-11-29T12:00:00+00:00" })) {
    process.env.TZ = name;
    const { moment, day } = open();
    assert.equal(moment(new Date("2026-11-29T12:00:00Z")), wanted);
    assert.equal(day("2026-11-29T23:59:00-11:00"), "29 November 2026");
  }
  if (zone === undefined) delete process.env.TZ; else process.env.TZ = zone;
});

test("nothing is said to be kept that stands in the page alone", () => {
  const { standing } = open();
  assert.equal(standing({ Q01: 1, committed: true, kept: NOW }, true), "Kept on 29 November 2026.");
  assert.equal(standing({ Q01: 1, committed: true, kept: NOW }, false), "Your forecast of 29 November 2026.");
  assert.equal(standing({ Q01: 1, committed: true }, false), "");
  assert.match(standing({ Q01: 1, committed: true, kept: LATER, opened: NOW }, true), /Kept after the outcomes were opened/);
  assert.equal(standing({ opened: NOW }, true), "");
});

test("an average belongs to the band that it reaches, though rounding leaves it a little below", () => {
  const { groups } = open(), mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;
  const answers = { Q01: mean([0.7, 0.8, 0.9]), Q02: mean([0.3, 0.4, 0.5]) };   // 0.7999999999999999 and 0.39999999999999997
  assert.deepEqual(plain(groups(answers, { Q01: 1, Q02: 0 }, 5)), [[2, ["Q02"]], [4, ["Q01"]]]);
});

test("the parts of a score make up the score", () => {
  const { decomposition, total, groups } = open(), answers = { Q01: 0.2, Q02: 0.3, Q03: 1, Q04: 0.6 }, outcomes = { Q01: 0, Q02: 1, Q03: 1, Q04: 0 };
  const parts = decomposition(answers, outcomes, 5);
  assert.ok(Math.abs(parts.reliability - parts.resolution + parts.uncertainty + parts.within - total(answers, outcomes)) < 1e-12);
  assert.deepEqual(plain(groups(answers, outcomes, 5)), [[1, ["Q01", "Q02"]], [3, ["Q04"]], [4, ["Q03"]]]);
});
