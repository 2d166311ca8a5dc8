// The shared library without a browser: what is kept, what a link says. Run by tests/test_scripts.py (node --test).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../explorable/pages/static/library.js", import.meta.url), "utf-8");

/* A browser's storage, of one or more tabs; it can refuse, or be full. */
class Storage {
  items = new Map();
  full = false;
  getItem(key) { return this.items.get(key) ?? null; }
  setItem(key, text) { if (this.full) throw new Error("QuotaExceededError"); this.items.set(key, String(text)); }
  removeItem(key) { this.items.delete(key); }
}
const listing = storage => new Proxy(storage, { ownKeys: ({ items }) => [...items.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  get: (target, name) => typeof target[name] === "function" ? target[name].bind(target) : target[name] });

/* A tab: a page with the library, and the events that it hears. */
function tab({ local = new Storage(), session = new Storage(), refused = false, address = "https://example.org/page.html" } = {}) {
  const heard = new EventTarget();
  const page = {
    addEventListener: heard.addEventListener.bind(heard), dispatchEvent: heard.dispatchEvent.bind(heard), Event, URL, URLSearchParams, TextDecoder,
    location: new URL(address), history: { state: null, replaceState(state, _, href) { page.location = new URL(href, page.location); } },
  };
  for (const [name, storage] of [["localStorage", local], ["sessionStorage", session]])
    Object.defineProperty(page, name, { get() { if (refused) throw new Error("SecurityError"); return listing(storage); } });
  page.window = page;
  vm.runInNewContext(SOURCE, page);
  return page;
}
const plain = value => JSON.parse(JSON.stringify(value));
const KEY = "book-trial";
const store = page => new page.book.Store({ key: KEY, sound: (id, value) => id.startsWith("Q") && typeof value === "number" });

test("two tabs: the answers of both are kept", () => {
  const local = new Storage(), first = store(tab({ local })), second = store(tab({ local }));
  first.set("Q1", 1);
  second.set("Q2", 2);
  first.set("Q3", 3);
  assert.deepEqual(plain(second.all()), { Q1: 1, Q2: 2, Q3: 3 });
  second.set("Q1", undefined);
  assert.deepEqual(plain(first.all()), { Q2: 2, Q3: 3 });
});

test("a browser that refuses: the page remembers, and says that nothing is kept", () => {
  const refusing = store(tab({ refused: true }));
  assert.equal(refusing.set("Q1", 1), false);
  assert.equal(refusing.set("Q2", 2), false);
  assert.deepEqual(plain(refusing.all()), { Q1: 1, Q2: 2 });
  refusing.erase();
  assert.deepEqual(plain(refusing.all()), {});
});

test("a page can ask whether all of its answers are kept", () => {
  const local = new Storage(), one = store(tab({ local }));
  one.set("Q1", 1);
  assert.equal(one.isKept, true);
  local.full = true;
  one.set("Q2", 2);
  assert.equal(one.isKept, false);
});

test("a full storage: what found no room is written as soon as there is some", () => {
  const local = new Storage(), one = store(tab({ local }));
  one.set("Q1", 1);
  local.full = true;
  assert.equal(one.set("Q2", 2), false);
  assert.deepEqual(plain(one.all()), { Q1: 1, Q2: 2 });
  local.full = false;
  assert.equal(one.set("Q3", 3), true);
  assert.deepEqual(JSON.parse(local.getItem(KEY)), { Q1: 1, Q2: 2, Q3: 3 });
});

for (const damage of ["", "{", "null", "[]", "7", '"text"', '{"answers":null}', '{"Q1":"x","R1":1,"Q2":2}'])
  test(`damaged storage is read as strictly as a file: ${damage}`, () => {
    const local = new Storage();
    local.setItem(KEY, damage);
    assert.deepEqual(plain(store(tab({ local })).all()), damage.includes("Q2") ? { Q2: 2 } : {});
  });

test("erased in another tab is erased here, also what had not been written", () => {
  const page = tab(), one = store(page);
  let told = 0;
  one.hear(() => { told += 1; });
  one.unwritten.set("Q9", 9);
  page.dispatchEvent(Object.assign(new Event("storage"), { key: KEY, newValue: null }));
  assert.equal(told, 1);
  assert.deepEqual(plain(one.all()), {});
});

test("erase all: this browser, this tab, and the memory of the page", () => {
  const local = new Storage(), session = new Storage(), page = tab({ local, session }), one = store(page);
  one.hear(() => {});
  one.set("Q1", 1);
  session.setItem("book-explorer", "{}");
  local.setItem("another-site", "stays");
  one.unwritten.set("Q2", 2);
  assert.equal(page.book.eraseAll(), true);
  assert.deepEqual([...local.items.keys(), ...session.items.keys()], ["another-site"]);
  assert.deepEqual(plain(one.all()), {});
});

test("erasing one name leaves the others, and reaches what could not be written", () => {
  const local = new Storage(), page = tab({ local }), one = store(page), other = new page.book.Store({ key: "book-other", sound: () => true });
  one.set("Q1", 1);
  other.set("a", 1);
  local.full = true;
  one.set("Q2", 2);
  other.set("b", 2);
  assert.equal(page.book.erase(KEY), true);
  assert.deepEqual([plain(one.all()), plain(other.all())], [{}, { a: 1, b: 2 }]);
  assert.deepEqual(plain(page.book.kept()), [{ area: "local", key: "book-other", text: '{"a":1}' }]);
});

test("what the theme keeps is erased with the rest", () => {
  const local = new Storage(), page = tab({ local });
  local.setItem("mode", "dark");
  assert.deepEqual(plain(page.book.kept()), [{ area: "local", key: "mode", text: "dark" }]);
  assert.equal(page.book.eraseAll(), true);
  assert.equal(local.items.size, 0);
});

test("what cannot be erased is no success", () => {
  const local = new Storage(), page = tab({ local }), one = store(page);
  one.set("Q1", 1);
  local.removeItem = () => {};
  assert.equal(page.book.eraseAll(), false);
  assert.equal(one.erase(), false);
  assert.deepEqual(plain(one.all()), {}, "at least this page forgets");
});

test("whether a browser keeps anything is tried, not guessed", () => {
  const full = new Storage(), local = new Storage();
  full.full = true;
  assert.deepEqual([tab({ refused: true }), tab({ local: full }), tab({ local })].map(page => page.book.keeps()), [false, false, true]);
  assert.equal(local.items.size, 0);
});

const JSON_TEXT = '{"format":"f","version":1,"answers":{"Q1":"ä"}}';
const file = bytes => ({ size: bytes.length, arrayBuffer: async () => new Uint8Array(bytes).buffer });
const utf16 = (text, bigEndian = false) => { const bytes = Buffer.from(text, "utf16le"); return bigEndian ? bytes.swap16() : bytes; };
for (const [name, bytes] of Object.entries({
  "UTF-8": Buffer.from(JSON_TEXT), "UTF-8 with its mark": Buffer.from(`\uFEFF${JSON_TEXT}`), "UTF-16": utf16(`\uFEFF${JSON_TEXT}`),
  "UTF-16, big end first": utf16(`\uFEFF${JSON_TEXT}`, true), "UTF-16 without its mark": utf16(JSON_TEXT), "UTF-16, big end first, without it": utf16(JSON_TEXT, true),
})) test(`a file in ${name} is read`, async () => assert.equal(await tab().book.text(file(bytes)), JSON_TEXT));

for (const [says, bytes] of [[/empty/, []], [/empty/, Buffer.from(" \n")], [/not text/, [0x7B, 0xFF, 0xE4]], [/far too large/, Buffer.alloc(1_000_001, "a")], [/unpack it/, Buffer.from("PK\x03\x04")]])
  test(`a file that is none: ${says}`, () => assert.rejects(tab().book.text(file(bytes)), says));

test("what a saved file holds, and what is wrong with another", () => {
  const { book } = tab(), read = text => book.saved(text, { thing: "trial", format: "f", version: 1, key: "answers" });
  assert.deepEqual(plain(read(JSON_TEXT)), { Q1: "ä" });
  assert.deepEqual(plain(read(JSON_TEXT.replace(":1,", ':"1",'))), { Q1: "ä" }, "a version as text");
  for (const [text, says] of [
    ["{", /damaged/], ["[".repeat(200_000), /damaged/], ["null", /no trial/], ["7", /no trial/], [JSON_TEXT.replace('"f"', '["f"]'), /no trial/],
    [JSON_TEXT.replace(":1,", ":2,"), /version 2.*newer copy/], [JSON_TEXT.replace(":1,", ":0,"), /version 0.*older edition/], [JSON_TEXT.replace(":1,", ":[1],"), /version \[1\]/],
    [JSON_TEXT.replace(":1,", ":true,"), /version true/], [JSON_TEXT.replace('"version":1,', ""), /no version/], [JSON_TEXT.replace('{"Q1":"ä"}', "[]"), /no answers/],
    [JSON_TEXT.replace('"ä"', '"}{:\\"", "Q2": {"Q1": 1}, "Q\\u0031" : 2'), /“Q1” twice/],
  ]) assert.throws(() => read(text), says, text.slice(0, 80));
});

test("a name that comes back in another part of a file is no name that stands twice", () => {
  const text = JSON.stringify({ format: "f", version: 1, ratings: { E01: { stay: 1 }, E02: { stay: 2 }, stay: 0 } });
  assert.deepEqual(plain(tab().book.saved(text, { thing: "matrix", format: "f", version: 1, key: "ratings" })), JSON.parse(text).ratings);
});

const GOOD = [["forecast", "1"], ["Q01", "0.1"]];
for (const [hash, wanted] of Object.entries({
  "#forecast=1&Q01=0.1": GOOD, "#forecast=1&Q01=0.1&fbclid=IwAR0": GOOD, "#forecast=1&utm_source=mail&Q01=0.1&mc_cid=3": GOOD, "#forecast=1&amp;Q01=0.1": GOOD,
  "#forecast=1&Q01=0.1.": GOOD, "#forecast=1&Q01=0.1).": GOOD, "#forecast=1&Q01=0.1”": GOOD, "#forecast=1&Q01=0.1%E2%80%8B": GOOD, "#forecast=1&Q0\u00AD1=0.1": GOOD,
  "#forecast%3D1%26Q01%3D0.1": GOOD, "": undefined, "#": undefined, "#summary": undefined, "#forecast": undefined, "#/2/1": undefined, "#explorer=x&version=1": undefined,
})) test(`a link on its way: ${hash}`, () => assert.deepEqual(plain(tab().book.parts(hash, "forecast") ?? null), wanted ?? null));

test("what is wrong with a damaged link is said truly", () => {
  const { book } = tab();
  assert.throws(() => book.values([["Q01", ""]]), /cut short or damaged: nothing stands behind Q01/);
  assert.throws(() => book.values([["Q01", "0,5"]]), /“0,5” for Q01 is no number/);
  assert.throws(() => book.values([["Q01", "1"], ["Q01", "1"]]), /twice/);
  assert.deepEqual(plain(book.values([["Q01", "0.5"]])), { Q01: 0.5 });
});

test("a link may hold words besides numbers, and no name is special", () => {
  const { book } = tab(), isText = name => name === "outcome";
  assert.deepEqual(plain(book.values([["outcome", "joined"], ["lost", "0.3"]], isText)), { outcome: "joined", lost: 0.3 });
  assert.throws(() => book.values([["outcome", ""]], isText), /nothing stands behind outcome/);
  assert.throws(() => book.values([["outcome", "a"], ["outcome", "b"]], isText), /twice/);
  assert.deepEqual(Object.entries(book.values([["__proto__", "0.5"]])), [["__proto__", 0.5]]);
  assert.throws(() => book.values([["__proto__", "1"], ["__proto__", "1"]]), /twice/);
});

test("a link is taken once, leaves the address, and is heard when pasted into an open page", () => {
  const page = tab({ address: "https://example.org/page.html?view=code#forecast=1&Q01=0.1" }), taken = [];
  page.book.links("forecast", found => { taken.push(found); });
  assert.equal(page.location.href, "https://example.org/page.html?view=code");
  page.location = new URL("#forecast=1&Q01=0.9", page.location);
  page.dispatchEvent(new Event("hashchange"));
  page.location = new URL("#summary", page.location);
  page.dispatchEvent(new Event("hashchange"));
  assert.deepEqual(plain(taken), [GOOD, [["forecast", "1"], ["Q01", "0.9"]]]);
  assert.equal(page.location.hash, "#summary");
});

test("a link that can't be taken yet stays in the address until it can", () => {
  const page = tab({ address: "https://example.org/page.html#explorer=x&version=1" });
  let ready = false, taken = 0;
  const look = page.book.links("explorer", () => { if (!ready) return false; taken += 1; });
  assert.equal(page.location.hash, "#explorer=x&version=1");
  ready = true;
  look();
  look();
  assert.deepEqual([taken, page.location.href], [1, "https://example.org/page.html"]);
});

test("a link about which the reader is asked stays in the address until there is an answer, and no longer than it is the last", async () => {
  const page = tab({ address: "https://example.org/page.html#forecast=1&Q01=0.1" }), answers = [];
  page.book.links("forecast", () => new Promise(resolve => { answers.push(resolve); }));
  page.location = new URL("#forecast=1&Q01=0.9", page.location);
  page.dispatchEvent(new Event("hashchange"));
  answers[0]();
  await undefined;
  assert.equal(page.location.hash, "#forecast=1&Q01=0.9");
  answers[1]();
  await undefined;
  assert.equal(page.location.hash, "");
});

test("the address to pass on has neither a link nor what networks added", () => {
  assert.equal(tab({ address: "https://example.org/page.html?fbclid=x&view=code#summary" }).book.address(), "https://example.org/page.html?view=code");
});

test("one thing is told as one, and none as many", () => {
  const { counted } = tab({ address: "https://example.org/page.html" }).book;
  assert.deepEqual([counted(1, "team"), counted(0, "team"), counted(2, "guess", "guesses")], ["1 team", "0 teams", "2 guesses"]);
});
