/* What an explorer adds to a live chart: values in words, the results as a sentence and tables, presets, pin and
   compare, and the assumptions as a link, a file or a citation. The model itself is inside the chart. */
(() => {
  "use strict";
  const PAUSE = 60;            // milliseconds, at least, between two sentences
  const number = (value, digits = 5) => value.toLocaleString("en", { maximumSignificantDigits: digits });

  /* As Assumption.written in aftermath/assumptions.py. */
  function written(value, unit) {
    if (unit.startsWith("share")) return `${number(100 * value, 3)} %`;
    if (unit === "per year") return `${value < 0 ? "−" : "+"}${number(Math.abs(100 * value), 3)} % a year`;
    return `${number(value)} ${unit}`;
  }

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

  const figureOf = id => [...document.querySelectorAll("figure.explorer")].find(figure => JSON.parse(figure.dataset.explorer).id === id);

  class Explorer {
    constructor(figure) {
      this.figure = figure;
      this.known = JSON.parse(figure.dataset.explorer);
      this.form = figure.querySelector("form.chart-controls");
      this.sliders = new Map([...this.form.querySelectorAll("[data-assumption] input")].map(input => [input.dataset.param, input]));
      this.weights = [...this.sliders.values()].filter(input => input.dataset.unit === "points");
      this.form.addEventListener("input", event => this.changed(event.target));
      this.form.addEventListener("click", event => this.pressed(event.target));
      this.form.addEventListener("change", event => this.chosen(event.target));
      figure.addEventListener("chart:run", () => this.show());
      figure.addEventListener("chart:drawn", () => { if (performance.now() - this.written > PAUSE) this.write(); });
      this.folded = figure.querySelector(".explorer-tables");
      this.folded.hidden = false;
      this.folded.addEventListener("toggle", () => this.write());
      addEventListener("hashchange", () => this.readLink());
      this.sliders.forEach(input => this.changed(input));
      this.readLink();
      this.show();
    }

    // Values

    values() { return Object.fromEntries([...this.sliders].map(([id, input]) => [id, Number(input.value)])); }

    set(values) {
      for (const [id, value] of Object.entries(values)) {
        const input = this.sliders.get(id);
        input.value = value;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }

    reset() { this.set(Object.fromEntries([...this.sliders].map(([id, input]) => [id, Number(input.defaultValue)]))); }

    changed(input) {
      if (!this.sliders.has(input.dataset?.param)) return;
      const preset = this.form.querySelector("[data-action=preset]");
      if (preset && !this.applying) preset.value = "";
      if (input.dataset.unit === "points") this.showDominant();
      for (const slider of input.dataset.unit === "points" ? this.weights : [input]) {
        const text = this.inWords(slider);
        slider.setAttribute("aria-valuetext", text);
        this.form.querySelector(`output[for="${slider.id}"]`).textContent = text;
      }
    }

    /* The choice of a dominant path says "your own weights" as soon as it no longer says what the sliders do. */
    showDominant() {
      const choice = this.form.querySelector("[data-action=dominant]");
      if (!choice) return;
      const now = this.values();
      const fits = option => option.value && Object.entries(JSON.parse(option.value)).every(([id, value]) => now[id] === value);
      choice.value = [...choice.options].find(fits)?.value ?? "";
    }

    inWords(input) {
      const value = Number(input.value);
      if (input.dataset.unit !== "points" || this.weights.length < 2) return written(value, input.dataset.unit);
      const total = this.weights.reduce((sum, weight) => sum + Number(weight.value), 0);
      return total ? `${number(100 * value / total, 3)} %` : "–";
    }

    // Buttons

    pressed(target) {
      const action = target.dataset?.action;
      if (target.classList.contains("assumption-reset")) {
        const input = target.closest("[data-assumption]").querySelector("input");
        this.set({ [input.dataset.param]: Number(input.defaultValue) });
      } else if (action && this[action] && target.tagName === "BUTTON") this[action]();
    }

    chosen(target) {
      if (target.dataset.action === "preset" && target.value) {
        this.applying = true;
        this.set(this.known.presets[target.value]);
        this.applying = false;
      }
      if (target.dataset.action === "dominant" && target.value) this.set(JSON.parse(target.value));
      if (target.dataset.action === "load" && target.files.length) this.load(target);
    }

    say(text) { this.form.querySelector(".explorer-message").textContent = text; }

    pin() {
      this.pinned = { tables: new Map(this.tables().map(([table, , lines]) => [table, lines])), summary: this.summary() };
      const line = this.figure.querySelector(".explorer-pinned");
      line.hidden = false;
      line.textContent = `Pinned: ${this.pinned.summary}`;
      this.say("Pinned. The tables now show these results beside the new ones.");
      this.show();
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
    show() { this.timer ??= setTimeout(() => this.write(), PAUSE); }

    write() {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.written = performance.now();
      const line = this.figure.querySelector(".explorer-summary"), summary = this.summary();
      if (line.textContent !== summary) line.textContent = summary;   // a screen reader speaks what is new, once
      if (this.folded.open) this.writeTables();
    }

    writeTables() {
      for (const [table, columns, lines] of this.tables()) {
        const pinned = this.pinned?.tables.get(table), head = table.tHead.rows[0];
        if (pinned && head.cells.length === columns.length)
          head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: "Pinned" }));
        table.tBodies[0].replaceChildren(...(pinned ? beside(lines, pinned) : lines).map(cells => {
          const line = document.createElement("tr");
          line.append(...cells.map((value, index) => {
            const isNumber = typeof value === "number", whole = columns[index] === "people" || Math.abs(value) >= 1000;
            const text = isNumber ? (whole ? Math.round(value).toLocaleString("en") : number(value, 4)) : value ?? "";
            const cell = Object.assign(document.createElement("td"), { textContent: text });
            if (isNumber) { cell.className = "number"; cell.dataset.value = value; }
            return cell;
          }));
          return line;
        }));
      }
    }

    // Link, file, citation

    changes() {
      return Object.entries(this.values()).filter(([id, value]) => value !== Number(this.sliders.get(id).defaultValue));
    }

    link() {
      const parts = new URLSearchParams([["explorer", this.known.id], ["version", this.known.version], ...this.changes()]);
      return `${location.href.split("#")[0]}#${parts}`;
    }

    async share() {
      const link = this.link();
      history.replaceState(null, "", link);
      try { await navigator.clipboard.writeText(link); this.say("The link is copied; it holds these assumptions."); }
      catch { this.say("The address of this page now holds these assumptions: copy it from the address bar."); }
    }

    save() {
      const text = JSON.stringify({ format: this.known.format, version: this.known.version, explorer: this.known.id, assumptions: this.values() }, null, 2);
      const address = URL.createObjectURL(new Blob([text + "\n"], { type: "application/json" }));
      Object.assign(document.createElement("a"), { href: address, download: `assumptions-${this.known.id}.json` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 1000);
      this.say("Saved as a file.");
    }

    async load(input) {
      try {
        const saved = JSON.parse(await input.files[0].text());
        if (saved?.format !== this.known.format) throw new Error("it is not a file of assumptions from this book");
        if (saved.version !== this.known.version) throw new Error(`it has version ${saved.version}, and this page reads version ${this.known.version}`);
        this.take(saved.assumptions);
        this.say("Loaded.");
      } catch (problem) {
        this.reset();
        this.say(`The file could not be used: ${problem.message}. The starting assumptions are shown.`);
      }
      input.value = "";
    }

    readLink() {
      if (location.hash.length < 2 || (location.hash.startsWith("#/") && document.querySelector(".reveal")) || document.querySelector(":target")) return;   // "#/" numbers a slide
      const parts = new URLSearchParams(location.hash.slice(1)), asked = parts.get("explorer");
      const meant = figureOf(asked) ?? document.querySelector("figure.explorer");   // the first one speaks for a link that names none
      if (meant !== this.figure) return;
      try {
        if (asked !== this.known.id) throw new Error("it names no explorer of this page");
        if (parts.get("version") !== String(this.known.version)) throw new Error("it has another version");
        if (new Set(parts.keys()).size < [...parts].length) throw new Error("it says something twice");
        parts.delete("explorer"); parts.delete("version");
        this.take(Object.fromEntries([...parts].map(([id, value]) => [id, value.trim() === "" ? NaN : Number(value)])));
        this.say("These assumptions came with the link.");
      } catch (problem) {
        this.reset();
        this.say(`The link could not be used: ${problem.message}. The starting assumptions are shown.`);
      }
    }

    /* Take values from outside, all or none. */
    take(values) {
      if (typeof values !== "object" || values === null || Array.isArray(values)) throw new Error("it holds no assumptions");
      for (const [id, value] of Object.entries(values)) {
        const input = this.sliders.get(id);
        if (!input) throw new Error(`it names an unknown assumption, ${String(id).slice(0, 40)}`);
        if (Number(Object.assign(input.cloneNode(), { value }).value) !== value)
          throw new Error(`its value of ${id} is none of the slider’s, which runs from ${input.min} to ${input.max} in steps of ${input.step}`);
      }
      this.reset();
      this.set(values);
    }

    cite() {
      const labels = this.changes().map(([id]) => {
        const input = this.sliders.get(id);
        return `${input.labels[0].textContent}: ${this.inWords(input)}`;
      });
      const what = labels.length ? labels.join("; ") : "as the book starts with them";
      this.say(`${this.known.book}, explorer “${this.known.id}”, version ${this.known.version}. Assumptions: ${what}. ${this.link()}`);
    }
  }

  // A link leads to its explorer, which comes alive as it comes near.
  const lead = () => figureOf(new URLSearchParams(location.hash.slice(1)).get("explorer"))?.scrollIntoView();
  lead();
  addEventListener("hashchange", lead);

  const begin = figure => {
    try { figure.explorer ??= new Explorer(figure); }
    catch (problem) { window.bookPage?.failed(figure, problem); }
  };
  document.addEventListener("chart:live", event => { if (event.target.dataset.explorer) begin(event.target); });
  document.querySelectorAll("figure.explorer[data-state=live]").forEach(begin);   // a chart may be sooner than this script
  window.bookExplorers = true;
})();
