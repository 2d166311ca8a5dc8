/* Draws outputs, in the form in which notebooks store them, into an element. Charts become the same figures as in the
   static page. What Python sends as HTML is taken in without its scripts. */
(() => {
  "use strict";
  const { bookLive } = window, { element: make } = book;
  const FIGURE = "application/vnd.book-figure+html", WIDGET = "application/vnd.jupyter.widget-view+json";
  const ANSI = /\x1b\[[0-9;]*[A-Za-z]/g;
  const NEVER = "script:not([type='application/json']), iframe, object, embed, base, link, meta, form[action]";
  const joined = text => Array.isArray(text) ? text.join("") : String(text ?? "");

  const adopted = new Set();

  /* HTML from outside, as elements that can do nothing by themselves. */
  function fromHtml(text) {
    const parsed = new DOMParser().parseFromString(text, "text/html");
    parsed.querySelectorAll(NEVER).forEach(element => element.remove());
    parsed.querySelectorAll("*").forEach(element => {
      for (const { name, value } of [...element.attributes])
        if (name.startsWith("on") || /^\s*(javascript|data):/i.test(value) && name !== "src") element.removeAttribute(name);
    });
    parsed.querySelectorAll("style").forEach(element => { adopt(element.textContent); element.remove(); });
    return [...parsed.body.childNodes];
  }

  /* The site's policy lets no page have <style> elements; what pandas writes into one is the same for every table. */
  function adopt(text) {
    if (adopted.has(text)) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets.push(sheet);
    adopted.add(text);
  }

  /* A slider of ipywidgets has no name that a screen reader could say: its own label is one, or the label that stands above it. */
  function nameSliders(room) {
    const name = () => room.querySelectorAll("[role=slider]:not([aria-label])").forEach(handle => {
      const places = [handle.closest(".widget-slider"), handle.closest(".widget-vbox")];
      const label = places.flatMap(part => [...part?.querySelectorAll(".widget-label") ?? []]).map(part => part.textContent.trim()).find(Boolean);
      if (label) handle.setAttribute("aria-label", label);
    });
    new MutationObserver(name).observe(room, { childList: true, subtree: true });
  }

  /* The ways to show an output, best first; each gets the data and gives an element. */
  const WAYS = [
    [WIDGET, async (data, context) => {
      const room = make("div", { className: "output live-widget" });
      context.place(room);
      nameSliders(room);
      await context.show(data.model_id, room);
      return room;
    }],
    [FIGURE, figure],
    ["text/html", async text => make("div", { className: "output text_html" }, ...fromHtml(joined(text)))],
    ["image/svg+xml", async text => make("img", { className: "output", alt: "", src: `data:image/svg+xml,${encodeURIComponent(joined(text))}` })],
    ["image/png", async text => make("img", { className: "output", alt: "", src: `data:image/png;base64,${joined(text)}` })],
    ["image/jpeg", async text => make("img", { className: "output", alt: "", src: `data:image/jpeg;base64,${joined(text)}` })],
    ["text/markdown", async text => plain(text)],
    ["text/plain", async text => plain(text)],
  ];

  function plain(text, kind = "text_plain") {
    return make("div", { className: `output ${kind}` }, make("pre", { textContent: joined(text).replace(ANSI, "") }));
  }

  /* A chart is drawn in its place, unseen, and shown when it is whole. */
  async function figure(text, context) {
    const [element] = fromHtml(joined(text)).filter(node => node.nodeType === Node.ELEMENT_NODE);
    const room = make("div", { className: "live-figure live-unseen" }, element);
    context.place(room);
    await bookLive.loadCharts(element.classList.contains("explorer"));
    await bookCharts.start(element);
    room.classList.remove("live-unseen");
    return room;
  }

  /* A chart that differs from the shown one in its data alone: that one takes them, which is quicker than to draw anew and
     does not flicker. Says whether it could. */
  async function renewed(box, outputs) {
    const shown = box.childNodes.length === 1 && box.querySelector(":scope > .live-figure > figure.chart[data-state=live]");
    const text = outputs.length === 1 && outputs[0].data?.[FIGURE];
    if (!shown || !text || shown.querySelector("form")) return false;
    const [fresh] = fromHtml(joined(text)).filter(node => node.nodeType === Node.ELEMENT_NODE);
    const [before, now] = [shown, fresh].map(chart => [...chart.querySelectorAll(".chart-spec")].map(({ textContent }) => JSON.parse(textContent)));
    if (kept(before) !== kept(now) || now.some(({ data }) => data.some(({ values, format }) => values && format?.parse))) return false;
    for (const [panel, { data }] of now.entries()) {
      for (const { name, values } of data) if (values) shown.views[panel].data(name, values);
      await shown.views[panel].runAsync();
      await shown.views[panel].fit();
    }
    for (const part of [".chart-spec", "figcaption", ".chart-data"]) {
      const places = shown.querySelectorAll(part);
      fresh.querySelectorAll(part).forEach((made, index) => { made.open = places[index]?.open; places[index]?.replaceWith(made); });
    }
    shown.id = fresh.id;
    return true;
  }

  /* Specifications without their rows, as text. */
  function kept(specifications) {
    return JSON.stringify(specifications, (name, value) => name === "values" && Array.isArray(value) && typeof value[0] === "object" ? [] : value);
  }

  function failure(output) {
    const place = output.line ? `Line ${output.line} of this cell: ` : "";
    const lines = joined(output.traceback.map(line => `${line}\n`));
    return make("div", { className: "output live-error" },
      make("p", {}, `${place}${output.ename}: ${output.evalue}`.replace(ANSI, "")),
      make("details", {}, make("summary", { textContent: "The whole traceback" }), make("pre", { textContent: lines.replace(ANSI, "") })));
  }

  async function drawn(output, context) {
    if (output.output_type === "stream") return plain(output.text, `stream ${output.name}`);
    if (output.output_type === "error") return failure(output);
    const [type, show] = WAYS.find(([kind]) => output.data[kind] !== undefined) ?? [];
    return show ? show(output.data[type], context) : plain("An output of a kind that this page can't show.");
  }

  function remove(node) {
    node.querySelectorAll?.("figure.chart").forEach(chart => chart.views?.forEach(view => view.finalize()));
    node.remove();
  }

  /* A place for outputs. They are drawn one after the other; old ones stay until there is something to put in their place. */
  class Area {
    constructor(box, show) {
      this.box = box;
      this.show = show;         // (model id, element): shows a widget
      this.outputs = [];        // as they would be stored
      this.work = Promise.resolve();
      box.classList.add("live-area");
    }

    /* Does one thing after another; what goes wrong is said in its place. */
    then(job) {
      this.work = this.work.then(job).catch(problem => this.box.append(plain(`This output could not be shown: ${problem.message}`, "live-error")));
      return this.work;
    }

    add(output) {
      const last = this.outputs.at(-1);
      if (this.stale) { this.outputs = []; this.fresh = true; this.stale = false; }
      else if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
        last.text = joined(last.text) + joined(output.text);
        return this.then(() => { this.box.lastElementChild.querySelector("pre").append(joined(output.text).replace(ANSI, "")); });
      }
      const replaces = this.fresh;
      this.fresh = false;
      this.outputs.push({ ...output });
      return this.then(() => this.draw(output, replaces));
    }

    async draw(output, replaces) {
      const old = replaces ? [...this.box.childNodes] : [];
      const made = await drawn(output, { place: room => this.box.append(room), show: this.show });
      if (output.transient?.display_id) made.dataset.display = output.transient.display_id;
      old.forEach(remove);
      this.box.append(made);
    }

    clear(wait = false) {
      if (wait) { this.stale = true; return this.work; }
      this.outputs = [];
      return this.then(() => [...this.box.childNodes].forEach(remove));
    }

    /* The next output takes the place of all that is there. */
    renew() { this.stale = true; }
    settle() { if (this.stale) { this.stale = false; this.clear(); } return this.work; }

    /* All outputs at once, as an Output widget has them; of several states in a row only the last is drawn. */
    set(outputs) {
      this.wanted = outputs;
      if (this.drawing) return;
      this.drawing = true;
      this.then(async () => {
        while (this.wanted) {
          const next = this.wanted;
          this.wanted = null;
          if (!await renewed(this.box, next)) await this.drawAll(next);
        }
      }).then(() => { this.drawing = false; });
    }

    async drawAll(outputs) {
      const old = [...this.box.childNodes];
      const made = [];
      for (const output of outputs) made.push(await drawn(output, { place: room => this.box.append(room), show: this.show }));
      old.forEach(remove);
      this.box.append(...made);
    }

    async replace(shown, output) {
      const made = await drawn(output, { place: room => shown.after(room), show: this.show });
      made.dataset.display = shown.dataset.display;
      remove(shown);
      return made;
    }
  }

  bookLive.Area = Area;
})();
