/* The search page. MiniSearch (minisearch.js) finds words among the places that the build wrote (search-places.js): sections, charts, terms.
   A whole word counts more than the beginning of one; a word that is nowhere may have a slip of the keyboard; names have other names. */
(() => {
  "use strict";
  const { element } = book;
  const results = document.getElementById("search-results"), input = document.querySelector("main form.bd-search input[name=q]");
  if (!results || !input || !window.bookPlaces) return;
  const { places, names, after } = window.bookPlaces;
  const root = document.documentElement.dataset.content_root ?? "./";
  const MOST = 40, AROUND = 90;
  const KINDS = { chart: "Chart", term: "Glossary" };
  const SMALL = new Set(["al", "el", "the", "of", "a", "an", "and", "in", "on", "to", "is", "was", "did", "do", "does", "by", "for", "at"]);

  // Words: without accents, in small letters; numbers without what parts their thousands; a word with hyphens, and its parts

  const plain = text => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[’‘ʼ]/g, "'").toLowerCase();
  const WORD = /\d+(?:[.,]\d+)*|[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu;
  const unparted = word => /^\d{1,3}(,\d{3})+$/.test(word) ? word.replaceAll(",", "") : word.replace(/'s$/, "");
  const tokenize = text => (plain(text).match(WORD) ?? []).map(unparted);
  const parts = word => word.includes("-") ? word.split("-").filter(part => part && !SMALL.has(part)) : [];

  const index = new window.bookMiniSearch({
    fields: ["page", "heading", "chart", "term", "text", "more"], storeFields: ["place"], tokenize,
    processTerm: term => [term, ...parts(term)],
    searchOptions: { tokenize, processTerm: term => term, boost: { page: 8, term: 7, heading: 4, chart: 4, text: 1, more: 0.5 },
      weights: { prefix: 0.15, fuzzy: 0.1 } },
  });
  const ready = index.addAllAsync(places.map((place, id) => {
    const [, kind, page, heading, text, more] = place;
    return { id, place, page: kind === "page" ? page : "", heading: kind === "section" ? heading : "",
      chart: kind === "chart" ? heading : "", term: kind === "term" ? heading : "", text, more };
  }), { chunkSize: 10 });   // between two chunks a hand can type

  // What is asked: words and names; each of them, or another name of it, must stand in a place

  const groups = names.map(group => group.map(name => tokenize(name)));
  const has = (words, start, name) => name.every((word, at) => words[start + at] === word);
  function asked(text) {
    const words = tokenize(text), found = [];
    for (let at = 0; at < words.length;) {
      const named = groups.flatMap(group => group.filter(name => has(words, at, name)).map(name => ({ group, name })))
        .sort((one, other) => other.name.length - one.name.length)[0];
      found.push(named ? named.group : [[words[at]]]);
      at += named ? named.name.length : 1;
    }
    const content = found.filter(group => group.length > 1 || !SMALL.has(group[0][0]));
    return content.length ? content : found;
  }

  /* One word: whole, or as the beginning of one; where it is nowhere, its parts, else with one slip, else with two letters swapped. */
  function ofWord(word) {
    const whole = { queries: [word], prefix: word.length > 2 && !/\d/.test(word) };
    if (index.search(whole).length) return whole;
    const inside = parts(word);
    if (inside.length && inside.every(part => index.search(part).length)) return { combineWith: "AND", queries: inside };
    if (word.length < 4 || /\d/.test(word)) return whole;
    const slip = { queries: [word], fuzzy: 1 };
    return index.search(slip).length ? slip : { queries: [...word].slice(1).map((_, at) => word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2)), combineWith: "OR" };
  }
  const ofName = name => name.length === 1 ? ofWord(name[0]) : { combineWith: "AND", queries: name.map(ofWord) };
  const ofGroup = group => group.length === 1 ? ofName(group[0]) : { combineWith: "OR", queries: group.map(name => ({ combineWith: "AND", queries: name })) };

  function find(text) {
    const wanted = asked(text);
    if (!wanted.length) return { found: [], all: true };
    const queries = wanted.map(ofGroup);
    const every = index.search({ combineWith: "AND", queries });
    const said = tokenize(text).join(" ");
    const isTitle = ({ place: [, kind, page, heading] }) => kind !== "section" && tokenize(kind === "page" ? page : heading).join(" ").startsWith(said);
    const isAfter = one => !isTitle(one) && after.some(start => one.place[0].startsWith(start));   // reference pages come after running text
    const rank = one => ({ ...one, score: one.score * (isTitle(one) ? 3 : 1), after: Number(isAfter(one)) });
    const sorted = found => found.map(rank).sort((one, other) => one.after - other.after || other.score - one.score);
    return every.length || wanted.length < 2 ? { found: sorted(every), all: true } : { found: sorted(index.search({ combineWith: "OR", queries })), all: false };
  }

  // What is shown

  function excerpt(text, terms) {
    const words = [...text.matchAll(WORD)].filter(([word]) => { const own = unparted(plain(word)); return terms.has(own) || parts(own).some(part => terms.has(part)); });
    const first = words[0]?.index ?? 0;
    const start = first > AROUND ? text.lastIndexOf(" ", first - AROUND / 2) + 1 : 0, end = Math.min(text.length, start + 3 * AROUND);
    const shown = [];
    let at = start;
    for (const { 0: word, index: place } of words) {
      if (place < at || place + word.length > end) continue;
      shown.push(text.slice(at, place), element("mark", { textContent: word }));
      at = place + word.length;
    }
    const last = end < text.length ? text.lastIndexOf(" ", end) : end;
    shown.push(text.slice(at, Math.max(at, last)));
    return [...(start ? ["… "] : []), ...shown, ...(end < text.length ? [" …"] : [])];
  }

  function item({ place: [address, kind, page, heading, text], terms }) {
    const name = kind === "page" || heading === page ? page : heading;
    const link = element("a", { href: root + address, textContent: name });
    const about = [KINDS[kind], name === page ? undefined : page].filter(one => one).join(" · ");
    return element("li", {}, link, ...(about ? [element("span", { className: "search-where", textContent: about })] : []),
      element("p", {}, ...excerpt(text, new Set(terms))));
  }

  async function show() {
    await ready;
    const text = input.value.trim();
    if (!text) return results.replaceChildren();
    const { found, all } = find(text);
    const many = book.counted(found.length, "place");
    const first = found.length > MOST ? `, of which the first ${MOST} are shown` : "";
    const summary = !found.length ? "No page has these words. Try fewer, or another spelling."
      : all ? `Found in ${many}${first}.` : `No place has all of these words; some of them were found in ${many}${first}.`;
    results.replaceChildren(element("p", { className: "search-summary", role: "status", textContent: summary }),
      element("ul", { className: "search" }, ...found.slice(0, MOST).map(item)));
  }

  function keep() {
    const here = new URL(location.href);
    here.searchParams.set("q", input.value.trim());
    try { history.replaceState(history.state, "", here); } catch { /* from disk some browsers keep the address as it is */ }
  }

  input.value = new URLSearchParams(location.search).get("q") ?? "";
  input.addEventListener("input", () => { show(); keep(); });
  input.form.addEventListener("submit", event => { event.preventDefault(); show(); keep(); });
  show();
})();
