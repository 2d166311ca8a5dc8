/* Guess, then see. Each question of the page takes an answer; what tells it is covered until then, and is not when the answer
   was given before, when the reader comes by a link into it, or asks to see everything. */
(() => {
  "use strict";
  const { element, button, on, UNKEPT } = book;
  const { fits, words, inUnit, sentence, difference, drawn, worst, made100, Pad, filled, letters, store, begun } = window.bookGuess;
  const answers = store();
  const FIRST = { line: "Draw a line first, or set a slider", number: "Move the handle first", shares: "Move a divider or type a share first" };
  const EDGE = 8;   // pixels that stay free between what is brought into the window and its edge
  const places = [...document.querySelectorAll(".guess[data-guess]")];
  const beginnings = begun(Object.fromEntries(places.map(place => JSON.parse(place.dataset.guess)).map(about => [about.id, about])));
  const asksToSee = () => new URLSearchParams(location.search).getAll("view").some(view => view.split(/[ ,]/).includes("shown"));

  class Question {
    constructor(place, page) {
      this.place = place;
      this.page = page;
      this.about = JSON.parse(place.dataset.guess);
      this.form = place.querySelector(".guess-form");
      this.said = place.querySelector(".guess-said");
      this.cover = [...document.querySelectorAll(".guess-answer")].find(one => one.dataset.answers === this.about.id);
      this.said.tabIndex = -1;
      this.asks = element("div", { className: "guess-asks", role: "group" });
      this.asks.setAttribute("aria-label", place.querySelector("p").textContent);
      this.after = element("div", { className: "guess-after" });
      this.message = element("p", { className: "explorer-message", role: "status" });
      this.words = Object.fromEntries(Array.from(this.form.querySelectorAll("[data-word]"), ({ dataset, textContent }) => [dataset.word, textContent]));   // of its buttons: guess.html
      this.form.replaceChildren(this.asks, this.after, this.message);
      this.form.addEventListener("submit", event => event.preventDefault());
      on(this.form, "keydown", "input:is([type=range], [type=number])", (input, event) => { if (event.key === "Enter") { event.preventDefault(); this.commit(); } });
      this.form.hidden = false;
      this.build();
    }

    get value() {
      const value = answers.get(this.about.id);
      return value !== undefined && fits(this.about, value) ? value : undefined;
    }

    get state() {
      if (this.value === null) return "waived";
      if (this.value !== undefined) return "answered";
      return this.isShown ? "shown" : "asked";
    }

    // What takes the answer

    /* A guess that was begun and not given stays with the tab. */
    begin(guess) {
      this.guess = guess;
      beginnings.set(this.about.id, guess);
      this.tell("");
    }

    build() {
      this.guess = beginnings.get(this.about.id);
      const parts = { number: () => this.slider(), choice: () => this.choices(), line: () => this.drawing(), shares: () => this.shares() }[this.about.kind]();
      const waive = button(this.words.waive, () => this.answer(null), { className: "chart-button guess-waive" });
      const all = this.page.first(this) ? [button(this.words.all, () => this.page.showAll(), { className: "chart-button guess-waive" })] : [];
      const commit = this.about.kind === "choice" ? [] : [button(this.words.commit, () => this.commit(), { "data-action": "commit", className: "chart-button guess-commit" })];
      this.asks.replaceChildren(...parts, element("div", { className: "guess-buttons" }, ...commit, waive, ...all));
    }

    choices() {
      const { options } = this.about;
      return [element("div", { className: "guess-options" }, ...letters(options).map((letter, place) =>
        button(options[place], () => this.answer(letter), { className: "chart-button guess-option", value: letter })))];
    }

    range(name, more, heard) {
      const { min, max, step } = this.about, output = element("output", {}, "–");
      const input = element("input", { type: "range", min, max, step: step ?? 1, "aria-label": name, "aria-valuetext": "no guess yet", ...more });
      const put = value => {
        input.value = value;
        input.dataset.answered = "";
        output.textContent = inUnit(this.about, Number(value));
        input.setAttribute("aria-valuetext", output.textContent);
      };
      const take = () => {
        put(input.value);
        heard(Number(input.value));
      };
      for (const kind of ["input", "click"]) input.addEventListener(kind, take);   // a click on the handle itself moves nothing
      return { input, output, put };
    }

    slider() {
      const { min, max } = this.about, middle = (min + max) / 2;
      const { input, output, put } = this.range("Your guess", { value: middle }, value => this.begin(value));
      if (this.guess !== undefined) put(this.guess);
      return [element("div", { className: "guess-range" }, element("span", { className: "guess-end" }, inUnit(this.about, min)), input,
        element("span", { className: "guess-end" }, inUnit(this.about, max)), output)];
    }

    drawing() {
      const { about } = this, rows = [];
      const values = Array.from(about.right, (_, place) => this.guess?.[place] ?? undefined);
      if (this.guess) this.guess = values;
      const show = () => { for (const [place, { put }] of rows) if (values[place] !== undefined) put(values[place]); };
      const pad = new Pad(about, { values, isOpen: () => true, drawn: () => { show(); this.begin(values); } });
      for (let place = about.given; place < about.right.length; place++) {
        const row = this.range(`${about.steps[place]}: your guess`, { value: about.right[about.given - 1] }, value => { values[place] = value; this.begin(values); pad.show(); });
        rows.push([place, row]);
      }
      show();
      const known = about.steps.slice(0, about.given).map((step, place) => `${step}: ${inUnit(about, about.right[place])}`).join("; ");
      return [pad.element, element("details", { className: "guess-steps" }, element("summary", {}, "Or set it with sliders, one a step"),
        element("p", {}, `Known: ${known}.`), ...rows.map(([place, row]) => element("div", { className: "guess-range" }, element("span", { className: "guess-end" }, about.steps[place]), row.input, row.output)))];
    }

    /* One bar that always makes 100 %, with a number below each part. */
    shares() {
      const { options, means } = this.about;
      const all = new book.Shares({ names: options, means, put: shares => this.begin(shares.map(share => 100 * share)) });
      all.show(this.guess?.map(share => share / 100) ?? options.map(() => 1 / options.length));
      return [all.element];
    }

    commit() {
      const { about, guess } = this;
      if (guess === undefined) return this.tell(`${FIRST[about.kind]}, or choose “Just show me”.`);
      this.answer(about.kind === "line" ? filled(about, guess) : about.kind === "shares" ? made100(guess, -1) : guess);
    }

    // What comes of it

    answer(value) {
      const kept = answers.set(this.about.id, value);
      beginnings.set(this.about.id, undefined);
      this.show();
      this.page.tellWorst();
      this.tell(kept ? "" : UNKEPT);
      this.said.focus({ preventScroll: true });
      this.bring();
    }

    /* The picture that was covered comes into the window, below the sentence that answers; where all of it is in view nothing moves. */
    bring() {
      const picture = this.cover?.querySelector("figure.chart"), head = document.querySelector(".bd-header-article")?.offsetHeight ?? 0;
      const below = (picture?.getBoundingClientRect().bottom ?? 0) - innerHeight;
      if (below > 0) scrollBy({ top: Math.min(below + EDGE, this.said.getBoundingClientRect().top - head - EDGE), behavior: "instant" });
    }

    again() {
      this.isShown = false;
      answers.set(this.about.id, undefined);
      beginnings.set(this.about.id, undefined);
      this.page.forgetView();
      this.build();
      this.show();
      this.page.tellWorst();
      this.asks.querySelector("button, input").focus();
    }

    tell(text) { this.message.textContent = text; }

    show() {
      const { state, value, about } = this, isAsked = state === "asked";
      this.place.dataset.state = state;
      if (this.cover) this.cover.dataset.state = isAsked ? "covered" : "open";
      this.asks.hidden = !isAsked;
      this.said.textContent = isAsked ? "" : sentence(about, value);
      this.after.hidden = isAsked;
      this.after.replaceChildren(...isAsked ? [] : [...drawn(about, value), button(state === "answered" ? "Guess again" : "Cover it, and guess", () => this.again(), { className: "chart-button guess-waive" })]);
      this.mark();
    }

    /* The guess stays in the chart, as a dashed line across its axis. */
    mark() {
      const { about, value, cover } = this, figure = cover?.querySelector("figure.chart");
      figure?.querySelectorAll(".guess-in-chart").forEach(old => old.remove());
      if (!figure?.views || !about.axis || typeof value !== "number") return;
      const [view] = figure.views, room = figure.querySelector(".chart-view"), svg = room.querySelector("svg");
      let at;
      try { at = view.scale(about.axis)(value); } catch { return; }   // a chart of several parts has no such scale
      const [left, top] = view.origin(), scale = svg.clientWidth / Number(svg.getAttribute("width")) || 1;
      if (!Number.isFinite(at)) return;
      const line = element("div", { className: "guess-in-chart", "data-axis": about.axis, "aria-hidden": "true" }, element("span", {}, `you: ${words(about, value)}`));
      const [x, y] = about.axis === "x" ? [left + at, top] : [left, top + at];
      Object.assign(line.style, { left: `${x * scale}px`, top: `${y * scale}px`, [about.axis === "x" ? "height" : "width"]: `${scale * (about.axis === "x" ? view.height() : view.width())}px` });
      room.append(line);
    }
  }

  class Page {
    constructor(asked) {
      this.places = asked;
      this.questions = [];
      for (const place of asked) this.questions.push(new Question(place, this));
      if (asksToSee()) for (const question of this.questions) question.isShown = true;
      this.arrive();
      addEventListener("hashchange", () => this.arrive());
      answers.hear(() => this.show());
      beginnings.hear(() => { for (const question of this.questions) if (question.state === "asked") question.build(); });
      addEventListener("load", () => this.arrive());   // by then the browser has found the place that the address names
      document.addEventListener("chart:live", () => this.mark());
      let waits;
      addEventListener("resize", () => { waits ??= requestAnimationFrame(() => { waits = undefined; this.mark(); }); });
    }

    first(question) { return question.place === this.places[0]; }

    /* Whoever comes by a link, or from a search, to a place under a cover finds it open. */
    arrive() {
      const target = document.querySelector(":target");   // the browser reads the address, however damaged
      for (const question of this.questions)
        if (target && question.cover?.contains(target)) question.isShown = true;
      this.show();
      if (target && target.closest(".guess-answer")) target.scrollIntoView();
    }

    show() {
      for (const question of this.questions) question.show();
      this.tellWorst();
    }

    /* At the end of a page that asks for it: what was off most. */
    tellWorst() {
      for (const place of document.querySelectorAll(".guesses-worst")) {
        const guesses = Object.fromEntries(this.questions.map(({ about }) => [about.id, about]));
        const given = Object.fromEntries(this.questions.filter(({ state }) => state === "answered").map(({ about, value }) => [about.id, value]));
        const found = worst(given, guesses);
        place.hidden = !found;
        place.textContent = found ? `You were off most here: ${difference(guesses[found[1]], found[2])}. ${sentence(guesses[found[1]], found[2])}` : "";
      }
    }
    mark() { for (const question of this.questions) question.mark(); }

    view(change) {
      const here = new URL(location.href);
      change(here.searchParams);
      try { history.replaceState(history.state, "", here); } catch { /* then the link does not say so */ }
    }

    showAll() {
      const open = this.questions.filter(({ state }) => state === "asked");
      const kept = answers.change(open.map(({ about }) => [about.id, null]));
      beginnings.change(open.map(({ about }) => [about.id, undefined]));
      this.view(search => { if (!asksToSee()) search.append("view", "shown"); });
      this.show();
      this.questions[0].tell(kept ? "Everything on this page is shown." : UNKEPT);
      this.questions[0].said.focus({ preventScroll: true });
      this.questions[0].bring();
    }

    forgetView() {
      if (!asksToSee()) return;
      this.view(search => { const left = search.getAll("view").filter(view => view !== "shown"); search.delete("view"); left.forEach(view => search.append("view", view)); });
    }
  }

  if (places.length) window.bookGuesses = new Page(places);
})();
