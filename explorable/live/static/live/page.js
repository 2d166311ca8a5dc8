/* A live page: its cells, the order in which they run, and what the bar says about it. */
(() => {
  "use strict";
  const { bookLive } = window;
  const seconds = began => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const TAKE_BACK = "Take them back";
  const megabytes = bytes => (bytes / 1e6).toFixed(1);

  class Page {
    /* offer(message): what to show when the page is not live (any more). */
    constructor(place, ui, offer, edits) {
      Object.assign(this, { place, ui, offer, cells: [], queue: [] });
      this.edits = new bookLive.Edits(edits, text => this.say(text));
      this.edits.store.hear(() => this.followEdits());
      this.show = (id, element) => this.session.show(id, element);
      this.notice = event => this.touch(event);
      this.erased = ({ name }) => { if (name === undefined || name === edits) this.forgetEdits(); };
      this.leaves = event => { if (!this.edits.store.isKept) event.preventDefault(); };   // the browser asks, where changes would be lost
      bookLive.page = this;
    }

    say(...parts) { this.ui.say(...parts); }

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
      this.edits.known = id => this.cells.some(cell => cell.id === id);
      for (const [id, edit] of Object.entries(this.edits.all())) this.recall(this.find(id), edit);
      for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, this.notice, true);
      addEventListener("book:erased", this.erased);
      addEventListener("beforeunload", this.leaves);
    }

    recall(cell, { code, original }) {
      cell.code = code;
      if (cell.input) cell.showCode();
      cell.is("edited", original === cell.original ? "Your version" : "Your version, of an older state of this cell");
    }

    // Changes made in another tab

    /* What is being edited here stays; all else shows what the other tab has made of it. */
    followEdits() {
      const edits = this.edits.all();
      for (const cell of this.cells) {
        const code = edits[cell.id]?.code ?? cell.original;
        if (code === cell.code) continue;
        if (cell.editor) this.say(`${cell.title} was changed in another tab, too. What stands here is kept as soon as you type.`);
        else if (edits[cell.id]) this.recall(cell, edits[cell.id]);
        else cell.unedit();
      }
    }

    /* Erased is erased, also what is being typed. */
    forgetEdits() {
      const changed = this.cells.filter(cell => cell.code !== cell.original);
      changed.forEach(cell => cell.unedit());
      if (changed.length) this.say("Your changes to this page’s code were erased. What the cells have shown stays until they run again.");
    }

    restore() {
      this.cells.forEach(cell => cell.restore());
      this.cells = [];
      this.queue = [];
      for (const kind of ["pointerdown", "keydown"]) document.removeEventListener(kind, this.notice, true);
      removeEventListener("book:erased", this.erased);
      removeEventListener("beforeunload", this.leaves);
      delete document.documentElement.dataset.live;
    }

    async reset() {
      const before = this.edits.all(), count = Object.keys(before).length;
      if (count && await this.ui.ask(`Take back your changes to ${count === 1 ? "one cell" : `${count} cells`} of this page?`, [TAKE_BACK, "Keep them"]) !== TAKE_BACK) return;
      this.session?.end();
      this.session = null;
      this.restore();
      const gone = this.edits.forget();
      if (!count) return this.offer("The page is as it was published.");
      const undo = book.button("Undo", () => this.offer(this.edits.restore(before)
        ? "Your changes are kept again; they return when the page is live." : "Your changes could not be kept: this browser has no room, or may not keep them."));
      this.offer(gone ? "Your changes are taken back: the page is as it was published. " : "The page is as it was published; this browser would not let your changes be erased. ", undo);
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
      this.queue.slice(1).forEach(cell => cell.is("", "Not run"));   // the first says itself that it was stopped
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
      this.say(`${cell.title} failed (${ename}: ${evalue}).${rest.length ? ` The ${rest.length} cells after it were not run and show what was printed.` : ""}`);
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
      this.ui.note(`Downloaded as ${name}.ipynb, with your code and outputs.`);   // what was said of a failure stays
    }
  }

  /* Where the editor can't be fetched any more: the browser's own. */
  function plainEditor({ parent, text, label, changed, run }) {
    const box = book.element("textarea", { value: text, rows: text.split("\n").length + 1, spellcheck: false });
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
