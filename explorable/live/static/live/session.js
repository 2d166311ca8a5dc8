/* One page's Python: starts the worker, talks to it, ends it. The messages are listed at the head of worker.js. */
(() => {
  "use strict";

  class Session {
    /* place: the addresses and names that live.js knows. events: what messages and troubles lead to (see page.js). */
    constructor(place, events) {
      this.place = place;
      this.events = events;
      this.asked = new Map();   // number of a request → what to do when it is done
      this.count = 0;
      this.comms = Promise.resolve();
      this.supplies = new AbortController();
    }

    /* Resolves when cells can be run; rejects if that fails (with the reason) or is cancelled (without one). */
    start() {
      return new Promise((resolve, reject) => {
        this.starting = { resolve, reject };
        this.worker = new Worker(this.place.script("live/worker.js"));
        this.worker.onmessage = ({ data }) => this.received(data);
        this.worker.onerror = event => this.end(event.message || "the worker could not be loaded");
        if (this.place.packages.includes("ipywidgets")) this.loadWidgets().catch(problem => this.end(problem.message));
        this.supply(this.worker).catch(problem => this.end(problem.message));
      });
    }

    /* Gives the worker what it needs to start: the page fetches the packages, while the worker starts Python. */
    async supply(worker) {
      const { folder, book, packages, directory, bibliography } = this.place;
      const manifest = await (await bookPacks.fetchWhole(`${folder}manifest.json`)).json();
      worker.postMessage({ type: "start", folder, book, packages, directory, bibliography, manifest });
      await Promise.all(packages.map(async name => {
        const pack = await bookPacks.fetchPack(folder, manifest, name, { signal: this.supplies.signal });
        worker.postMessage({ type: "pack", ...pack }, [pack.bytes]);
      }));
    }

    /* Ends Python; whatever was asked of it is answered with "no". */
    end(reason = "") {
      if (!this.worker) return;
      this.worker.terminate();
      this.supplies.abort();
      this.worker = null;
      this.asked.forEach(finish => finish(false));
      this.asked.clear();
      if (this.starting) this.starting.reject(new Error(reason));
      else if (reason) this.events.failed(reason);
    }

    ask(message, finish) {
      if (!this.worker) return finish(false);
      const id = ++this.count;
      this.asked.set(id, finish);
      this.worker.postMessage({ ...message, id });
    }

    run(cell, code) { return new Promise(resolve => this.ask({ type: "run", cell, code }, resolve)); }

    received(message) {
      if (message.type === "python") this.fromPython(JSON.parse(message.python));
      else if (message.type === "done") { this.asked.get(message.id)?.(message.ok); this.asked.delete(message.id); }
      else if (message.type === "ready") this.started();
      else if (message.type === "failed") this.end(message.reason);
      else this.events[message.type](message);
    }

    started() {
      this.starting.resolve();
      this.starting = null;
    }

    fromPython(message) {
      if (message.type === "comm") this.comms = this.comms.then(() => this.toWidget(message)).catch(problem => this.events.trouble(problem));
      else this.events[message.type](message);
    }

    // Widgets

    async toWidget(message) {
      const manager = await this.loadWidgets();
      const buffers = message.buffers.map(text => new DataView(Uint8Array.from(atob(text), letter => letter.charCodeAt(0)).buffer));
      await manager.receive({ ...message, buffers });
    }

    loadWidgets() {
      return this.widgets ??= (async () => {
        await Promise.all([this.place.load(`${this.place.folder}widgets.js`), this.place.style(`${this.place.folder}widgets.css`)]);
        return new bookWidgets.Manager({ send: (message, finish) => this.toPython(message, finish), area: element => this.events.area(element) });
      })();
    }

    toPython(message, finish) {
      const buffers = (message.buffers ?? []).map(part => btoa(String.fromCharCode(...new Uint8Array(part.buffer ?? part))));
      const slow = setTimeout(() => this.events.slow(true), 1500);   // a callback may loop for ever
      const done = () => { clearTimeout(slow); this.events.slow(false); finish(); };
      this.ask({ type: "comm", message: JSON.stringify({ ...message, buffers, cell: this.events.touched() }) }, done);
      return String(this.count);
    }

    /* Shows a widget in an element, once all messages that made it have been dealt with. */
    async show(id, element) {
      await this.comms;
      return (await this.loadWidgets()).show(id, element);
    }
  }

  window.bookLive.Session = Session;
})();
