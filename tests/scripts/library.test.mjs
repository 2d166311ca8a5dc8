// The shared library without a browser: what is kept, what a link says. Run by tests/test_scripts.py (node --test).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../_ext/static/library.js", import.meta.url), "utf-8");

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
    addEventListener: heard.addEventListener.bind(heard), dispatchEvent: heard.dispatchEvent.bind(heard), Event, URL, URLSearchParams,
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

test("the address to pass on has neither a link nor what networks added", () => {
  assert.equal(tab({ address: "https://example.org/page.html?fbclid=x&view=code#summary" }).book.address(), "https://example.org/page.html?view=code");
});
