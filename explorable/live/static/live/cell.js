/* One code cell of a live page: its code, its buttons, its outputs. A cell that the page does not show has no element. */
(() => {
  "use strict";
  const { bookLive } = window, { element: make } = book;
  const joined = text => Array.isArray(text) ? text.join("") : text;

  class Cell {
    constructor(stored, number, page) {
      this.id = stored.id;
      this.number = number;
      this.page = page;
      this.original = this.code = joined(stored.source);
      this.mayFail = (stored.metadata.tags ?? []).includes("raises-exception");
      this.element = document.getElementById(`cell-${stored.id}`);
      if (this.element) this.prepare();
      else this.area = new bookLive.Area(make("div"), page.show);
    }

    prepare() {
      this.element.dataset.liveCell = this.id;
      this.input = this.element.querySelector(".cell_input");
      this.printedCode = this.input?.querySelector("div.highlight");
      this.printed = this.element.querySelector(".cell_output");
      this.box = make("div", { className: "cell_output docutils container" });
      this.element.append(this.box);
      if (this.printed) { this.printed.dataset.printed = "yes"; this.box.append(this.printed); }
      this.area = new bookLive.Area(this.box, this.page.show);
      this.runButton = this.button("Run", () => this.page.runCell(this));
      this.editButton = this.button("Edit", () => this.editor ? this.closeEditor() : this.openEditor());
      this.stopButton = this.button("Stop", () => this.page.stop());
      this.stopButton.hidden = true;
      this.state = make("span", { className: "live-state" });
      this.tools = make("div", { className: "live-tools" }, this.runButton, this.stopButton, ...(this.input ? [this.editButton] : []), this.state);
      this.input ? this.input.append(this.tools) : this.element.prepend(this.tools);
    }

    button(text, action) {
      const button = make("button", { type: "button", className: "live-button", textContent: text, onclick: action });
      button.setAttribute("aria-label", `${text} cell ${this.number}`);
      return button;
    }

    get name() { return this.number ? `cell ${this.number}` : "a cell that the page does not show"; }

    get title() { return this.name.replace(/^./, letter => letter.toUpperCase()); }

    /* A running cell says for how long, and can be stopped from where it is. */
    is(state, words = "") {
      clearInterval(this.clock);
      if (!this.element) return;
      this.element.dataset.live = state;
      this.state.textContent = words;
      const running = state === "running";
      if (!running && document.activeElement === this.stopButton) this.runButton.focus();
      this.stopButton.hidden = !running;
      if (!running) return;
      const began = performance.now();
      this.clock = setInterval(() => { this.state.textContent = `Running for ${Math.round((performance.now() - began) / 1000)} s …`; }, 1000);
    }

    // Running

    async run(session) {
      this.is("running", "Running …");
      this.markLine();
      this.area.renew();
      this.failed = null;
      const began = performance.now();
      const ok = await session.run(this.id, this.code);
      if (!session.worker) {   // stopped or died
        this.area.stale = false;
        this.is("stopped", "Stopped: Python has forgotten all values");
        return false;
      }
      await this.area.settle();
      this.ran = true;
      const { ename = "Error", evalue = "" } = this.failed ?? {};
      this.is(ok ? "ran" : "failed", ok ? `Ran in ${((performance.now() - began) / 1000).toFixed(1)} s` : `Failed: ${ename}: ${evalue.split("\n")[0].slice(0, 120)}`);
      return ok;
    }

    output(output) {
      if (output.output_type === "error") { this.failed = output; this.markLine(output.line); }
      this.area.add(output);
    }

    /* Outputs that come while the cell is not running are those of its widgets' callbacks: they stand below the others. */
    later(output) {
      if (!this.element) return;
      if (!this.echo) {
        const box = make("div", { className: "cell_output docutils container" });
        this.element.append(box);
        this.echo = new bookLive.Area(box, this.page.show);
      }
      this.echo.add(output);
    }

    touched() { this.echo?.renew(); }

    markLine(number) {
      this.lineNote?.remove();
      if (!number || !this.input) return;
      const text = this.code.split("\n")[number - 1] ?? "";
      this.lineNote = make("p", { className: "live-line" }, `Line ${number}: `, make("code", { textContent: text.trim() }));
      this.tools.before(this.lineNote);
      this.editor?.goTo(number);
    }

    // Editing

    set(code) {
      this.code = code;
      this.page.edits.keep(this.id, code, this.original);
    }

    /* Shows code that differs from the printed one. */
    showCode() {
      this.ownCode?.remove();
      this.printedCode.hidden = this.code !== this.original;
      if (this.code === this.original) return;
      this.ownCode = make("div", { className: "highlight live-own notranslate", translate: false }, make("pre", { textContent: this.code }));
      this.printedCode.after(this.ownCode);
    }

    async openEditor() {
      this.editButton.disabled = true;
      const room = make("div", { className: "highlight live-editor notranslate", translate: false });   // a browser's translation would change the code
      room.addEventListener("keydown", event => event.stopPropagation());   // what is typed here is code, and no shortcut of the page
      this.printedCode.after(room);
      this.printedCode.hidden = true;
      this.ownCode?.remove();
      const options = { parent: room, text: this.code, label: `Code of cell ${this.number}. Escape, then Tab leaves the editor.`,
        changed: code => this.set(code), run: next => this.runFromEditor(next) };
      this.editor = (await this.page.editorMaker())(options);
      this.room = room;
      this.editButton.disabled = false;
      this.editButton.textContent = "Done";
      this.hint = make("span", { className: "live-hint" }, "Shift+Enter runs it and goes on; Ctrl+Enter runs it");
      this.state.before(this.hint);
      this.editButton.setAttribute("aria-label", `Done with cell ${this.number}`);
      this.editor.focus();
    }

    closeEditor() {
      this.editor?.close();
      this.room?.remove();
      this.hint?.remove();
      this.editor = this.room = null;
      this.editButton.textContent = "Edit";
      this.editButton.setAttribute("aria-label", `Edit cell ${this.number}`);
      this.showCode();
    }

    runFromEditor(next) {
      this.page.runCell(this);
      if (next) this.page.after(this)?.runButton.focus();
    }

    /* The published code again, in the same page. */
    unedit() {
      this.code = this.original;
      if (this.input) this.closeEditor();
      this.is("", "");
    }

    // Back to the page as it was printed

    restore() {
      clearInterval(this.clock);
      if (!this.element) return;
      this.code = this.original;
      if (this.input) this.closeEditor();
      this.markLine();
      [this.tools, this.box, this.echo?.box].forEach(node => node?.remove());
      if (this.printed) { delete this.printed.dataset.printed; this.element.append(this.printed); }
      delete this.element.dataset.live;
      delete this.element.dataset.liveCell;
    }
  }

  bookLive.Cell = Cell;
})();
