/* Brings the page's charts to life. Each figure holds a picture that needs no script; when it comes near the
   viewport its compiled Vega specification is run and takes the picture's place, and its controls appear.
   If anything fails the picture stays, with a line that says so. */
(() => {
  "use strict";
  const { src, dataset: { page, runtime: program = "vega-runtime.js" } } = document.currentScript;
  const RUNTIME = new URL(program, src).href;
  const EXPRESSIONS = page && new URL(`expressions/${page}.js`, src).href;
  const NARROWEST = 160;       // pixels of plot, on the smallest phone
  const LOWEST = 90;           // pixels of plot, where a chart is as high as its room
  const SMALLEST = 14, HIGHEST = 44;   // pixels of a row; a bar in its label parts two lines
  const CLIPPED = 16;          // pixels of a row of a legend on a slide
  const TURNS = 3;             // until both sizes hold: an axis's title may be longer than a low plot, a name wider than its end
  const LABEL = 24;            // pixels by which an axis's last label may stand out to the right of the plot
  const NAMES = 0.5;           // share of the room that the names at the ends of lines may take
  const NEAR = "400px";        // how far below the viewport a chart starts to get ready
  const GLIDE = 250;           // milliseconds in which a picture goes to many values that are set at once
  const FULL = 0.75;           // of an axis: as long as what is drawn takes as much, the axis stays
  const BUDGET = 30;           // milliseconds between two frames for drawing panels

  const load = address => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  let runtime;
  const loadRuntime = () => runtime ??= Promise.all([load(RUNTIME), EXPRESSIONS && load(EXPRESSIONS).catch(() => {})]).then(
    () => { if (!window.bookVega?.View) throw new Error("the chart program came damaged"); return window.bookVega; },
    () => { throw new Error("the chart program could not be loaded"); });

  /* Vega asks for a function by its parameters and its code. The build has written out those of the page's charts
     (explorable/pages/expressions.py), each in a function that makes it anew; a chart made later (explorable/live) has others, which a
     strict page forbids. */
  let prepared;
  window.bookFunction = function (...parts) {
    const code = parts.pop();
    prepared ??= new Map((window.bookExpressions ?? []).map(make => [String(make), make]));
    return prepared.get(`()=>function(${parts.join()}){${code}}`)?.() ?? new Function(...parts, code);
  };
  const makeView = (vega, specification, options) => {
    try { return new vega.View(vega.parse(specification), options); }
    catch (problem) {
      if (!(problem instanceof EvalError)) throw problem;
      return new vega.View(vega.parse(specification, null, { ast: true }), { ...options, expr: vega.expressionInterpreter });   // slower
    }
  };

  // One tooltip for the page. Values are written as text, never as HTML.
  let tip;
  const showTip = (handler, event, item, value) => {
    tip ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "chart-tip", hidden: true }));
    tip.hidden = value == null || value === "";
    if (tip.hidden) return;
    const rows = typeof value === "object" ? Object.entries(value) : [["", value]];
    tip.replaceChildren(...rows.map(([name, text]) => {
      const row = document.createElement("p");
      if (name) row.append(Object.assign(document.createElement("b"), { textContent: `${name}: ` }));
      row.append(String(text));
      return row;
    }));
    const box = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(event.clientX + 12, innerWidth - box.width - 8))}px`;
    tip.style.top = `${Math.max(8, Math.min(event.clientY + 12, innerHeight - box.height - 8))}px`;
  };

  /* Whether each row has a name beside it: none of these may be left out for want of height. */
  const hasRows = ({ scales = [] }) => ["band", "point"].includes(scales.find(({ name }) => name === "y")?.type);

  /* Lets a hand act, and the page be painted, between two parts of the work. */
  const pause = () => window.scheduler?.yield ? window.scheduler.yield() : new Promise(done => setTimeout(done));

  /* One panel: a view as wide as its room. A legend that would stick out gets fewer columns. */
  async function bringToLife(panel, vega) {
    const room = panel.querySelector(".chart-view");
    const picture = room.querySelector("svg");
    const holder = document.createElement("div");
    holder.className = "chart-waiting";
    room.append(holder);

    const text = panel.querySelector(".chart-spec").textContent;
    const isStage = Boolean(panel.closest(".staged"));
    const fills = () => Boolean(panel.closest(".staged, html.presenting .slide-panels"));   // its room has a height of its own
    const drawn = () => Number(holder.querySelector("svg").getAttribute("width"));
    /* How far the words among the marks stand out to the right of the plot: the names at the ends of lines, above all. */
    const besidePlot = edge => {
      const svg = holder.querySelector("svg"), { left, width } = svg.getBoundingClientRect();
      const shown = width / drawn() || 1;   // a slide is shown larger than it is drawn
      return Math.max(0, ...Array.from(svg.querySelectorAll(".role-mark text"), word => Math.ceil((word.getBoundingClientRect().right - left) / shown - edge)));
    };
    const specify = columns => {
      const specification = JSON.parse(text);
      for (const legend of specification.legends ?? []) legend.columns = fills() ? columns : Math.min(legend.columns ?? columns, columns);
      if (panel.closest(".slides")) for (const legend of specification.legends ?? []) legend.clipHeight = CLIPPED;   // a long dash is no reason for a high row
      if (fills() && hasRows(specification)) for (const axis of specification.axes ?? []) if (axis.scale === "y") axis.labelSeparation = 0;
      if (typeof specification.width === "number") specification.width = Math.max(NARROWEST, room.clientWidth - 60);
      return specification;
    };
    const build = async columns => {
      const specification = specify(columns);
      holder.replaceChildren();
      const axes = inert(specification);
      await pause();
      const view = makeView(vega, specification, { renderer: "svg", container: holder, hover: true, tooltip: showTip });
      view.description(picture.getAttribute("aria-label"));
      let problem;                                  // Vega logs what goes wrong in a run and goes on
      view.error = error => { problem ??= error instanceof Error ? error : new Error(String(error)); };
      await pause();
      await view.runAsync();
      if (problem) throw problem;
      view.hold = () => hold(view, axes);
      view.release = () => axes.forEach(({ kept }) => view.data(kept, []));
      view.bends = typeof specification.width === "number";
      view.rises = typeof specification.height === "number" && Boolean(panel.closest(".stage-chart, .slide-panels"));
      view.named = hasRows(specification);
      view.step = specification.signals?.find(({ name }) => /(^|_)y_step$/.test(name))?.name;   // of rows that share the height
      await pause();
      await fit(view);
      return view;
    };
    /* An axis that follows what is drawn has a little inertia: it grows at once, and gets shorter only when a quarter of it would
       be empty, so that it does not tremble under a hand. What it keeps stands in a data set of its own. */
    const inert = specification => (specification.scales ?? []).filter(({ nice, domain }) => isStage && nice && (domain.field ?? domain.fields)).map(scale => {
      const fields = scale.domain.fields?.map(part => part.data ? part : { data: scale.domain.data, field: part }) ?? [scale.domain], kept = `kept_${scale.name}`;
      specification.data.push({ name: kept, values: [] });
      scale.domain = { fields: [...fields, { data: kept, field: "top" }] };
      return { kept, scale: scale.name, fields };
    });
    const hold = async (view, axes) => {
      for (const { kept, scale, fields } of axes) {
        const top = () => view.scale(scale).domain()[1], put = rows => view.data(kept, rows);
        const most = fields.flatMap(({ data, field }) => view.data(data).map(row => row[field] ?? 0)).reduce((one, other) => Math.max(one, other), 0);
        if (view.data(kept).length && most < FULL * top()) await put([]).runAsync();
        else if (view.data(kept)[0]?.top === top()) continue;
        put([{ top: top() }]);   // for the next run
      }
    };
    const fit = async view => {
      if (view.step && fills()) {
        const words = view.scale(view.step.replace(/_step$/, "")).domain(), rows = words.length || 1, least = words.some(word => word.includes("|")) ? 2 * SMALLEST : SMALLEST;
        const around = Number(holder.querySelector("svg").getAttribute("height")) - view.height();
        const step = Math.min(HIGHEST, Math.max(least, Math.floor((room.clientHeight - around) / rows)));
        if (step !== view.signal(view.step)) await view.signal(view.step, step).runAsync();
      }
      for (let turn = 0; turn < TURNS; turn++) {
        const [wide, high] = [widthFor(view), heightFor(view)];
        if (Math.abs(wide - view.width()) <= 4 && Math.abs(high - view.height()) <= 2) break;
        await view.width(wide).height(high).runAsync();
      }
      if (fills()) scrollsWhere(Number(holder.querySelector("svg").getAttribute("height")) > room.clientHeight + 4);
    };
    const widthFor = view => {
      if (!view.bends) return view.width();
      const left = view.origin()[0], axis = Math.min(Math.max(0, drawn() - left - view.width()), LABEL);
      const right = Math.max(axis, Math.min(besidePlot(left + view.width()), NAMES * room.clientWidth));
      return Math.max(NARROWEST, Math.floor(room.clientWidth - left - right));
    };
    const heightFor = view => {   // on the stage and on a slide a chart is as high as its room
      if (!view.rises || !fills()) return view.height();
      const around = Number(holder.querySelector("svg").getAttribute("height")) - view.height();
      return Math.max(LOWEST, (view.named ? view.scale("y").domain().length : 0) * SMALLEST, Math.floor(room.clientHeight - around));
    };
    /* Rows that do not fit into a low stage are scrolled, by keyboard too. */
    const scrollsWhere = isHigher => {
      room.classList.toggle("scrolls", isHigher);
      for (const [name, value] of [["tabindex", 0], ["role", "region"], ["aria-label", "All rows of this chart"]]) if (isHigher) room.setAttribute(name, value); else room.removeAttribute(name);
    };
    let columns = Math.max(1, fills() ? Math.min(5, Math.floor(room.clientWidth / 112)) : Math.min(3, Math.floor(room.clientWidth / 150)));
    let view = await build(columns);
    while (view.bends && drawn() > room.clientWidth + 1 && columns > 1) { view.finalize(); view = await build(--columns); }
    picture.remove();
    holder.className = "";
    let fitting = Promise.resolve();   // one after the other: two at once would undo each other's sizes
    view.fit = () => (fitting = fitting.then(() => fit(view)));   // for who gives it other data
    new ResizeObserver(() => requestAnimationFrame(view.fit)).observe(room);   // later: else Firefox reports a loop
    return view;
  }

  /* What sets one parameter: a slider, a box to tick, a list, or buttons of which one is chosen. */
  class Control {
    constructor(parts) {
      this.parts = parts;
      [this.first] = parts;
      this.kind = this.first.type;
      this.steps = this.first.step;
      this.exact = new Set();   // values between the steps that it may have all the same, such as a preset's
      this.choices = this.kind === "radio" ? parts : this.kind === "select-one" ? [...this.first.options] : undefined;
      for (const part of parts) part.addEventListener("input", () => { this.told = this.value; });
    }

    /* Say again what was said last: a browser may have put in what it remembers, and told nobody. */
    hold() { if (this.told !== undefined && this.value !== this.told) this.put(this.told); }

    get isNumber() { return this.kind === "range"; }
    get possible() { return this.choices?.map(choice => JSON.parse(choice.value)) ?? (this.isNumber ? undefined : [true, false]); }

    get value() {
      if (this.isNumber) return Number(this.first.value);
      return this.choices ? this.meaning(choice => choice.checked ?? choice.selected) : this.first.checked;
    }

    /* What it says before anybody has touched it. */
    get start() {
      if (this.isNumber) return Number(this.first.defaultValue);
      if (!this.choices) return this.first.defaultChecked;
      return this.meaning(choice => choice.defaultChecked ?? choice.defaultSelected) ?? (this.kind === "select-one" ? this.possible[0] : undefined);
    }

    meaning(holds) {
      const found = this.choices.find(holds);
      return found && JSON.parse(found.value);
    }

    /* Its name and what it says, as a reader sees them. */
    /* Of its own form: on a live page the same chart may stand twice. */
    get label() {
      const { first } = this, around = this.kind === "radio" ? first.closest("fieldset").querySelector("legend") : first.closest("label");
      return (around ?? first.form.querySelector(`label[for="${CSS.escape(first.id)}"]`)).textContent.trim();
    }

    get words() {
      if (this.isNumber) return book.number(this.value);
      if (!this.choices) return this.value ? "yes" : "no";
      const chosen = this.choices.find(choice => choice.checked ?? choice.selected);
      return (chosen.labels?.[0] ?? chosen).textContent.trim();
    }

    /* Whether it can say exactly this. */
    fits(value) {
      if (this.isNumber) return this.exact.has(value) || typeof value === "number" && Math.abs(Number(Object.assign(this.first.cloneNode(), { step: this.steps, value }).value) - value) < (this.steps === "any" ? 1e-9 : Number.MIN_VALUE);   // a browser may keep 15 digits
      return this.possible.includes(value);
    }

    put(value) {
      if (this.isNumber) this.putNumber(value);
      else if (!this.choices) this.first.checked = value;
      else for (const choice of this.choices) choice[this.kind === "radio" ? "checked" : "selected"] = JSON.parse(choice.value) === value;
    }

    /* A value between the steps stays exact until a hand moves the slider. */
    putNumber(value) {
      const { first, steps } = this;
      Object.assign(first, { step: steps, value });
      if (Number(first.value) === value) return;
      Object.assign(first, { step: "any", value });
      const moved = event => {
        if (event.type === "keydown" && !/^(Arrow|Page|Home|End)/.test(event.key)) return;
        first.step = steps;
        for (const kind of ["pointerdown", "keydown"]) first.removeEventListener(kind, moved);
      };
      for (const kind of ["pointerdown", "keydown"]) first.addEventListener(kind, moved);
    }

    tell() { for (const part of this.parts) part.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "told" })); }   // no hand did it
  }

  /* All controls of a figure, by the names of their parameters. */
  class Controls extends Map {
    constructor(form) {
      super();
      const parts = [...form.querySelectorAll("[data-param]")];
      for (const { dataset: { param } } of parts) if (!this.has(param)) this.set(param, new Control(parts.filter(part => part.dataset.param === param)));
    }

    /* What differs from the start, by name. */
    changes() { return Object.fromEntries([...this].filter(([, control]) => control.value !== control.start).map(([name, control]) => [name, control.value])); }

    allow(values) { return book.isObject(values) && Object.entries(values).every(([name, value]) => this.get(name)?.fits(value)); }

    /* Say this; what is not named goes to its start. All controls are set before the first of them tells. */
    put(changes) {
      for (const [name, control] of this) control.put(Object.hasOwn(changes, name) ? changes[name] : control.start);
      for (const control of this.values()) control.tell();
    }
  }

  const controlsOf = figure => figure.controls ??= new Controls(figure.querySelector("form.chart-controls"));

  /* What a figure shows stays with the tab: a reload and Back show it again, whatever the browser itself may remember.
     state() gives what is to be kept, or nothing where all is at its start; show() takes it back. */
  function keep({ figure, store, id, state, show }) {
    const write = () => { if (figure.isConnected) store.set(id, state()); };   // a live page may have put another in its place
    const read = () => { if (figure.isConnected) show(store.get(id)); };
    figure.addEventListener("chart:drawn", write);
    addEventListener("pagehide", write);
    store.hear(read);
    read();
    const isRead = performance.getEntriesByType("navigation")[0]?.domContentLoadedEventStart > 0;
    if (!isRead) addEventListener("DOMContentLoaded", () => { for (const control of controlsOf(figure).values()) control.hold(); write(); });
    return write;
  }

  const sound = (id, changes) => {
    const figure = document.getElementById(id);
    return Boolean(figure?.querySelector("form.chart-controls")) && controlsOf(figure).allow(changes);
  };
  const kept = new book.Store({ key: `book-chart ${location.pathname}`, area: "tab", sound });

  const inView = figure => figure.shownPanel ?? 0;
  const signalOf = ({ dataset: { param, field } }) => field ? `${param}_${field.replace(/\W/g, "_")}` : param;
  const valueOf = control => control.type === "range" ? Number(control.value)
    : control.type === "checkbox" ? control.checked : JSON.parse(control.value);
  const panelOf = view => ({ view, signals: new Set(Object.keys(view.getState({ signals: () => true, data: () => false }).signals)) });

  /* Where motion is welcome all numbers go from where they are to where they are put, in the chart in view; the others follow
     once it is there. `stale` are the numbers of the panels to be drawn: one that is on its way is drawn again. */
  function glideOf({ figure, panels, controls, stale }) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)");
    let way;   // since when, how much of it is behind, and from where each signal came
    const place = ({ view, signals }, share) => {
      for (const [signal, from] of way.from) {
        const to = valueOf(controls.get(signal).first);
        if (signals.has(signal)) view.signal(signal, share === 1 ? to : from + (to - from) * share);
      }
    };
    const settle = () => {
      for (const panel of panels) place(panel, 1);
      figure.stride = 1;
      way = undefined;
    };
    const goOn = panel => {
      if (!way) return;
      const part = Math.min((performance.now() - way.begun) / GLIDE, 1), eased = part * (2 - part), isInView = panel === inView(figure);
      place(panels[panel], isInView ? eased : 1);
      if (!isInView) return;
      figure.stride = (eased - way.eased) / (1 - way.eased);   // of what is left of the way, for rows that no signal moves
      way.eased = eased;
      if (part < 1) return stale.add(panel);
      settle();
      panels[panel].view.release();
    };
    const setOff = () => {
      panels.forEach(({ view }) => view.release());
      if (calm.matches) return;
      const { view, signals } = panels[inView(figure)];
      const from = [...controls].filter(([name, control]) => control.isNumber && signals.has(name)).map(([name]) => [name, view.signal(name)]);
      way = { begun: performance.now(), eased: 0, from };
    };
    /* At once where it glides to, for whoever reads from a chart what is meant: never what is on the way. */
    const arrive = () => {
      if (!way) return;
      settle();
      for (const panel of stale) panels[panel].view.run();
    };
    const moves = (panel, control) => Boolean(way) && panel === inView(figure) && control.type === "range";
    return { setOff, goOn, arrive, moves, isUnderWay: () => Boolean(way) };
  }

  /* Controls set signals; a burst of input events makes one run a frame. The frame itself draws the panel in view alone.
     When it has been painted the others follow, the longest waiting first, as many as fit into BUDGET but one at least;
     so the hand never waits for the slowest panel, and no panel waits for the hand to stop. After each run, and when
     all panels show what the controls say, the figure tells whoever listens (explorers.js). */
  function drawingOf({ figure, panels, stale, glide }) {
    const painted = new MessageChannel();
    let busy = false;
    const draw = async panel => {
      const { view } = panels[panel];
      stale.delete(panel);
      glide.goOn(panel);
      figure.beforeRun?.(panel);
      await view.runAsync();
      await view.hold();
      figure.dispatchEvent(new CustomEvent("chart:run", { detail: panel }));
    };
    const goOn = how => {
      busy = stale.size > 0;
      if (busy) how(); else figure.dispatchEvent(new CustomEvent("chart:drawn"));
    };
    const nextFrame = () => requestAnimationFrame(async () => {
      const panel = inView(figure);
      if (stale.has(panel)) await draw(panel);
      goOn(() => painted.port2.postMessage(0));
    });
    const drawOthers = async () => {
      const end = performance.now() + BUDGET;
      for (const panel of glide.isUnderWay() ? [] : [...stale].filter(waiting => waiting !== inView(figure))) {
        await draw(panel);
        if (performance.now() > end) break;
      }
      goOn(nextFrame);
    };
    painted.port1.onmessage = drawOthers;
    return () => {
      panels.forEach((_, panel) => stale.add(panel));
      if (!busy) nextFrame();
      busy = true;
    };
  }

  /* A control says its value in the output beside it, and to whoever hears it. */
  function tell(form, control) {
    const output = control.type === "range" && form.querySelector(`output[for="${control.id}"]`);
    const isYear = control.min >= 1900 && control.max <= 2100;   // no comma in 2025
    if (output && !control.dataset.unit) output.textContent = Number(control.value).toLocaleString("en", { useGrouping: !isYear });
    if (control.dataset.counts) control.setAttribute("aria-valuetext", book.written(Number(control.value), control.dataset.counts));
  }

  function connect(figure, views) {
    const form = figure.querySelector("form.chart-controls");
    if (!form) return;
    const panels = views.map(panelOf), controls = controlsOf(figure), stale = new Set();
    const glide = glideOf({ figure, panels, controls, stale }), drawAll = drawingOf({ figure, panels, stale, glide });
    Object.assign(figure, { glide: glide.setOff, isGliding: glide.isUnderWay, arrive: glide.arrive });
    book.on(form, "input", "[data-param]", control => {
      if (control.type === "radio" && !control.checked) return;
      tell(form, control);
      const signal = signalOf(control);
      panels.forEach(({ view, signals }, panel) => {
        if (signals.has(signal) && !glide.moves(panel, control)) view.signal(signal, valueOf(control));
      });
      drawAll();
    });
    form.addEventListener("reset", event => { event.preventDefault(); controls.put({}); });
    form.addEventListener("submit", event => event.preventDefault());
    if (figure.dataset.explorer) return;   // explorers.js goes on from here
    const state = () => { const changes = controls.changes(); return Object.keys(changes).length ? changes : undefined; };
    keep({ figure, store: kept, id: figure.id, state, show: (changes = {}) => controls.put(changes) });
    form.hidden = false;
  }

  /* Once for each figure, whoever asks first: the reader who comes near, or a page that needs its chart now. */
  const start = figure => (figure.starting ??= begin(figure));

  async function begin(figure) {
    try {
      const vega = await loadRuntime();
      await document.fonts?.load("12px 'Book Text'").catch(() => {});   // else labels would be measured in other letters
      const views = [];
      for (const panel of figure.querySelectorAll(".chart-panel")) views.push(await bringToLife(panel, vega));
      figure.views = views;
      connect(figure, views);
      figure.dispatchEvent(new CustomEvent("chart:live", { bubbles: true }));
      figure.dataset.state = "live";
    } catch (problem) {
      figure.dataset.state = "failed";
      figure.querySelectorAll(".chart-waiting").forEach(holder => holder.remove());
      figure.append(Object.assign(document.createElement("p"), {
        className: "chart-failed", textContent: `This chart stays a picture here: ${problem.message}.`,
      }));
    }
  }

  const near = new IntersectionObserver(entries => entries.forEach(entry => {
    if (!entry.isIntersecting) return;
    near.unobserve(entry.target);
    start(entry.target);
  }), { rootMargin: NEAR });
  document.querySelectorAll("figure.chart").forEach(figure => near.observe(figure));
  window.bookCharts = { start, prepare: loadRuntime, keep, controlsOf };   // for the charts that a live page makes later (explorable/live), and for explorers
})();
