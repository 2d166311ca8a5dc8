/* What an explorer adds to a live chart: the stage (answer, charts and controls in one view), values in words, tables,
   presets, pin and compare, and what it is set to as a link, a file or a citation. The model itself is inside the chart. */
(() => {
  "use strict";
  const PAUSE = 60;            // milliseconds, at least, between two sentences
  const REST = 700;            // milliseconds without a move after which the answer is spoken
  const ROW = 28, AXIS = 50, LEAST = 4;   // pixels of a row of bars and of the axis below them; rows, at least
  const FRAME = 16;            // milliseconds
  const NAMED = 3;             // assumptions that the sentence names
  const FOLDS = { all: ".explorer-all", tables: ".explorer-tables" };   // whose being open is kept
  const AIMED = 8;             // pixels to the side after which a finger on a slider moves it, and does not scroll
  const GRASP = { mouse: 8, touch: 24 };   // pixels from the month's rule within which it is taken
  const ACTIONS = ["preset", "pin", "unpin", "share", "save", "cite"];
  const { number, written } = book;

  /* What was pinned beside what is new: lines that are alike but for their value belong together. A line without a
     partner, say an answer that no longer flips, still has its place. */
  function beside(lines, pinned) {
    const left = [...pinned];
    const paired = lines.map(line => {
      const at = left.findIndex(old => line.slice(0, -1).every((cell, index) => cell === old[index]));
      return [...line, at < 0 ? "" : left.splice(at, 1)[0].at(-1)];
    });
    return [...paired, ...left.map(old => [...old.slice(0, -1), "", old.at(-1)])];
  }

  /* Rows on their way to others of the same kind: their numbers a part of the way further. */
  function onTheWay(old, rows, stride) {
    const isSame = (one, other) => one.month === other.month && one.label === other.label;
    if (!(stride < 1) || old.length !== rows.length || !rows.every((row, at) => isSame(row, old[at]))) return rows;
    const between = (from, to) => typeof to === "number" ? from + (to - from) * stride : to;
    return rows.map((row, at) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, between(old[at][name], value)])));
  }

  const known = figure => JSON.parse(figure.dataset.explorer);
  const figures = () => [...document.querySelectorAll("figure.explorer")];
  const figureOf = id => figures().find(figure => known(figure).id === id);

  /* What a tab keeps of an explorer, read as strictly as a file: { version, changes, folds, pinned, tab, hold, undo }. */
  function sound(id, entry) {
    const figure = figureOf(id);
    if (!figure || !book.isObject(entry)) return false;
    const { version, tables } = known(figure), { folds, pinned, tab = 0, hold = [], undo } = entry;
    return entry.version === version && bookCharts.controlsOf(figure).allow(entry.changes)
      && figure.querySelectorAll("[role=tab]")[tab] !== undefined && areHoldable(figure, hold) && Array.isArray(folds) && folds.every(fold => Object.hasOwn(FOLDS, fold)) && (pinned === undefined || soundPinned(pinned, tables)) && (undo === undefined || soundUndo(figure, undo));
  }

  /* What was done to many values at once, and what was there before: { text, before: { hold, …changes } }. */
  function soundUndo(figure, undo) {
    if (!book.isObject(undo) || typeof undo.text !== "string" || !book.isObject(undo.before)) return false;
    const { hold, ...changes } = undo.before;
    return areHoldable(figure, hold) && bookCharts.controlsOf(figure).allow(changes);
  }

  /* Whether all these can be held by a button of their own. */
  const areHoldable = (figure, ids) => Array.isArray(ids) && ids.every(id => known(figure).assumptions.includes(id) && figure.querySelector(`[data-assumption="${CSS.escape(id)}"] .assumption-hold`));

  const isCell = value => value === null || ["string", "number"].includes(typeof value);
  function soundPinned(pinned, tables) {
    return book.isObject(pinned) && typeof pinned.words === "string" && book.isObject(pinned.tables)
      && Object.entries(tables).every(([name, columns]) => Array.isArray(pinned.tables[name])
        && pinned.tables[name].every(line => Array.isArray(line) && line.length === Object.keys(columns).length && line.every(isCell)));
  }

  const kept = new book.Store({ key: `book-explorer ${location.pathname}`, area: "tab", sound });

  class Explorer {
    constructor(figure) {
      this.figure = figure;
      this.known = known(figure);
      this.form = figure.querySelector("form.chart-controls");
      this.controls = bookCharts.controlsOf(figure);
      this.sliders = new Map([...this.form.querySelectorAll("[data-assumption] [data-param]")].map(input => [input.dataset.param, input]));
      for (const preset of Object.values(this.known.presets)) for (const [id, value] of Object.entries(preset)) this.controls.get(id)?.exact.add(value);
      this.settings = [...this.controls.keys()].filter(name => !this.sliders.has(name));   // month, outcome, …: all that is no assumption
      this.mixture = [...this.sliders.values()].filter(input => input.hasAttribute("data-mixture"));   // shares of one whole: their proportions count
      const place = this.form.querySelector(".shares-place");
      if (place) {
        this.shares = new book.Shares({ names: this.mixture.map(input => input.dataset.part), means: this.mixture.map(input => input.dataset.means), put: (shares, moved) => this.putShares(shares, moved) });
        place.replaceWith(this.shares.element);
      }
      this.line = figure.querySelector(".explorer-message");
      this.speak = book.speaker(this.line);
      this.folded = figure.querySelector(FOLDS.tables);
      this.tabs = [...figure.querySelectorAll("[role=tab]")];
      this.panels = [...figure.querySelectorAll(".chart-panel")];
      this.fixed = new Set();       // assumptions that are held where the book starts with them
      this.order = [];              // of the assumptions, the one moved last first
      this.before = this.values;
      const isBrief = name => name === "brief", [view] = figure.views;
      this.brief = isBrief(Object.keys(view.getState({ signals: isBrief, data: () => false }).signals)[0]) ? "brief" : "words";   // a notebook that was run earlier has no words for a phone
      this.began = this.answer;
      this.listen();
      this.fillWithEngine();
      this.select(0);
      this.keep = bookCharts.keep({ figure, store: kept, id: this.known.id, state: () => this.toKeep(), show: entry => this.show(entry) });
      for (const part of [this.folded, this.form, ...figure.querySelectorAll(".stage-answer, .stage-tabs, .stage-tools")]) part.hidden = false;   // slides have no tools
      this.write();
      this.spoken = this.words;
    }

    listen() {
      const { form, figure } = this;
      book.on(form, "input", "[data-param]", (input, event) => this.changed(input, !event.detail));
      book.on(form, "click", ".assumption-reset", button => {
        const control = this.controls.get(button.closest("[data-assumption]").dataset.assumption);
        this.fixed.delete(control.first.dataset.param);
        control.put(control.start);
        control.tell();
      });
      book.on(form, "click", ".assumption-hold", button => this.hold(button.closest("[data-assumption]").dataset.assumption));
      book.on(figure, "click", "button[data-action]", button => ACTIONS.includes(button.dataset.action) && this[button.dataset.action](button));
      book.on(form, "change", "select[data-action]", select => this.choose(select));
      book.on(figure, "change", "[data-action=load]", input => input.files.length && this.load(input));
      book.on(figure, "click", "[role=tab]", tab => this.choosePanel(this.tabs.indexOf(tab)));
      book.on(figure, "keydown", "[role=tab]", (tab, event) => this.goAlong(tab, event));
      form.addEventListener("reset", () => this.reset(), true);   // before the controls themselves
      form.addEventListener("pointerdown", event => this.press(event), true);
      form.addEventListener("input", event => this.wait(event), true);
      for (const room of figure.querySelectorAll(".chart-view")) if (this.controls.has("month")) this.takeRule(room);
      addEventListener("book:erased", ({ name }) => { if (name === undefined || name === kept.key) this.say(); });
      figure.addEventListener("chart:run", () => this.later());
      figure.addEventListener("chart:drawn", () => { if (performance.now() - this.written > PAUSE) this.write(); });
      for (const fold of Object.values(FOLDS)) figure.querySelector(fold)?.addEventListener("toggle", () => this.keep());
      this.folded.addEventListener("toggle", () => this.write());
    }

    // The stage

    /* All that is set, for whoever asks: assumptions and settings by name, and which of the assumptions the reader moved. */
    get state() {
      const changes = this.controls.changes(), settings = Object.fromEntries(this.settings.map(name => [name, this.controls.get(name).value]));
      const fixed = Object.fromEntries([...this.fixed].map(name => [name, this.controls.get(name).value]));
      return { values: this.values, held: { ...fixed, ...Object.fromEntries(Object.entries(changes).filter(([name]) => this.sliders.has(name))) }, ...settings };
    }

    get values() { return Object.fromEntries([...this.sliders.keys()].map(name => [name, this.controls.get(name).value])); }
    /* The number: that of the chart's formula, or of another outcome that the reader asked for, which the engine knows. */
    get asked() { const { outcome } = this.state; return outcome === this.known.outcome ? undefined : outcome; }
    get answer() {
      const { asked, engine } = this;
      return asked && engine ? engine.outcomes(engine.point(this.held), this.state.month)[asked] : this.figure.views[0].signal("answer");
    }
    get start() {
      const { asked, engine } = this;
      return asked && engine ? engine.outcomes(engine.point({}), this.controls.get("month").start)[asked] : this.began;
    }
    unit(isShort) {
      const { asked, engine } = this;
      return asked && engine ? `${engine.outcomeLabels[asked]}, ${this.when}` : this.figure.views[0].signal(isShort ? this.brief : "words");
    }
    /* The chosen month in words: "after 24 months". */
    get when() {
      const { state: { month }, known: { when } } = this;
      return (when[month] ?? when.at(-1)).replace("{}", month);
    }
    get tab() { return this.tabs.findIndex(tab => tab.getAttribute("aria-selected") === "true"); }

    select(chosen) {
      this.tabs.forEach((tab, place) => { tab.setAttribute("aria-selected", place === chosen); tab.tabIndex = place === chosen ? 0 : -1; });
      const isDouble = this.figure.classList.contains("double"), second = chosen ? 0 : 1;   // where there is room: beside the chosen chart the first
      this.panels.forEach((panel, place) => {
        panel.classList.toggle("is-behind", place !== chosen && !(isDouble && place === second));
        panel.classList.toggle("is-second", place === second);
      });
      this.figure.shownPanel = chosen;
      this.refill();
    }

    /* Charts whose rows the engine computes: the one in view at each run, the others once they are looked at, printed, or
       their table is open. While the hand moves on a slow device, from fewer draws. */
    fillWithEngine() {
      const engine = window.explorable?.engine, { figure, known: { fills } } = this;
      if (!engine || !fills.some(Boolean)) return;
      this.engine = engine;
      this.unfilled = new Set(fills.keys());
      const begin = window.requestIdleCallback ?? setTimeout;
      begin(() => engine.draws({}));   // the first call makes the points
      figure.beforeRun = panel => {
        if (!fills[panel]) return;
        this.unfilled.add(panel);
        if (this.isSeen(panel)) this.fill(panel, true);
      };
      addEventListener("beforeprint", () => this.refill(true));
    }

    /* How many rows of bars a panel has room for. */
    roomOf(panel) { return Math.max(LEAST, Math.floor((this.panels[panel].querySelector(".chart-view").clientHeight - AXIS) / ROW)); }

    isSeen(panel) { return !this.panels[panel].classList.contains("is-behind"); }

    fill(panel, isMoving = false) {
      const view = this.figure.views[panel], begun = performance.now();
      this.unfilled.delete(panel);
      const { month, threshold, outcome, shape } = this.state, title = this.panels[panel].querySelector(".chart-panel-title");
      const { data, says, isSettled } = window.bookTabs.fill(this.known.fills[panel],
        { engine: this.engine, held: this.held, month, when: this.when, threshold, shape, outcome: outcome ?? this.known.outcome, isMoving, isSlow: isMoving && this.missed > 1, room: this.roomOf(panel) });
      for (const [name, rows] of Object.entries(data)) view.data(name, isMoving ? onTheWay(view.data(name), rows, this.figure.stride) : rows);
      title.textContent = says;
      title.classList.add("is-live");
      title.classList.toggle("is-settled", isSettled);
      title.nextElementSibling.inert = isSettled;   // an empty picture says nothing
      this.missed = performance.now() - begun > FRAME ? (this.missed ?? 0) + 1 : 0;
      clearTimeout(this.filling);
      if (isMoving) this.filling = setTimeout(() => this.refill(), 4 * PAUSE);
      if (isMoving) this.unfilled.add(panel);   // it has a part of the draws, till the hand rests
    }

    /* With all draws. */
    async refill(isAll = false) {
      for (const panel of [...this.unfilled ?? []]) {
        if (!this.known.fills[panel] || !(isAll || this.isSeen(panel))) continue;
        const room = this.roomOf(panel);
        this.fill(panel);
        if (room !== this.roomOf(panel)) this.fill(panel);   // its title takes another number of lines now
        await this.figure.views[panel].runAsync();
        await this.figure.views[panel].fit();   // it may have more rows than before
        this.later();
      }
    }

    /* What the reader holds, as the engine takes it: all shares of a mixture, or none. */
    get held() {
      const held = { ...this.state.held }, shares = this.mixture.map(({ dataset: { param } }) => param), { values } = this;
      const total = shares.reduce((sum, id) => sum + values[id], 0);
      if (shares.some(id => id in held)) for (const id of shares) {
        if (total) held[id] = values[id] / total; else delete held[id];
      }
      return held;
    }

    choosePanel(chosen) {
      this.select(chosen);
      this.keep();
    }

    /* Hold an assumption where it stands, or let it go: then it is open, and stands where the book starts with it. */
    hold(id) {
      const control = this.controls.get(id), isHeld = id in this.state.held;
      this.fixed.delete(id);
      if (!isHeld) this.fixed.add(id);
      else control.put(control.start);
      control.tell();
      this.keep();
    }

    /* Held: its range is an outline, for no draw moves it. */
    showHeld() {
      const { held } = this.state;
      for (const button of this.form.querySelectorAll(".assumption-hold")) {
        const row = button.closest("[data-assumption]"), isHeld = row.dataset.assumption in held;
        button.setAttribute("aria-pressed", isHeld);
        button.textContent = isHeld ? "held" : "hold";
        button.setAttribute("aria-label", `Hold: ${this.controls.get(row.dataset.assumption).label}${isHeld ? ", held" : ""}`);   // what is seen is in the name
        row.classList.toggle("is-held", isHeld);
      }
    }

    /* Arrow keys go from tab to tab, as in any list of tabs. */
    goAlong(tab, event) {
      const last = this.tabs.length - 1, now = this.tabs.indexOf(tab);
      const to = { ArrowRight: now < last ? now + 1 : 0, ArrowLeft: now > 0 ? now - 1 : last, Home: 0, End: last }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.choosePanel(to);
      this.tabs[to].focus();
    }

    // A hand on a slider, and on the chart

    /* A finger that comes down on a slider may mean to scroll. Till it has gone to the side, or left where it came down,
       the slider stays as it was; where the browser takes the finger for scrolling it was not meant. */
    press({ target, pointerType, pointerId, clientX }) {
      const control = this.controls.get(target.dataset?.param);
      if (pointerType === "mouse" || !control?.isNumber) return;
      const listening = new AbortController(), { signal } = listening, { value } = control, hand = this.hand = { input: target, before: target.value };
      const go = () => {
        if (hand !== this.hand) return;
        this.hand = undefined;
        if (hand.after === undefined) return;
        target.value = hand.after;
        target.dispatchEvent(new Event("input", { bubbles: true }));
      };
      const on = (kind, heard) => addEventListener(kind, event => { if (event.pointerId === pointerId) heard(event); }, { signal, capture: true });
      on("pointermove", event => { if (Math.abs(event.clientX - clientX) >= AIMED) go(); });
      on("pointerup", () => { go(); listening.abort(); });
      on("pointercancel", () => {
        this.hand = undefined;
        listening.abort();
        control.putNumber(value);   // also one between the stops of its slider
        control.tell();
      });
    }

    wait(event) {
      if (!this.hand || event.target !== this.hand.input) return;
      event.stopImmediatePropagation();
      this.hand.after = event.target.value;
      event.target.value = this.hand.before;
    }

    /* The rule of the chosen month is a handle: it goes along with a mouse or a finger, and the slider with it. By keyboard the
       slider itself is there. */
    takeRule(room) {
      const control = this.controls.get("month"), [first, last] = [control.first.min, control.first.max].map(Number);
      const rule = () => [...room.querySelectorAll(".mark-rule line")].find(line => line.__data__?.datum?.chosen !== undefined);
      const isNear = ({ clientX, clientY, pointerType }) => {
        const line = rule()?.getBoundingClientRect(), grasp = GRASP[pointerType] ?? GRASP.touch;
        return line && Math.abs(clientX - line.left) <= grasp && clientY >= line.top - grasp && clientY <= line.bottom + grasp;
      };
      let grasped;
      room.addEventListener("pointerdown", event => {
        if (event.button || !isNear(event)) return;
        const scale = this.figure.views[this.panels.findIndex(panel => panel.contains(room))].scale("x");
        const larger = room.getBoundingClientRect().width / room.clientWidth;   // as on a slide
        grasped = { id: event.pointerId, x: event.clientX, month: control.value, wide: larger * (scale(1) - scale(0)) };
        room.setPointerCapture(event.pointerId);
        event.preventDefault();
      });
      room.addEventListener("pointermove", event => {
        if (!grasped) room.style.cursor = event.pointerType === "mouse" && isNear(event) ? "ew-resize" : "";
        if (grasped?.id !== event.pointerId) return;
        const month = Math.min(Math.max(Math.round(grasped.month + (event.clientX - grasped.x) / grasped.wide), first), last);
        if (month === control.value) return;
        control.put(month);
        control.first.dispatchEvent(new Event("input", { bubbles: true }));
      });
      for (const kind of ["pointerup", "pointercancel"]) room.addEventListener(kind, () => { grasped = undefined; });
      room.classList.add("has-rule");
    }

    /* The number, what it counts, how far it is from the start; then what the reader assumes, the last move first. */
    writeAnswer() {
      const { figure, answer } = this, place = figure.querySelector(".stage-number"), aside = figure.querySelector(".stage-beside"), unit = this.unitAndGap(false);
      place.textContent = book.people(answer);
      place.value = String(answer);
      figure.querySelector(".stage-unit").textContent = figure.classList.contains("wide") ? unit : this.unitAndGap(true);
      if (aside) aside.hidden = Boolean(this.asked);   // it is about the number that the book starts with
      const { text, rest } = this.sentence(), more = rest ? `and ${book.counted(rest, "thing")} more` : "";
      this.words = `${book.people(answer)} ${unit} ${text}${more && ` ${more}.`}`;   // not from the page, which a browser may have translated
      const line = figure.querySelector(".stage-sentence");
      if (line.dataset.text === text) return;
      line.dataset.text = text;
      line.replaceChildren(text, ...more ? [" ", book.element("button", { type: "button", className: "stage-more", textContent: more, onclick: () => this.tellAll() }), "."] : []);
    }

    /* What the number counts, and how far it is from the start; on a phone in brief. */
    unitAndGap(isBrief) {
      const gap = Math.round(this.answer) - Math.round(this.start), size = book.people(Math.abs(gap));
      if (isBrief) return `${this.unit(true)}${gap ? ` (${gap > 0 ? "+" : "−"}${size} since the start)` : ""}.`;
      const [counted, ...told] = this.unit().split(". ");   // how far it is from the start belongs to the number
      const same = this.moved().length ? ", as at the start" : "";
      return `${[`${counted}${gap ? `: ${size} ${gap > 0 ? "more" : this.known.fewer} than at the start` : same}`, ...told].join(". ")}.`;
    }

    /* What differs from the start, the oldest move first: so it travels, and the sentence of whoever gets it is the same. */
    changes() {
      const rank = name => (this.order.includes(name) ? this.order.indexOf(name) : this.order.length);
      return Object.fromEntries(Object.entries(this.controls.changes()).sort(([one], [other]) => rank(other) - rank(one)));
    }

    put(changes) {
      this.order = Object.keys(changes).reverse();
      this.controls.put(changes);
    }

    /* What is assumed: the model's assumptions, and settings that say what they assume; what was moved last comes first. */
    moved() { return Object.keys(this.changes()).filter(name => this.sliders.has(name) || this.controls.get(name).first.dataset.said).reverse(); }

    sentence() {
      const most = this.figure.matches(".wide:not(.slides *)") ? NAMED : 1;   // on a slide the chart needs the room
      const moved = this.moved(), named = moved.slice(0, most).map(name => this.inClause(name)), rest = moved.length - named.length;
      const preset = this.figure.querySelector("[data-action=preset][aria-pressed=true]")?.textContent;
      const held = [...this.fixed].filter(name => !moved.includes(name)).map(name => `“${this.controls.get(name).label}”`);
      if (!moved.length) {
        const start = preset ? `the preset “${preset}”` : "these values";
        return { text: `No assumption is moved yet${held.length ? `, and you hold ${book.listed(held)}` : ""}: the book starts with ${start}.` };
      }
      const start = preset ? `The preset “${preset}” assumes that ` : "You assume that ";
      return { text: start + (rest ? named.join(", ") : `${book.listed(named)}.`), rest };
    }

    /* "44 % of the hours are cut"; where the book says no such clause: “label” is 44 %. */
    inClause(name) {
      const { label, first } = this.controls.get(name), { said } = first.dataset;
      return said ? said.replace("{}", this.amount(first)) : `“${label}” is ${this.inWords(first)}`;
    }

    /* A value as it stands in a clause. */
    amount(input) {
      const value = Number(input.value), { unit } = input.dataset, words = unit ? this.inWords(input) : number(value);
      if (unit === "per year") return value ? `${value > 0 ? "grows" : "shrinks"} by ${words.slice(1)}` : "neither grows nor shrinks";
      return { "0": "none", "0 %": "none", "100 %": "all", "0 people": "nobody" }[words] ?? words;
    }

    tellAll() { this.say(`You assume that ${book.listed(this.moved().map(name => this.inClause(name)))}.`); }

    speakLater() {
      clearTimeout(this.resting);
      this.resting = setTimeout(() => {
        const text = this.words;
        if (this.spoken !== text && !this.isShownAgain) this.figure.querySelector(".stage-spoken").textContent = text;
        this.isShownAgain = false;
        this.spoken = text;
      }, REST);
    }

    // What the tab keeps

    toKeep() {
      const changes = this.changes(), { pinned, tab, undoable: undo } = this;
      const folds = Object.keys(FOLDS).filter(fold => this.figure.querySelector(FOLDS[fold])?.open);
      return Object.keys(changes).length || folds.length || pinned || tab || this.fixed.size || undo ? { version: this.known.version, changes, folds, pinned, tab, hold: [...this.fixed], undo } : undefined;
    }

    show({ changes = {}, folds = [], pinned, tab = 0, hold = [], undo } = {}) {
      this.isShownAgain = true;   // nothing has just happened: it is not spoken
      this.fixed = new Set(hold);
      this.select(tab);
      for (const [fold, place] of Object.entries(FOLDS)) {
        const found = this.figure.querySelector(place);
        if (found) found.open = folds.includes(fold);
      }
      this.compare(pinned);
      this.put(changes);
      if (undo) this.offer(undo, { isNew: false });
    }

    // What was done

    /* Announced to whoever listens; but not what a reload only shows again. */
    say(...parts) {
      this.undoable = undefined;
      this.line.setAttribute("aria-live", "polite");
      this.speak(...parts);
    }

    /* With a way back, which lasts as long as this is said: also over a reload. */
    offer(undo, { isNew = true } = {}) {
      const parts = [undo.text, " ", book.button("Undo", () => this.undo(undo.before))];
      if (isNew) this.say(...parts);
      else { this.line.setAttribute("aria-live", "off"); this.speak(...parts); }
      this.undoable = undo;
    }

    // Values

    changed(input, isHand) {
      const name = input.dataset.param, { value } = this.controls.get(name);
      this.speakLater();
      if (isHand) this.isShownAgain = false;
      if (isHand && value !== this.before[name]) this.order = [name, ...this.order.filter(other => other !== name)];
      this.before[name] = value;
      if (!this.sliders.has(name)) return;
      if (this.mixture.includes(input)) this.divide(input, isHand);
      this.follow();
      this.showHeld();
      for (const slider of this.mixture.includes(input) ? this.mixture : [input]) {
        const text = this.inWords(slider);
        slider.setAttribute("aria-valuetext", text);
        this.form.querySelector(`output[for="${slider.id}"]`).textContent = text;
      }
    }

    /* Shares of one whole: where a hand moves one, the others divide what is left in the proportions they have, so that nothing
       sums to anything but 100 %. The bar shows all of them. */
    divide(input, isHand) {
      const others = this.mixture.filter(other => other !== input), rest = others.reduce((sum, other) => sum + Number(other.value), 0), left = 1 - input.value;
      if (isHand && others.length) for (const other of others) {
        this.controls.get(other.dataset.param).putNumber(rest > 0 ? other.value * left / rest : left / others.length);
        other.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "told" }));
      }
      const total = this.mixture.reduce((sum, share) => sum + Number(share.value), 0);
      if (total) this.shares?.show(this.mixture.map(share => share.value / total));
    }

    /* What a hand has set on the bar of all shares, or typed. */
    putShares(shares, moved) {
      const ids = this.mixture.map(({ dataset: { param } }) => param), names = moved.map(place => ids[place]);
      ids.forEach((id, place) => this.controls.get(id).putNumber(shares[place]));
      this.order = [...names, ...this.order.filter(other => !names.includes(other))];
      for (const input of this.mixture) input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "told" }));
    }

    /* A choice of many values at once says what the sliders do: what fits, or that they are the reader's own. */
    follow() {
      const fits = values => Object.entries(values).every(([id, value]) => Math.abs(this.controls.get(id).value - value) < 1e-9);
      const fitting = option => option?.value && fits(JSON.parse(option.value));
      for (const select of this.form.querySelectorAll("select[data-action]"))
        if (!fitting(select.selectedOptions[0])) select.value = [...select.options].find(fitting)?.value ?? "";
      for (const button of this.presets()) button.setAttribute("aria-pressed", fits(this.known.presets[button.value]));
    }

    presets() { return this.form.querySelectorAll("[data-action=preset]"); }

    inWords(input) {
      const value = Number(input.value);
      if (!this.mixture.includes(input) || this.mixture.length < 2) return written(value, input.dataset.unit);
      const total = this.mixture.reduce((sum, share) => sum + Number(share.value), 0);
      return total ? `${number(100 * value / total, 3)} %` : "–";
    }

    /* Put all controls so, and say why, with a way back to what was there before. */
    change(text, { hold = [], ...changes }) {
      const before = { ...this.changes(), hold: [...this.fixed] };
      this.isShownAgain = false;
      this.fixed = new Set(hold);
      this.figure.glide();
      this.put(changes);
      if (this.differs(before)) this.offer({ text, before }); else this.say(text);
    }

    undo({ hold, ...before }) {
      const { line } = this;
      this.isShownAgain = false;
      this.fixed = new Set(hold);
      this.figure.glide();
      this.put(before);
      this.say("Undone: all is as it was before.");
      line.tabIndex = -1;   // the button is gone: whoever goes on by keyboard goes on from here
      line.focus({ preventScroll: true });
    }

    reset() {
      if (this.differs({ hold: [] })) this.change("All is back where the book starts.", {});   // else an Undo stays
    }

    differs({ hold, ...before }) {
      if (hold.join() !== [...this.fixed].join()) return true;
      const now = this.changes(), names = new Set([...Object.keys(before), ...Object.keys(now)]);
      return [...names].some(name => before[name] !== now[name]);
    }

    choose(select) {
      const option = select.selectedOptions[0];
      if (option?.value) this.change("These values are set.", { ...this.changes(), ...JSON.parse(option.value) });
      this.follow();
    }

    preset({ value }) { this.change("These values are set.", { ...this.changes(), ...this.known.presets[value] }); }

    // Pin and compare

    pin() {
      this.write();
      for (const panel of this.unfilled ?? []) if (this.known.fills[panel]) {   // tables hold what is set, also those nobody has looked at
        this.fill(panel);
        this.figure.views[panel].run();
      }
      this.compare({ tables: Object.fromEntries(this.tables().map(([table, , lines]) => [table.dataset.view, lines])), words: this.words });
      const isDrawn = this.figure.views.some((_, panel) => this.about(panel).pinned);
      this.say(isDrawn ? "Pinned: a dotted line in the chart, and a column in the tables." : "Pinned: a column in the table.");
      this.keep();
    }

    unpin() {
      this.compare();
      this.figure.querySelector("[data-action=pin]").focus();   // its own button is gone
      this.say("No longer pinned.");
      this.keep();
    }

    compare(pinned) {
      this.pinned = pinned;
      const line = this.figure.querySelector(".explorer-pinned"), button = this.figure.querySelector("[data-action=unpin]");
      line.hidden = !pinned;
      line.textContent = pinned ? `Pinned: ${pinned.words}` : "";
      if (button) button.hidden = !pinned;   // slides have none
      this.drawPinned();
      this.later();
    }

    /* The pinned run as a thin line of each chart that has a place for it. */
    drawPinned() {
      this.figure.views.forEach((view, panel) => {
        const { views, pinned } = this.about(panel), [name] = Object.keys(views);
        if (!pinned || !name) return;
        const columns = Object.keys(this.known.tables[name]);
        const rows = (this.pinned?.tables[name] ?? []).map(line => Object.fromEntries(columns.map((column, place) => [column, line[place]])));
        view.data("pinned", rows).runAsync();
      });
    }

    // Results

    /* For each table: the element, its columns, its lines as they are in the chart; what moves most comes first. */
    tables() {
      return [...this.figure.querySelectorAll("table[data-view]")].map(table => {
        const name = table.dataset.view, columns = Object.keys(this.known.tables[name]);
        const panel = this.figure.views.findIndex((_, index) => this.source(index, name));
        const rows = panel < 0 ? [] : [...this.figure.views[panel].data(this.source(panel, name))];
        if (rows[0]?.swing !== undefined) rows.sort((one, other) => other.swing - one.swing);
        return [table, columns, rows.map(row => columns.map(column => row[column]))];
      });
    }

    source(panel, name) { return this.about(panel).views[name]; }
    about(panel) {
      this.abouts ??= [...this.figure.querySelectorAll(".chart-spec")].map(script => JSON.parse(script.textContent).usermeta);
      return this.abouts[panel];
    }

    /* Words and tables follow with the last chart; in a drag, a few times a second; in a glide, once all is where it goes. */
    later() {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        if (this.figure.isGliding()) this.later(); else this.write();
      }, PAUSE);
    }

    write() {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.figure.arrive();
      this.written = performance.now();
      this.writeAnswer();
      if (!this.folded.open) return;
      this.refill(true);
      this.writeTables();
    }

    writeTables() {
      for (const [table, columns, lines] of this.tables()) {
        const pinned = this.pinned?.tables[table.dataset.view], head = table.tHead.rows[0];
        while (head.cells.length > columns.length) head.lastChild.remove();
        if (pinned) head.append(book.element("th", { scope: "col" }, "Pinned"));
        table.tBodies[0].replaceChildren(...(pinned ? beside(lines, pinned) : lines).map(cells => book.element("tr", {}, ...cells.map((value, index) => {
          const isNumber = typeof value === "number", whole = columns[index] === "people" || Math.abs(value) >= 1000;
          const cell = book.element("td", {}, isNumber ? (whole ? book.people(value) : number(value, 4)) : value ?? "");
          if (isNumber) { cell.className = "number"; cell.dataset.value = value; }
          return cell;
        }))));
      }
    }

    // Link, file, citation: all hold the assumptions and the settings

    link() {
      return `${book.address()}#${new URLSearchParams([["explorer", this.known.id], ...Object.entries(this.changes()), ...this.fixed.size ? [["hold", [...this.fixed].join(".")]] : [], ["version", this.known.version]])}`;   // last: a link that was cut short says no version
    }

    share() { book.copy({ text: book.signedLink(this.link()), say: (...parts) => this.say(...parts), done: "The link is copied; it holds all that is set here." }); }

    save() {
      const { format, version, id } = this.known, changes = Object.entries(this.changes());
      const assumptions = Object.fromEntries([...this.sliders.keys()].map(name => [name, this.controls.get(name).value]));
      const settings = Object.fromEntries(changes.filter(([name]) => !this.sliders.has(name)));
      if (this.fixed.size) settings.hold = [...this.fixed];
      const text = JSON.stringify({ format, version, explorer: id, assumptions, settings }, null, 2);
      book.save({ name: `assumptions-${id}.json`, text: `${text}\n` });
      this.say("Saved as a file.");
    }

    cite() {
      const labels = Object.keys(this.changes()).map(name => {
        const control = this.controls.get(name);
        return `${control.label}: ${this.sliders.has(name) ? this.inWords(control.first) : control.words}`;
      });
      const what = labels.length ? labels.join("; ") : "as the book starts with them";
      this.say(`${this.known.book}, explorer “${this.known.id}”, version ${this.known.version}. Assumptions: ${what}. ${this.link()}`);
    }

    async load(input) {
      try {
        const text = await book.text(input.files[0]), changes = this.fromFile(text);
        this.change(this.told("Loaded.", book.parsed(text).version), changes);
      }
      catch (problem) { this.refuse("file", problem); }
      input.value = "";
    }

    takeLink(pairs) {
      try { this.change(this.told("These assumptions came with the link.", Object.fromEntries(pairs).version), this.fromLink(pairs)); }
      catch (problem) { this.refuse("link", problem); }
    }

    /* What is said of values that came, and of how those of an older edition were taken. */
    told(text, version) {
      return this.older.includes(Number(version)) ? `${text} They are of an older edition: weights became shares, and each value stands at the nearest stop of its slider.` : text;
    }

    refuse(thing, { message }) { this.say(`The ${thing} could not be used: ${message}. Nothing was changed.`); }

    fromFile(text) {
      const { format, version } = this.known;
      const assumptions = book.saved(text, { thing: "file of assumptions", format, version, key: "assumptions", older: this.older });
      const { settings = {}, version: saved } = book.parsed(text), values = Number(saved) === version ? assumptions : this.today(Number(saved), assumptions);
      return { ...this.checked(values, "assumption", [...this.sliders.keys()]), ...this.checked(settings, "setting", [...this.settings, "hold"]) };
    }

    fromLink(pairs) {
      const { explorer, version, ...values } = book.values(pairs, name => !this.controls.get(name)?.isNumber);
      if (explorer !== this.known.id) throw new Error("it names no explorer of this page, or came damaged");
      if (version === undefined) throw new Error("it came cut short: it says no version");
      if (this.older.includes(Number(version))) return this.checked(this.today(Number(version), values, true), "assumption", [...this.controls.keys()]);
      if (version !== String(this.known.version)) throw new Error(`it has version ${version.slice(0, 40)}, and this page reads version ${this.known.version}`);
      for (const [name, text] of Object.entries(values)) {
        const control = this.controls.get(name);
        if (control && !control.isNumber) values[name] = control.possible.find(value => String(value) === text) ?? text;
      }
      return this.checked(values, "assumption", [...this.controls.keys(), "hold"]);
    }

    get older() { return Object.keys(this.known.older).map(Number); }

    /* Assumptions of an older edition, each at the nearest stop of its slider. A link leaves out what was not moved then, and
       means the defaults of its time. */
    today(version, values, isLink = false) {
      const old = this.known.older[version], here = [...this.sliders.keys()].map(id => old.today[id] ?? id).filter(id => Object.hasOwn(old.defaults, id));
      const given = Object.fromEntries(Object.entries(values).map(([id, value]) => [id, Number(value)]));
      const bad = Object.keys(given).find(id => !Number.isFinite(given[id]));
      if (bad !== undefined) throw new Error(`it came damaged: “${String(values[bad]).slice(0, 20)}” for ${bad.slice(0, 40)} is no number`);
      const meant = isLink ? { ...Object.fromEntries(here.map(id => [id, old.defaults[id]])), ...given } : given;
      const found = Object.entries(book.translated(meant, old)).filter(([id]) => this.sliders.has(id));
      return Object.fromEntries(found.map(([id, value]) => [id, this.nearest(id, value)]));
    }

    nearest(id, value) {
      const { first: { min, max }, steps } = this.controls.get(id), [low, high, width] = [min, max, steps].map(Number);
      if (steps === "any") return value;
      return Number(Math.min(Math.max(low + Math.round((value - low) / width) * width, low), high).toFixed(6));
    }

    /* Which assumptions are held where the book starts with them: ids with a point between them, or a list of them. */
    holdable(value) {
      const ids = typeof value === "string" ? value.split(".") : value;
      if (!areHoldable(this.figure, ids)) throw new Error("it holds what this explorer can't hold");
      return ids;
    }

    /* The one place that reads values: each is known, and its control can say it. */
    checked(values, what, names) {
      if (!book.isObject(values)) throw new Error(`it holds no ${what}s`);
      for (const [name, value] of Object.entries(values)) {
        if (this.known.retired.includes(name)) { delete values[name]; continue; }   // a control of earlier pages
        if (!names.includes(name)) throw new Error(`it names an unknown ${what}, ${name.slice(0, 40)}`);
        if (name === "hold") { values.hold = this.holdable(value); continue; }
        const control = this.controls.get(name), { first, isNumber } = control;
        if (control.fits(value)) continue;
        throw new Error(`its value of ${name} is none of ${isNumber ? `the slider’s, which runs from ${first.min} to ${first.max} in steps of ${control.steps}` : "those to choose from"}`);
      }
      return values;
    }
  }

  /* A link is for one explorer: the first speaks for one that names none of this page's. It leads the reader there, waits
     in the address till the explorer is alive, and is taken once. */
  let led;
  const take = pairs => {
    const figure = figureOf(pairs.find(([name]) => name === "explorer")[1]) ?? figures()[0];
    if (!figure) return false;
    if (led !== location.hash) figure.scrollIntoView();
    led = location.hash;
    if (!figure.explorer) return false;
    led = undefined;
    figure.explorer.takeLink(pairs);
  };
  const look = book.links("explorer", take);

  const begin = figure => {
    bookFrame.stage(figure);   // a live page may make one later
    try { figure.explorer ??= new Explorer(figure); look(); }
    catch (problem) { window.bookPage?.failed(figure, problem); }
    bookFrame.come(figure);
  };
  document.addEventListener("chart:live", event => { if (event.target.dataset.explorer) begin(event.target); });
  document.querySelectorAll("figure.explorer[data-state=live]").forEach(begin);   // a chart may be sooner than this script
  window.bookExplorers = true;
})();
