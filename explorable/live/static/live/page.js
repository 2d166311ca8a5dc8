/* A live page: its cells, the order in which they run, and what the bar says about it. */
(() => {
  "use strict";
  const { bookLive } = window;
  const seconds = began => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const megabytes = bytes => (bytes / 1e6).toFixed(1);

  class Page {
    /* offer(message): what to show when the page is not live (any more). */
    constructor(place, ui, offer) {
      Object.assign(this, { place, ui, offer, cells: [], queue: [] });
      this.edits = new bookLive.Edits(place, text => this.say(text));
      this.show = (id, element) => this.session.show(id, element);
      this.notice = event => this.touch(event);
      bookLive.page = this;
    }

    say(text) { this.ui.say(text); }

    // From printed to live and back

    async open() {
      performance.mark("live-asked");
      try {
        const [published] = await Promise.all([this.fetchNotebook(), this.begin()]);
        this.published = published;
        this.makeCells();
        performance.mark("live-ready");
        await this.runAll();
        performance.mark("live-done");
        this.editorMaker().catch(() => {});   // so that the first edit need not wait
      } catch (problem) {
        this.session?.end();
        this.restore();
        this.offer(problem.message ? `Python could not be started: ${problem.message}. The page is as it was.` : "Cancelled. The page is as it was.");
      }
    }

    async fetchNotebook() {
      const response = await fetch(this.place.notebook).catch(() => { throw new Error("the page’s notebook could not be fetched"); });
      if (!response.ok) throw new Error(`the page’s notebook could not be fetched (${response.status})`);
      return response.json();
    }

    makeCells() {
      const stored = this.published.cells.filter(cell => cell.cell_type === "code" && !(cell.metadata.tags ?? []).includes("no-live") && [].concat(cell.source).join("").trim());
      let shown = 0;   // cells are counted as the reader sees them
      this.cells = stored.map(cell => new bookLive.Cell(cell, document.getElementById(`cell-${cell.id}`) ? ++shown : 0, this));
      const edits = this.edits.all();
      for (const cell of this.cells) if (edits[cell.id]) this.recall(cell, edits[cell.id]);
      for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, this.notice, true);
    }

    recall(cell, { code, original }) {
      cell.code = code;
      if (cell.input) cell.showCode();
      cell.is("edited", original === cell.original ? "Your version" : "Your version, of an older state of this cell");
    }

    restore() {
      this.cells.forEach(cell => cell.restore());
      this.cells = [];
      this.queue = [];
      for (const kind of ["pointerdown", "keydown"]) document.removeEventListener(kind, this.notice, true);
      delete document.documentElement.dataset.live;
    }

    reset() {
      const changed = this.cells.some(cell => cell.code !== cell.original);
      if (changed && !confirm("Take back all your changes on this page?")) return;
      this.session?.end();
      this.session = null;
      this.edits.forget();
      this.restore();
      this.offer("The page is as it was published.");
    }

    // Python

    async begin() {
      this.state("starting");
      const session = new bookLive.Session(this.place, {
        progress: message => this.progress(message),
        loading: ({ names }) => this.say(`Fetching ${names.join(", ")} …`),
        output: ({ cell, output }) => this.output(cell, output),
        clear: ({ cell, wait }) => this.find(cell)?.area.clear(wait),
        update: message => this.update(message),
        failed: reason => this.died(reason),
        trouble: problem => this.say(`A widget could not be shown: ${problem.message}`),
        touched: () => this.lastTouched,
        slow: slow => this.slow(slow),
        area: element => new bookLive.Area(element, this.show),
      });
      this.session = session;
      this.ui.buttons([["Cancel", () => session.end()]]);
      if (this.place.packages.includes("altair")) bookLive.loadCharts().then(() => bookCharts.prepare()).catch(() => {});   // told at the chart, if it fails there, too
      await session.start();
      this.ui.progress(0, 0);
      this.ui.note("");
      this.state("idle");
    }

    progress({ step, done, total }) {
      if (this.step !== step) this.say(`${this.step = step} …`);
      this.ui.progress(done, total);
      this.ui.note(`${megabytes(done)} of ${megabytes(total)} MB`);
    }

    died(reason) {
      this.session = null;
      this.queue = [];
      this.state("ended");
      this.say(`Python has ended: ${reason}. Run starts it again and runs the cells above, too.`);
    }

    /* A widget's callback takes long: then it can be stopped, as a cell can. */
    slow(slow) {
      if (this.work || !this.session || slow === (document.documentElement.dataset.live === "busy")) return;
      this.state(slow ? "busy" : "idle");
      this.say(slow ? "A widget’s Python is still running …" : "");
    }

    stop() {
      this.queue.forEach(cell => cell.is("", ""));
      this.queue = [];
      this.session.end();
      this.session = null;
      this.state("ended");
      this.say("Stopped. Python has forgotten all values; Run starts it again and runs the cells above, too.");
    }

    /* What the reader can do in each state. */
    state(name) {
      document.documentElement.dataset.live = name;
      this.step = null;
      if (name === "starting") return;
      this.ui.buttons([["Run all", () => this.runAll(), name === "busy"], ["Stop", () => this.stop(), name !== "busy"],
        ["Reset page", () => this.reset()], ["Download notebook", () => this.download()]]);
    }

    // Running

    runAll() { return this.enqueue(this.cells); }

    runCell(cell) { return this.enqueue(this.session ? [cell] : this.cells.slice(0, this.cells.indexOf(cell) + 1)); }

    enqueue(cells) {
      const fresh = cells.filter(cell => !this.queue.includes(cell));
      fresh.forEach(cell => cell.is("waiting", "Waiting"));
      this.queue.push(...fresh);
      return this.work ??= this.workOff().finally(() => { this.work = null; });
    }

    async workOff() {
      const began = performance.now();
      let ran = 0;
      if (!this.session && !await this.again()) return;
      this.state("busy");
      this.say(this.queue.length > 1 ? `Running ${this.queue.length} cells …` : `Running ${this.queue[0].name} …`);
      while (this.queue.length && this.session) {
        const cell = this.queue[0];
        const ok = await cell.run(this.session);
        this.queue.shift();
        ran += 1;
        if (!ok && !cell.mayFail && this.session) return this.failed(cell);
      }
      if (!this.session) return;
      this.state("idle");
      this.say(ran === 1 ? `The cell ran in ${seconds(began)}.` : `${ran} cells ran in ${seconds(began)}.`);
    }

    async again() {
      try {
        await this.begin();
        return true;
      } catch (problem) {
        this.session = null;
        this.queue.forEach(cell => cell.is("", ""));
        this.queue = [];
        this.ui.progress(0, 0);
        this.ui.note("");
        this.state("ended");
        this.say(problem.message ? `Python could not be started: ${problem.message}.` : "Cancelled.");
        return false;
      }
    }

    failed(cell) {
      const rest = this.queue.splice(0);
      rest.forEach(other => other.is("", "Not run"));
      this.state("idle");
      const { ename, evalue } = cell.failed ?? { ename: "Error", evalue: "" };
      this.say(`${cell.name.replace(/^./, letter => letter.toUpperCase())} failed (${ename}: ${evalue}).${rest.length ? ` The ${rest.length} cells after it were not run and show what was printed.` : ""}`);
    }

    // Outputs

    find(id) { return this.cells.find(cell => cell.id === id); }

    after(cell) { return this.cells.slice(this.cells.indexOf(cell) + 1).find(other => other.runButton); }

    output(id, output) {
      const cell = this.find(id);
      if (!cell) return output.output_type === "error" && this.say(`${output.ename}: ${output.evalue}`);
      if (this.work && this.queue[0] === cell) cell.output(output); else cell.later(output);
    }

    update({ display_id: name, output }) {
      for (const shown of document.querySelectorAll("[data-display]")) {
        const area = this.cells.find(cell => cell.box?.contains(shown))?.area;
        if (shown.dataset.display === name) area?.then(() => area.replace(shown, output));
      }
    }

    touch(event) {
      const id = event.target.closest?.("[data-live-cell]")?.dataset.liveCell;
      if (!id) return;
      this.lastTouched = id;
      this.find(id)?.touched();
    }

    // Editor and notebook

    editorMaker() {
      return this.editor ??= this.place.load(`${this.place.folder}editor.js`).then(() => window.bookEditor, () => { this.editor = null; return plainEditor; });
    }

    download() {
      const name = this.place.page.split("/").pop();
      bookLive.save(`${name}.ipynb`, bookLive.notebook(this.published, this.cells));
      this.say(`Downloaded as ${name}.ipynb, with your code and outputs.`);
    }
  }

  /* Where the editor can't be fetched any more: the browser's own. */
  function plainEditor({ parent, text, label, changed, run }) {
    const box = bookLive.make("textarea", { value: text, rows: text.split("\n").length + 1, spellcheck: false });
    box.setAttribute("aria-label", label);
    box.addEventListener("input", () => changed(box.value));
    box.addEventListener("keydown", event => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.shiftKey || event.metaKey)) return;
      event.preventDefault();
      run(event.shiftKey);
    });
    parent.append(box);
    return { focus: () => box.focus(), close: () => box.remove(), goTo: () => {} };
  }

  bookLive.Page = Page;
})();
