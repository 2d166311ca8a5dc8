/* What the scripts of the pages share: elements, tables, words for values, files, what this browser keeps, links, questions.
   One object, `book`, on every page before all other scripts of the book. It touches nothing until it is asked. */
(() => {
  "use strict";

  // Elements

  /* A new element: properties by their names in the DOM; names with a hyphen, and "role", are attributes. */
  function element(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name === "role" || name.includes("-")) made.setAttribute(name, value);
      else made[name] = value;
    }
    made.append(...children);
    return made;
  }

  const button = (text, onclick, more = {}) => element("button", { type: "button", className: "chart-button", textContent: text, onclick, ...more });

  /* Hear an event on whatever matches, also where a child of it is what was hit: a browser that translates a page
     wraps the words of a button into elements of its own. */
  function on(root, kind, selector, heard) {
    root.addEventListener(kind, event => {
      const found = event.target.closest?.(selector);
      if (found && root.contains(found)) heard(found, event);
    });
  }

  /* A table in a frame that scrolls. A cell is a text, a number, or {text, value, words}: its value for whoever reads the
     page by program, and words that are heard and not seen. The first cell of a row is its head. */
  function table({ caption, head, rows, className = "book-table" }) {
    const cell = (content, isHead, scope) => {
      const { text = content, value, words } = content ?? {};
      const made = element(isHead ? "th" : "td", isHead ? { scope } : {}, String(text ?? ""));
      if (value !== undefined) made.dataset.value = value;
      if (words) made.append(element("span", { className: "visually-hidden" }, ` ${words}`));
      return made;
    };
    const made = element("table", {}, element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...head.map(one => cell(one, true, "col")))),
      element("tbody", {}, ...rows.map(row => element("tr", {}, ...row.map((one, place) => cell(one, place === 0, "row"))))));
    return element("div", { className, tabIndex: 0, role: "region", "aria-label": caption }, made);
  }

  // Words

  const number = (value, digits = 5) => value.toLocaleString("en", { maximumSignificantDigits: digits });
  const percent = value => `${(100 * value).toLocaleString("en", { maximumFractionDigits: 0 })} %`;
  const people = value => Math.round(value).toLocaleString("en");
  const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
  const listed = parts => parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
  const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;

  const ONE = { months: "month", people: "person" };

  /* A value in its unit. As Assumption.written in the book's module assumptions. */
  function written(value, unit) {
    if (unit.startsWith("share")) return `${number(100 * value, 3)} %`;
    if (unit === "per year") return `${value < 0 ? "−" : "+"}${number(Math.abs(100 * value), 3)} % a year`;
    return `${number(value)} ${value === 1 ? ONE[unit] ?? unit : unit}`;
  }

  /* A moment as its day: "29 November 2026". */
  const day = moment => new Date(moment).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

  // Parts of one whole

  /* Shares as one bar of 100 %, and a number below each. Every divider is a slider for keys and for whoever listens; a mouse or
     a finger takes the nearest. No share is ever below 0, and together they are always 1.
       names         of the parts
       means         what the colour of each means, by the names that the style sheet knows
       put           hears the shares that a hand has set, and the places of those it moved, the last first */
  const AIMED = { mouse: 2, touch: 8 };   // pixels to the side after which a hand means it, and does not scroll
  class Shares {
    constructor({ names, means = [], put }) {
      Object.assign(this, { names, put });
      const coloured = place => means[place] ? { "data-means": means[place] } : {};
      this.parts = names.map((_, place) => element("span", { "aria-hidden": "true", ...coloured(place) }));
      this.dividers = names.slice(1).map((name, place) => element("input", { type: "range", min: 0, max: 100, className: "shares-divider",
        "aria-label": `Between “${names[place]}” and “${name}”`, oninput: ({ target }) => this.move(place, target.value / 100) }));
      this.bar = element("div", { className: "shares-bar" }, ...this.parts, ...this.dividers);
      this.fields = names.map((_, place) => element("input", { type: "number", min: 0, max: 100, step: "any", inputMode: "decimal",
        onfocus: () => { this.proportions = this.shares; }, oninput: () => this.type(place), onblur: () => this.show(this.shares) }));
      const typed = names.map((name, place) => element("label", { className: "shares-typed", ...coloured(place) }, element("span", {}, name), element("span", {}, this.fields[place], " %")));
      this.element = element("div", { className: "shares", role: "group", "aria-label": "Shares of one whole" }, this.bar, element("div", { className: "shares-fields" }, ...typed));
      for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) this.bar.addEventListener(kind, event => this[kind](event));
    }

    get ends() { return this.shares.slice(0, -1).map((_, place) => this.shares.slice(0, place + 1).reduce((sum, share) => sum + share, 0)); }

    show(shares) {
      this.shares = shares;
      const { ends, names } = this, said = shares.map(share => `${number(100 * share, 3)} %`);
      shares.forEach((share, place) => {
        this.parts[place].style.flexGrow = share;
        this.parts[place].textContent = share >= 0.08 ? percent(share) : "";
        const field = this.fields[place];
        if (field !== document.activeElement) { field.value = Number((100 * share).toPrecision(3)); field.removeAttribute("aria-invalid"); }
      });
      this.dividers.forEach((divider, place) => {
        divider.style.left = `${100 * ends[place]}%`;
        divider.value = 100 * ends[place];
        divider.setAttribute("aria-valuetext", `${names[place]} ${said[place]}, ${names[place + 1]} ${said[place + 1]}`);
      });
    }

    take(shares, moved) {
      this.show(shares.map(share => Number(share.toFixed(9))));
      this.put(this.shares, moved);
    }

    /* A divider goes as far as the next; the two shares beside it change, and no other. */
    move(place, to) {
      const { ends } = this, low = ends[place - 1] ?? 0, high = ends[place + 1] ?? 1, shares = [...this.shares];
      const at = Math.min(Math.max(Math.round(100 * to) / 100, low), high);
      [shares[place], shares[place + 1]] = [at - low, high - at];
      this.take(shares, [place + 1, place]);
    }

    /* For a number that is typed the others make room, in the proportions they had before. */
    type(place) {
      const field = this.fields[place], share = field.valueAsNumber / 100, isShare = share >= 0 && share <= 1;
      field.setAttribute("aria-invalid", !isShare);
      if (!isShare) return;
      const { proportions: old } = this, rest = 1 - old[place];
      this.take(old.map((other, at) => at === place ? share : rest > 1e-9 ? other * (1 - share) / rest : (1 - share) / (old.length - 1)), [place]);
    }

    // A mouse or a finger

    pointerdown(event) {
      if (event.button || !event.isPrimary) return;
      const { left, width } = this.bar.getBoundingClientRect();
      this.hand = { id: event.pointerId, at: x => Math.min(Math.max((x - left) / width, 0), 1), x: event.clientX, before: this.shares, aimed: AIMED[event.pointerType] ?? AIMED.touch };
      this.bar.setPointerCapture(event.pointerId);
      event.preventDefault();   // it selects no text
    }

    pointermove({ pointerId, clientX }) {
      const { hand } = this, far = clientX - hand?.x;
      if (hand?.id !== pointerId || hand.place === undefined && Math.abs(far) < hand.aimed) return;
      hand.place ??= this.nearest(hand.at(hand.x), far);
      this.move(hand.place, hand.at(clientX));
    }

    pointerup({ pointerId, clientX }) {
      const { hand } = this;
      if (hand?.id !== pointerId) return;
      this.hand = undefined;
      if (hand.place === undefined) this.move(this.nearest(hand.at(clientX)), hand.at(clientX));   // a press on the bar itself
    }

    /* The browser took the finger for scrolling: nothing was meant. */
    pointercancel({ pointerId }) {
      const { hand } = this;
      if (hand?.id !== pointerId) return;
      this.hand = undefined;
      if (hand.place !== undefined) this.take(hand.before, [hand.place, hand.place + 1]);
    }

    /* The divider nearest to a place. Where several stand at one point, the one that is free to go that way. */
    nearest(at, way) {
      const { ends } = this, gap = Math.min(...ends.map(end => Math.abs(end - at)));
      const found = [...ends.keys()].filter(place => Math.abs(Math.abs(ends[place] - at) - gap) < 1e-9);
      const place = (way ?? at - ends[found[0]]) < 0 ? found[0] : found.at(-1);
      this.dividers[place].focus({ preventScroll: true });
      return place;
    }
  }

  // Files and the clipboard

  /* The name that a team of a class gives itself: kept in this browser, and written into its files and links. */
  const TEAM = "book-team", LONGEST = 30;
  const team = () => (choice(TEAM).get() ?? "").trim().slice(0, LONGEST);

  function signed({ name, text }) {
    const who = team(), content = who ? parsed(text) : undefined;
    if (!isObject(content) || !content.format) return { name, text };
    const { format, version, ...rest } = content;
    const plain = who.replace(/[^\p{L}\p{M}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
    return { name: [plain, name].filter(Boolean).join("-"), text: `${JSON.stringify({ format, version, team: who, ...rest }, null, 2)}\n` };
  }

  /* A link with the team's name in it, which opens as it does without. */
  const signedLink = address => team() ? `${address}&${new URLSearchParams({ team: team() })}` : address;

  /* A field for that name; all fields of a page, and of other tabs, say the same. */
  function teamField() {
    const input = element("input", { type: "text", maxLength: LONGEST, autocomplete: "off", value: team(),
      oninput: () => { if (input.value.trim()) choice(TEAM).set(input.value); else erase(TEAM); dispatchEvent(new Event("book:team")); } });
    const follow = () => { if (document.activeElement !== input) input.value = team(); };
    for (const kind of ["book:team", "book:erased", "storage", "pageshow"]) addEventListener(kind, follow);
    return element("label", { className: "book-team" }, "Team or nickname (not your name) ", input);
  }

  function save({ type = "application/json", ...file }) {
    const { name, text } = type === "application/json" ? signed(file) : file;
    const address = URL.createObjectURL(new Blob([text], { type }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  /* The text of a chosen file, whatever the encoding; the error says what is wrong with it. */
  const LARGEST = 1e6;   // bytes: no file of this book is near it
  async function textOf(file) {
    if (file.size > LARGEST) throw new Error("it is far too large for a file of this book");
    let bytes;
    try { bytes = new Uint8Array(await file.arrayBuffer()); } catch { throw new Error("this browser could not open it"); }
    const [first, second] = bytes, pair = 256 * first + second;
    if (pair === 0x504B) throw new Error("it is packed: unpack it, and choose what is inside");
    const encoding = pair === 0xFFFE || second === 0 ? "utf-16le" : pair === 0xFEFF || first === 0 ? "utf-16be" : "utf-8";   // as some editors save it
    let found;
    try { found = new TextDecoder(encoding, { fatal: true }).decode(bytes); } catch { throw new Error("it is damaged: it is not text. Save it anew"); }
    if (!found.trim()) throw new Error("it is empty. Save it anew");
    return found;
  }

  /* What a saved file of the book holds: one mapping, its values unchecked; the error says what is wrong. As Saved.parse in the book's module saved. */
  function saved(text, { thing, format, version, key, older = [] }) {
    const content = parsed(text);
    if (content === undefined) throw new Error(`it is damaged or no ${thing}: it can’t be read as JSON. Save it anew`);
    if (content?.format !== format) throw new Error(`it is no ${thing} of this book`);
    if (!Object.hasOwn(content, "version")) throw new Error("it has no version: it was not saved by a page of this book, or changed since. Save it anew");
    const found = ["number", "string"].includes(typeof content.version) ? content.version : JSON.stringify(content.version);
    if (![version, ...older].includes(Number(found))) {
      const remedy = Number(found) < version ? "It was saved by an older edition of the book: answer anew in this one" : "Reload the page, or fetch a newer copy of the book";
      throw new Error(`it has version ${String(found).slice(0, 20)}, and this page reads version ${version}. ${remedy}`);
    }
    const twice = repeated(text);
    if (twice !== undefined) throw new Error(`it has “${twice.slice(0, 40)}” twice: take one out`);
    if (!isObject(content[key])) throw new Error(`it has no ${key}. Save it anew`);
    return content[key];
  }

  /* Assumptions of an older edition as today's: its weights as shares, a share of a share as the product. Weights of which none
     is named, or that are all 0, say nothing. As translated() in the book's module first_edition. */
  function translated(values, { defaults, today, products }) {
    const foreign = Object.keys(values).find(id => !Object.hasOwn(defaults, id));
    if (foreign !== undefined) throw new Error(`it is of an older edition, which knew no assumption ${foreign.slice(0, 40)}`);
    const full = { ...defaults, ...values }, weights = Object.values(today), total = weights.reduce((sum, id) => sum + full[id], 0);
    const found = Object.fromEntries(Object.entries(values).filter(([id]) => !weights.includes(id)));
    if (total > 0 && weights.some(id => id in values)) for (const [now, id] of Object.entries(today)) found[now] = full[id] / total;
    for (const [id, whole] of Object.entries(products)) if (id in found) found[id] *= full[whole];
    return found;
  }

  /* The first name that stands twice in one object of a JSON text, of which JSON.parse would lose a value. */
  function repeated(text) {
    const open = [];
    for (const [token, , colon] of text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]/g)) {
      if (token === "{") open.push(new Set());
      else if (token === "}") open.pop();
      else if (colon) {
        const name = JSON.parse(token.slice(0, -colon.length));
        if (open.at(-1).has(name)) return name;
        open.at(-1).add(name);
      }
    }
  }

  /* Copy a text, and say so; where the browser refuses, show it, ready to be copied by hand. */
  async function copy({ text, say, done }) {
    try { await navigator.clipboard.writeText(text); say(done); }
    catch {
      const shown = element("input", { className: "book-copy", readOnly: true, value: text, "aria-label": "To copy" });
      say("This browser does not let a page copy. Copy it from here: ", shown);
      shown.select();
    }
  }

  /* A line that speaks: text and, if wanted, buttons or other elements behind it. */
  const speaker = line => (...parts) => line.replaceChildren(...parts);

  // What this browser keeps. It may refuse, be full, or hold what another version or a hand has damaged.

  const areas = { local: () => window.localStorage, tab: () => window.sessionStorage };
  const within = (area, work, otherwise) => { try { return work(areas[area]()); } catch { return otherwise; } };
  const isObject = value => typeof value === "object" && value !== null && !Array.isArray(value);
  const parsed = text => { try { return JSON.parse(text); } catch { return undefined; } };

  /* Answers by id, kept one by one. What is in the page is the source: the browser's storage is read and merged before
     each write, so that another tab's answers stay; an answer that could not be written stays in the page.
       key                 the name in the browser's storage
       sound(id, value)    true for what this page itself could have written; all else in the storage is left out
       unpack, pack        from what is kept to answers by id, and back, where the two differ
       area                "local", for good, or "tab", as long as the tab */
  class Store {
    constructor({ key, sound, unpack = content => content, pack = answers => answers, area = "local" }) {
      Object.assign(this, { key, sound, unpack, pack, area, unwritten: new Map(), hearers: [] });
      addEventListener("storage", ({ key: changed, newValue }) => {
        if (changed !== key && changed !== null) return;
        if (newValue === null) this.unwritten.clear();   // erased in another tab is erased here
        this.tell();
      });
      addEventListener("book:erased", ({ name }) => { if (name === undefined || name === key) { this.unwritten.clear(); this.tell(); } });
      addEventListener("pageshow", event => { if (event.persisted) this.tell(); });   // while the page was away it heard nothing
    }

    all() {
      const answers = this.stored();
      for (const [id, value] of this.unwritten) if (value === undefined) delete answers[id]; else answers[id] = value;
      return answers;
    }

    get(id) { return this.all()[id]; }

    /* True if nothing of it is in the page alone. */
    get isKept() { return this.unwritten.size === 0; }

    /* Set an answer, or take it back with undefined. True if the browser keeps it. */
    set(id, value) { return this.change([[id, value]]); }

    change(pairs) {
      for (const [id, value] of pairs) this.unwritten.set(id, value);
      const kept = this.write(this.all());
      if (kept) this.unwritten.clear();
      return kept;
    }

    /* Put other answers in place of all. */
    replace(answers) {
      return this.change([...Object.keys(this.all()).map(id => [id, undefined]), ...Object.entries(answers)]);
    }

    /* Forget all, in the page, in the browser, in other tabs. True if nothing is left. */
    erase() {
      const gone = erase(this.key);
      if (!gone) for (const id of Object.keys(this.stored())) this.unwritten.set(id, undefined);   // at least in this page
      return gone;
    }

    /* Call this when another tab has changed the answers, or the page comes back as it was left. */
    hear(work) { this.hearers.push(work); }

    tell() { this.hearers.forEach(work => work()); }

    stored() {
      const content = within(this.area, storage => parsed(storage.getItem(this.key)));
      const answers = isObject(content) ? this.unpack(content) : {};
      return Object.fromEntries(Object.entries(isObject(answers) ? answers : {}).filter(([id, value]) => this.sound(id, value)));
    }

    write(answers) {
      return within(this.area, storage => {
        if (Object.keys(answers).length) storage.setItem(this.key, JSON.stringify(this.pack(answers)));
        else storage.removeItem(this.key);
        return true;
      }, false);
    }
  }

  /* What to say where an answer could not be kept. */
  const UNKEPT = "This browser keeps nothing between pages, or has no room: before you leave the page, save a file.";

  /* One remembered choice, such as whether code is shown. */
  const choice = key => ({
    get: () => within("local", storage => storage.getItem(key), null),
    set: value => within("local", storage => { storage.setItem(key, value); return true; }, false),
  });

  /* True if this browser keeps what a page writes; else no line may say that it does. */
  const keeps = (area = "local") => within(area, storage => { storage.setItem("book-trial", "1"); storage.removeItem("book-trial"); return true; }, false);

  /* The names under which the book keeps something in this browser and this tab: its own, and those of its theme, search and slides. */
  const OF_OTHERS = ["mode", "theme", "sidebar-scroll-top", "sphinx_highlight_terms", "reveal-speaker-layout"];
  const kept = () => Object.keys(areas).flatMap(area => within(area, storage => Object.keys(storage), [])
    .filter(key => key.startsWith("book-") || OF_OTHERS.includes(key)).map(key => ({ area, key, text: within(area, storage => storage.getItem(key), "") ?? "" })));

  /* Erase what is kept under one name, or all: in this browser, in the memory of its pages, also in other tabs.
     True if nothing is left here. */
  const others = typeof BroadcastChannel === "function" ? new BroadcastChannel("book") : undefined;
  const meant = name => kept().filter(({ key }) => name === undefined || key === name);
  function eraseHere(name) {
    for (const { area, key } of meant(name)) within(area, storage => storage.removeItem(key));
    dispatchEvent(Object.assign(new Event("book:erased"), { name }));
  }
  function erase(name) {
    eraseHere(name);
    others?.postMessage({ erased: name });
    return meant(name).length === 0;
  }
  const eraseAll = () => erase();
  if (others) others.onmessage = ({ data }) => { if (isObject(data) && "erased" in data) eraseHere(data.erased); };

  // Links: taken once, then out of the address. What mail and social networks add to them does not spoil them.

  const TRACKERS = /^(utm|mtm|pk|piwik|matomo|hsa|mc|mkt|oly|vero|ga|trk|_branch)_\w+$|^(_ga|_gl|_hs\w+|__\w+|\w{1,8}cl(ic)?k?id|clid|gbraid|wbraid|dclid|li_fat_id|igshid|igsh|mibextid|sfnsn|rdid|epik|ref|ref_src|ref_url|referrer|source|share|share_id|shared|via|si|spm|smid|smtyp|cmpid|cid|scid|icid|ncid|xmt|feature|app|from|amp)$/i;

  const INVISIBLE = /[\p{Cf}\s]/gu;        // what a line break or a word processor leaves inside
  const BEHIND = /[\p{P}\p{S}]+$/u;        // the full stop, bracket or quotation mark of the sentence around it

  /* The parts of a link of this kind (its first name), or undefined for an address that is none: [[name, text], …]. */
  function partsOf(hash, kind) {
    let text = hash.replace(/^#/, "").replace(/&amp;|&#0*38;/gi, "&");
    if (!text.includes("=")) text = text.replace(/%3D/gi, "=").replace(/%26/g, "&");   // escaped once more on the way
    if (!text.includes("=")) return undefined;   // a place of the page, which may have the same name
    const found = [...new URLSearchParams(text)].map(([name, value]) => [name.replace(INVISIBLE, ""), value.replace(INVISIBLE, "").replace(BEHIND, "")])
      .filter(([name]) => !TRACKERS.test(name) && name !== "team");
    return found.some(([name]) => name === kind) ? found : undefined;
  }

  /* The values of a link, by name; the error says what is wrong with it. All are numbers but for those that isText names. */
  function valuesOf(pairs, isText = () => false) {
    const found = Object.create(null);   // here "__proto__" is a name like any other
    for (const [name, text] of pairs) {
      if (Object.hasOwn(found, name)) throw new Error(`it says ${name.slice(0, 40)} twice`);
      if (text.trim() === "") throw new Error(`it came cut short or damaged: nothing stands behind ${name.slice(0, 40)}`);
      found[name] = text;
      if (isText(name)) continue;
      found[name] = Number(text);
      if (!Number.isFinite(found[name])) throw new Error(`it came damaged: “${text.slice(0, 20)}” for ${name.slice(0, 40)} is no number`);
    }
    return found;
  }

  /* The page's own address, without a link and without what networks have added to it. */
  function ownAddress() {
    const here = new URL(location.href);
    here.hash = "";
    for (const name of [...here.searchParams.keys()]) if (TRACKERS.test(name)) here.searchParams.delete(name);
    return here.href;
  }

  /* How a link wants a page shown: the words of ?view=code,shown. Whether this word is among them; put it there or take it away. */
  function view(word) {
    const words = () => (new URL(location.href).searchParams.get("view") ?? "").split(/[ ,]+/).filter(one => one);
    return {
      asked: () => words().includes(word),
      set(isWanted) {
        const here = new URL(location.href), wanted = [...words().filter(one => one !== word), ...(isWanted ? [word] : [])];
        here.searchParams.delete("view");
        if (wanted.length) here.search += `${here.search ? "&" : "?"}view=${wanted.join(",")}`;
        try { history.replaceState(history.state, "", here); } catch { /* from disk some browsers keep the address as it is */ }
      },
    };
  }

  /* Hand on each link of this kind that the page is opened with, or that is pasted into the address while it is open.
     What take() returns: false where it can't be taken yet (call what comes back when it can); a promise where the reader is
     asked first. Till then the link stays in the address, so that a reload asks again. */
  function links(kind, take) {
    const look = () => {
      const { hash } = location, found = partsOf(hash, kind);
      if (!found) return;
      const done = () => {
        if (location.hash !== hash) return;   // another has come since
        try { history.replaceState(history.state, "", location.href.split("#")[0]); } catch { /* then it stays, and is taken again at a reload */ }
      };
      const taken = take(found);
      if (typeof taken?.then === "function") taken.then(done);
      else if (taken !== false) done();
    };
    addEventListener("hashchange", look);
    look();
    return look;
  }

  // Questions

  /* Ask in a place of the page; the answer is the chosen text, or undefined if another question takes its place. */
  function ask({ place, text, choices }) {
    place.querySelector(".book-question")?.answered();
    return new Promise(resolve => {
      const line = element("p", { id: `question-${Date.now().toString(36)}`, textContent: text });
      const panel = element("div", { className: "book-question", role: "group", "aria-labelledby": line.id, tabIndex: -1 }, line);
      panel.answered = chosen => { panel.remove(); resolve(chosen); };
      panel.append(...choices.map(one => button(one, () => panel.answered(one))));
      place.append(panel);
      panel.focus();
      panel.scrollIntoView({ block: "nearest" });
    });
  }

  /* Ask before something is erased for good; true if the reader wants that. The keyboard goes back to where it was. */
  async function sure({ place, what }) {
    const asker = document.activeElement, [yes, no] = ["Yes, erase", "Leave it as it is"];
    const chosen = await ask({ place, text: `Erase ${what}? Nobody can bring it back.`, choices: [yes, no] });
    if (chosen) asker.focus();
    return chosen === yes;
  }

  /* A second set of answers, such as a classmate's, kept beside the reader's own, in a line with what can be done with it.
     Returns take(answers, source): answers from outside, taken at once where nothing is lost by it; else the reader is asked.
       mine, other    the Stores
       place          where to ask, and where the line stands
       thing          what a set is called: "matrix"
       about(answers) how much it holds: "4 ratings"
       show()         draws the page anew when the reader's own set is another one
       say(...parts)  tells what happened */
  function beside({ mine, other, place, thing, about, show, say }) {
    const line = place.appendChild(element("p", { className: "book-beside", hidden: true }));
    const sorted = answers => JSON.stringify(Object.entries(answers).sort(([one], [two]) => (one < two ? -1 : 1)));
    const tell = () => {
      const answers = other.all();
      line.hidden = !Object.keys(answers).length;
      line.replaceChildren(`Beside yours there is another ${thing}, with ${about(answers)}. `, button("Swap the two", swap), " ", button("Forget it", forget));
    };
    function put(store, answers, done) {
      const isKept = store.replace(answers);
      show();
      tell();
      say(isKept ? done : `${done} ${UNKEPT}`);
    }
    function swap() {
      const [own, second] = [mine.all(), other.all()];
      const isKept = other.replace(own);
      put(mine, second, `Swapped: you now see the ${thing} with ${about(second)}.`);
      if (!isKept) say(UNKEPT);
    }
    function forget() {
      const gone = other.erase();
      tell();
      say(gone ? `The other ${thing} is forgotten; yours is as it was.` : `This browser does not let go of the other ${thing}.`);
    }
    async function take(answers, source) {
      const own = mine.all();
      if (sorted(own) === sorted(answers)) return say(`The ${source} holds what is here already.`);
      const came = `${about(answers)} came with the ${source}.`.replace(/^./, first => first.toUpperCase());
      if (!Object.keys(own).length) return put(mine, answers, came);
      const [mineOnly, theirs, both] = ["Keep mine", "Take this", "Keep both"];
      const room = line.hidden ? "" : ` The ${thing} that is kept beside yours makes room if you keep both.`;
      const chosen = await ask({ place, text: `The ${source} holds ${about(answers)}, and you have ${about(own)} here. Which do you want?${room}`, choices: [mineOnly, theirs, both] });
      if (chosen === mineOnly) say(`Yours is as it was.`);
      if (chosen === theirs) put(mine, answers, came);
      if (chosen === both) put(other, answers, `Both are kept. Yours is the one that you see.`);
    }
    other.hear(tell);
    tell();
    return take;
  }

  globalThis.book = {
    element, button, on, table, Shares, number, percent, people, counted, listed, mean, written, day, save, team, signedLink, teamField, copy, speaker,
    text: textOf, saved, translated, Store, UNKEPT, choice, keeps, kept, erase, eraseAll, isObject, parsed, parts: partsOf, values: valuesOf, address: ownAddress, view, links, ask, sure, beside,
  };
})();
