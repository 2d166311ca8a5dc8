/* What guesses say and draw, for the chapters (guess.js) and for the page of all guesses (guesses.js): words, how far off,
   a number on its line, a line that is drawn. */
(() => {
  "use strict";
  const { element, number, mean } = book;
  const SVG = "http://www.w3.org/2000/svg";

  const isNumber = value => typeof value === "number" && Number.isFinite(value);
  const inRange = ({ min, max }, value) => isNumber(value) && value >= min && value <= max;
  const letters = options => [..."abcdefghijklmnopqrstuvwxyz"].slice(0, options.length);

  /* Whether a kept answer is one that this question can have: null is "just show me". */
  function fits(about, value) {
    if (value === null) return true;
    if (about.kind === "number") return inRange(about, value);
    if (about.kind === "choice") return letters(about.options).includes(value);
    return Array.isArray(value) && value.length === about.right.length && value.every(one => inRange(about, one))
      && (about.kind !== "shares" || Math.abs(value.reduce((sum, one) => sum + one, 0) - 100) < 1);
  }

  /* What any page of the book may have kept: another page's question is not known here, and its answer stays. */
  const sound = (id, value) => /^[\w-]+$/.test(id) && (value === null || isNumber(value) || /^[a-z]$/.test(value)
    || (Array.isArray(value) && value.length < 100 && value.every(isNumber)));

  const store = (key = "book-guesses") => new book.Store({ key, sound });

  /* What a tab keeps of guesses that are begun on this page and not given: of a line, null for what is not drawn yet. */
  const BEGUN = "book-guess-begun";
  function begun(guesses) {
    const fitting = (id, value) => {
      const about = guesses[id];
      if (!about || about.kind === "choice" || value === null) return false;
      return about.kind === "line" ? Array.isArray(value) && value.length === about.right.length && value.every(one => one === null || inRange(about, one)) : fits(about, value);
    };
    return new book.Store({ key: `${BEGUN} ${location.pathname}`, area: "tab", sound: fitting });
  }
  const allBegun = () => book.kept().filter(({ key }) => key.startsWith(`${BEGUN} `));

  const inUnit = ({ unit }, value) => `${number(value)}${unit ? ` ${unit}` : ""}`;
  const option = ({ options }, letter) => options[letters(options).indexOf(letter)];

  const largest = ({ right }) => right.indexOf(Math.max(...right));

  /* The number that a sentence speaks of: of a line the last point, of shares that of the largest. */
  const spoken = (about, value) => about.kind === "line" ? value.at(-1) : about.kind === "shares" ? value[largest(about)] : value;
  const words = (about, value) => about.kind === "choice" ? option(about, value) : inUnit(about, spoken(about, value));

  /* How far an answer is off, as a share of what could be said: 0 is right, 1 is the other end. A wrong choice is 1. */
  function off(about, value) {
    const width = about.max - about.min;
    if (about.kind === "choice") return value === about.right ? 0 : 1;
    if (about.kind === "number") return Math.abs(value - about.right) / width;
    if (about.kind === "shares") return value.reduce((sum, one, place) => sum + Math.abs(one - about.right[place]), 0) / 200;
    return mean(value.slice(about.given).map((one, place) => Math.abs(one - about.right[about.given + place]))) / width;
  }

  /* "7 % too high", or nothing where it is right. */
  function difference(about, value) {
    if (about.kind === "choice") return value === about.right ? "right" : "another one";
    const [said, right] = [spoken(about, value), spoken(about, about.right)];
    const more = Number((said - right).toPrecision(3));
    return more === 0 ? "exactly" : `${inUnit({ unit: about.unit === "%" ? "points" : about.unit }, Math.abs(more))} too ${more > 0 ? "high" : "low"}`;
  }

  function sentence(about, value) {
    if (value === null || value === undefined) return `${about.told.replace(/^./, first => first.toUpperCase())}.`;
    if (about.kind === "choice" && value === about.right) return `Yes: ${about.told}.`;
    if (about.kind === "shares") return `You gave ${words(about, value)} to “${about.options[largest(about)]}”; ${about.told}.`;
    return `You said ${words(about, value)}; ${about.told}.`;
  }

  /* A number on its line: hollow and dashed what was said, full what is right; the sentence beside it says both. */
  function strip(about, value) {
    const share = one => `${100 * (one - about.min) / (about.max - about.min)}%`;
    const mark = (one, className) => { const made = element("span", { className }); made.style.left = share(one); return made; };
    const between = element("span", { className: "guess-between" });
    between.style.left = share(Math.min(value, about.right));
    between.style.width = share(about.min + Math.abs(value - about.right));
    return element("div", { className: "guess-strip", "aria-hidden": "true" },
      element("span", { className: "guess-end" }, inUnit(about, about.min)),
      element("span", { className: "guess-line" }, between, mark(about.right, "guess-mark-right"), mark(value, "guess-mark-said")),
      element("span", { className: "guess-end" }, inUnit(about, about.max)));
  }

  /* Shares as bars: dashed what was said, full what is right, which grows over it. */
  function bars(about, value) {
    const most = Math.max(...about.right, ...value), wide = share => `${100 * share / most}%`;
    return element("div", { className: "guess-shares", "aria-hidden": "true" }, ...about.options.map((name, place) => {
      const [said, right] = [element("span", { className: "guess-share-said" }), element("span", { className: "guess-share-right" })];
      said.style.width = wide(value[place]);
      right.style.width = wide(about.right[place]);
      return element("div", { className: "guess-share" }, element("span", { className: "guess-end" }, name), element("span", { className: "guess-share-bar" }, right, said),
        element("span", { className: "guess-end" }, `you ${number(value[place], 3)}, counted ${number(about.right[place], 3)} %`));
    }));
  }

  /* Shares that make 100 again after one was set: the others keep their proportions, in whole numbers. */
  function made100(shares, place) {
    const left = 100 - (shares[place] ?? 0), others = shares.reduce((sum, share, at) => at === place ? sum : sum + share, 0);
    const exact = shares.map((share, at) => at === place ? share : others ? share * left / others : left / (shares.length - 1));
    const whole = exact.map((share, at) => at === place ? share : Math.floor(share));
    const order = exact.map((share, at) => [share - whole[at], at]).filter(([, at]) => at !== place).sort(([one], [other]) => other - one);
    for (let missing = 100 - whole.reduce((sum, share) => sum + share, 0), next = 0; missing > 0; missing--) whole[order[next++ % order.length][1]]++;
    return whole;
  }

  /* What is drawn beside the sentence. */
  function drawn(about, value) {
    if (value === null || value === undefined || about.kind === "choice") return [];
    if (about.kind === "number") return [strip(about, value)];
    if (about.kind === "shares") return [bars(about, value)];
    return [new Pad(about, { values: value, isOpen: () => false, drawn() {} }).element];
  }

  /* The answer that was off most among {id: value}: [share, id, value], or nothing where there is none. */
  function worst(given, guesses) {
    return Object.entries(given).filter(([id, value]) => value !== null && guesses[id]?.kind !== "choice")
      .map(([id, value]) => [off(guesses[id], value), id, value]).sort(([one], [other]) => other - one)[0];
  }

  /* The place where a line is drawn. values has undefined for what is not drawn yet; drawn(values) hears each change. */
  class Pad {
    constructor(about, { values, isOpen, drawn: changed }) {
      Object.assign(this, { about, values, changed, isOpen });
      this.element = element("div", { className: "guess-pad", "aria-hidden": "true" });
      this.svg = this.element.appendChild(document.createElementNS(SVG, "svg"));
      new ResizeObserver(() => requestAnimationFrame(() => this.show())).observe(this.element);
      this.svg.addEventListener("pointerdown", event => { if (this.isOpen()) { this.last = undefined; this.svg.setPointerCapture(event.pointerId); this.put(event); } });
      this.svg.addEventListener("pointermove", event => { if (this.isOpen() && event.buttons) this.put(event); });
      this.show();
    }

    get room() { return { left: 62, right: 34, top: 10, bottom: 26, width: this.element.clientWidth || 320, height: 140 }; }
    x(place) { const { left, right, width } = this.room; return left + this.about.at[place] * (width - left - right); }
    y(value) { const { top, bottom, height } = this.room, { min, max } = this.about; return top + (max - value) * (height - top - bottom) / (max - min); }

    /* Set the points that the pointer has passed since it was last heard, each where it was passed; and the nearest while it is
       neared, or stood on: who goes on to the next does not pull it along. */
    put(event) {
      const { about } = this, box = this.svg.getBoundingClientRect(), now = { x: event.clientX - box.left, y: event.clientY - box.top };
      const last = this.last ?? now, open = about.at.map((_, place) => place).slice(about.given);
      const away = (place, from) => Math.abs(this.x(place) - from.x);
      const nearest = open.reduce((one, other) => away(other, now) < away(one, now) ? other : one);
      if (away(nearest, now) <= Math.max(5, away(nearest, last))) this.values[nearest] = this.value(now.y);
      for (const place of open) {
        const share = (this.x(place) - last.x) / (now.x - last.x);
        if (share >= 0 && share <= 1) this.values[place] = this.value(last.y + share * (now.y - last.y));
      }
      this.last = now;
      this.changed(this.values);
      this.show();
    }

    /* The value at a height, in whole steps and on the axis. */
    value(y) {
      const { top, bottom, height } = this.room, { min, max, step = 1 } = this.about;
      const exact = max - (y - top) / (height - top - bottom) * (max - min);
      return Math.max(min, Math.min(max, Math.round(exact / step) * step));
    }

    line(values, className) {
      const points = values.flatMap((value, place) => value === undefined ? [] : [`${this.x(place)},${this.y(value)}`]);
      const made = document.createElementNS(SVG, "polyline");
      made.setAttribute("points", points.join(" "));
      made.setAttribute("class", className);
      return made;
    }

    text(label, x, y, anchor) {
      const made = document.createElementNS(SVG, "text");
      for (const [name, value] of Object.entries({ x, y, "text-anchor": anchor })) made.setAttribute(name, value);
      made.textContent = label;
      return made;
    }

    dot(place, value, className) {
      const made = document.createElementNS(SVG, "circle");
      for (const [name, to] of Object.entries({ cx: this.x(place), cy: this.y(value), r: 4, class: className })) made.setAttribute(name, to);
      return made;
    }

    /* The steps whose names have room: the last, and from the first on each that is far enough from the one before and from the last. */
    named() {
      const last = this.about.steps.length - 1, apart = 58, shown = [];
      for (let place = 0; place < last; place++)
        if (this.x(last) - this.x(place) >= apart && (!shown.length || this.x(place) - this.x(shown.at(-1)) >= apart)) shown.push(place);
      return [...shown, last];
    }

    show() {
      const { about, values, room } = this, { min, max, given } = about, isOpen = this.isOpen();
      this.svg.setAttribute("width", room.width);
      this.svg.setAttribute("height", room.height);
      const levels = [min, (min + max) / 2, max].flatMap(level => [this.line([level, ...Array(about.right.length - 2), level], "guess-grid"),
        this.text(number(level), room.left - 6, this.y(level) + 4, "end")]);
      const steps = this.named().map(place => this.text(about.steps[place], this.x(place), room.height - 6, "middle"));
      const said = values.map((value, place) => place < given - 1 ? undefined : place === given - 1 ? about.right[place] : value);
      const known = isOpen ? about.right.slice(0, given) : about.right;
      const hint = isOpen && values.every(value => value === undefined) ? [this.text("Draw from here", this.x(given - 1) + 8, this.y(about.right[given - 1]) - 8, "start")] : [];
      this.svg.replaceChildren(...levels, ...steps, this.line(known, "guess-known"), ...known.map((value, place) => this.dot(place, value, "guess-known-dot")),
        this.line(said, "guess-drawn"), ...said.flatMap((value, place) => value === undefined || place < given ? [] : [this.dot(place, value, "guess-drawn-dot")]), ...hint);
    }
  }

  /* What was not drawn lies on the straight way between what was, or goes on level. */
  function filled(about, values) {
    const whole = about.right.map((value, place) => place < about.given ? value : values[place]);
    return whole.map((value, place) => {
      if (value !== undefined) return value;
      let before = place - 1, after = place + 1;
      while (whole[before] === undefined) before--;
      while (after < whole.length && whole[after] === undefined) after++;
      if (after === whole.length) return whole[before];
      const share = (about.at[place] - about.at[before]) / (about.at[after] - about.at[before]);
      return Number((whole[before] + share * (whole[after] - whole[before])).toPrecision(4));
    });
  }

  globalThis.bookGuess = { fits, sound, store, begun, allBegun, inUnit, spoken, words, off, difference, sentence, drawn, worst, made100, Pad, filled, letters };
})();
