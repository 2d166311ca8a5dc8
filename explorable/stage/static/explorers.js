/* What an explorer adds to a live chart: values in words, the results as a sentence and tables, presets, pin and
   compare, and what it is set to as a link, a file or a citation. The model itself is inside the chart. */
(() => {
  "use strict";
  const PAUSE = 60;            // milliseconds, at least, between two sentences
  const FOLDS = { all: ".explorer-all", tables: ".explorer-tables" };   // whose being open is kept
  const ACTIONS = ["pin", "unpin", "share", "save", "cite"];
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

  const known = figure => JSON.parse(figure.dataset.explorer);
  const figures = () => [...document.querySelectorAll("figure.explorer")];
  const figureOf = id => figures().find(figure => known(figure).id === id);

  /* What a tab keeps of an explorer, read as strictly as a file: { version, changes, folds, pinned }. */
  function sound(id, entry) {
    const figure = figureOf(id);
    if (!figure || !book.isObject(entry)) return false;
    const { version, tables } = known(figure), { folds, pinned } = entry;
    return entry.version === version && bookCharts.controlsOf(figure).allow(entry.changes)
      && Array.isArray(folds) && folds.every(fold => Object.hasOwn(FOLDS, fold)) && (pinned === undefined || soundPinned(pinned, tables));
  }

  const isCell = value => value === null || ["string", "number"].includes(typeof value);
  function soundPinned(pinned, tables) {
    return book.isObject(pinned) && typeof pinned.summary === "string" && book.isObject(pinned.tables)
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
      this.sliders = new Map([...this.form.querySelectorAll("[data-assumption] input")].map(input => [input.dataset.param, input]));
      for (const preset of Object.values(this.known.presets)) for (const [id, value] of Object.entries(preset)) this.controls.get(id)?.exact.add(value);
      this.settings = [...this.controls.keys()].filter(name => !this.sliders.has(name));   // month, outcome, …: all that is no assumption
      this.mixture = [...this.sliders.values()].filter(input => input.hasAttribute("data-mixture"));   // shares of one whole: their proportions count
      this.say = book.speaker(this.form.querySelector(".explorer-message"));
      this.folded = figure.querySelector(FOLDS.tables);
      this.folded.hidden = false;
      this.listen();
      this.keep = bookCharts.keep({ figure, store: kept, id: this.known.id, state: () => this.state(), show: entry => this.show(entry) });
      this.form.hidden = false;
      this.later();
    }

    listen() {
      const { form, figure } = this;
      book.on(form, "input", "[data-param]", input => this.changed(input));
      book.on(form, "click", ".assumption-reset", button => {
        const control = this.controls.get(button.closest("[data-assumption]").dataset.assumption);
        control.put(control.start);
        control.tell();
      });
      book.on(form, "click", "button[data-action]", ({ dataset: { action } }) => ACTIONS.includes(action) && this[action]());
      book.on(form, "change", "select[data-action]", select => this.choose(select));
      book.on(form, "change", "[data-action=load]", input => input.files.length && this.load(input));
      form.addEventListener("reset", () => this.reset(), true);   // before the controls themselves
      addEventListener("book:erased", ({ name }) => { if (name === undefined || name === kept.key) this.say(); });
      figure.addEventListener("chart:run", () => this.later());
      figure.addEventListener("chart:drawn", () => { if (performance.now() - this.written > PAUSE) this.write(); });
      for (const fold of Object.values(FOLDS)) figure.querySelector(fold)?.addEventListener("toggle", () => this.keep());
      this.folded.addEventListener("toggle", () => this.write());
    }

    // What the tab keeps

    state() {
      const changes = this.controls.changes(), { pinned } = this;
      const folds = Object.keys(FOLDS).filter(fold => this.figure.querySelector(FOLDS[fold])?.open);
      return Object.keys(changes).length || folds.length || pinned ? { version: this.known.version, changes, folds, pinned } : undefined;
    }

    show({ changes = {}, folds = [], pinned } = {}) {
      for (const [fold, place] of Object.entries(FOLDS)) {
        const found = this.figure.querySelector(place);
        if (found) found.open = folds.includes(fold);
      }
      this.compare(pinned);
      this.controls.put(changes);
    }

    // Values

    changed(input) {
      if (!this.sliders.has(input.dataset.param)) return;
      this.follow();
      for (const slider of this.mixture.includes(input) ? this.mixture : [input]) {
        const text = this.inWords(slider);
        slider.setAttribute("aria-valuetext", text);
        this.form.querySelector(`output[for="${slider.id}"]`).textContent = text;
      }
    }

    /* A choice of many values at once says what the sliders do: what fits, or that they are the reader's own. */
    follow() {
      const fits = option => option?.value && Object.entries(this.meaning(option)).every(([id, value]) => this.controls.get(id).value === value);
      for (const select of this.form.querySelectorAll("select[data-action]"))
        if (!fits(select.selectedOptions[0])) select.value = [...select.options].find(fits)?.value ?? "";
    }

    meaning(option) { return option.parentElement.dataset.action === "preset" ? this.known.presets[option.value] : JSON.parse(option.value); }

    inWords(input) {
      const value = Number(input.value);
      if (!this.mixture.includes(input) || this.mixture.length < 2) return written(value, input.dataset.unit);
      const total = this.mixture.reduce((sum, share) => sum + Number(share.value), 0);
      return total ? `${number(100 * value / total, 3)} %` : "–";
    }

    /* Put all controls so, and say why, with a way back to what was there before. */
    change(text, changes) {
      const before = this.controls.changes();
      this.controls.put(changes);
      this.say(text, ...this.differs(before) ? [" ", book.button("Undo", () => this.undo(before))] : []);
    }

    undo(before) {
      const line = this.form.querySelector(".explorer-message");
      this.controls.put(before);
      this.say("Undone: all is as it was before.");
      line.tabIndex = -1;   // the button is gone: whoever goes on by keyboard goes on from here
      line.focus({ preventScroll: true });
    }

    reset() {
      if (this.differs({})) this.change("All is as the book starts with it.", {});   // else an Undo stays
    }

    differs(before) {
      const now = this.controls.changes(), names = new Set([...Object.keys(before), ...Object.keys(now)]);
      return [...names].some(name => before[name] !== now[name]);
    }

    choose(select) {
      const option = select.selectedOptions[0];
      if (option?.value) this.change("These values are set.", { ...this.controls.changes(), ...this.meaning(option) });
      this.follow();
    }

    // Pin and compare

    pin() {
      this.compare({ tables: Object.fromEntries(this.tables().map(([table, , lines]) => [table.dataset.view, lines])), summary: this.summary() });
      this.say("Pinned. The tables now show these results beside the new ones.");
      this.keep();
    }

    unpin() {
      this.compare();
      this.form.querySelector("[data-action=pin]").focus();   // its own button is gone
      this.say("No longer pinned.");
      this.keep();
    }

    compare(pinned) {
      this.pinned = pinned;
      const line = this.figure.querySelector(".explorer-pinned"), button = this.form.querySelector("[data-action=unpin]");
      line.hidden = !pinned;
      line.textContent = pinned ? `Pinned: ${pinned.summary}` : "";
      if (button) button.hidden = !pinned;   // slides have none
      this.later();
    }

    // Results

    summary() { return this.figure.views[0].signal("summary"); }

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

    source(panel, name) {
      this.sources ??= [...this.figure.querySelectorAll(".chart-spec")].map(script => JSON.parse(script.textContent).usermeta.views);
      return this.sources[panel][name];
    }

    /* Words and tables follow with the last chart; in a drag, a few times a second. */
    later() { this.timer ??= setTimeout(() => this.write(), PAUSE); }

    write() {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.written = performance.now();
      const summary = this.summary();
      if (this.said !== summary) this.figure.querySelector(".explorer-summary").textContent = summary;   // a screen reader speaks what is new, once
      this.said = summary;
      if (this.folded.open) this.writeTables();
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
      return `${book.address()}#${new URLSearchParams([["explorer", this.known.id], ["version", this.known.version], ...Object.entries(this.controls.changes())])}`;
    }

    share() { book.copy({ text: this.link(), say: this.say, done: "The link is copied; it holds all that is set here." }); }

    save() {
      const { format, version, id } = this.known, changes = Object.entries(this.controls.changes());
      const assumptions = Object.fromEntries([...this.sliders.keys()].map(name => [name, this.controls.get(name).value]));
      const settings = Object.fromEntries(changes.filter(([name]) => !this.sliders.has(name)));
      const text = JSON.stringify({ format, version, explorer: id, assumptions, settings }, null, 2);
      book.save({ name: `assumptions-${id}.json`, text: `${text}\n` });
      this.say("Saved as a file.");
    }

    cite() {
      const labels = Object.keys(this.controls.changes()).map(name => {
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
      this.form.querySelector(".explorer-message").scrollIntoView({ block: "nearest" });   // on a phone it stands a screen below the title
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
      return { ...this.checked(values, "assumption", [...this.sliders.keys()]), ...this.checked(settings, "setting", this.settings) };
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
      return this.checked(values, "assumption", [...this.controls.keys()]);
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
      return Number(Math.min(Math.max(low + Math.round((value - low) / width) * width, low), high).toFixed(6));
    }

    /* The one place that reads values: each is known, and its control can say it. */
    checked(values, what, names) {
      if (!book.isObject(values)) throw new Error(`it holds no ${what}s`);
      for (const [name, value] of Object.entries(values)) {
        if (!names.includes(name)) throw new Error(`it names an unknown ${what}, ${name.slice(0, 40)}`);
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
    try { figure.explorer ??= new Explorer(figure); look(); }
    catch (problem) { window.bookPage?.failed(figure, problem); }
  };
  document.addEventListener("chart:live", event => { if (event.target.dataset.explorer) begin(event.target); });
  document.querySelectorAll("figure.explorer[data-state=live]").forEach(begin);   // a chart may be sooner than this script
  window.bookExplorers = true;
})();
