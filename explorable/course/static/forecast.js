/* The page with the questions: sliders that answer, and the reader's forecast saved, loaded, passed on and kept. What is kept
   and how it is written stands in forecast-record.js. */
(() => {
  "use strict";
  const { element, button, counted, on, UNKEPT } = book;
  const record = window.bookForecast;
  const SLIDER = "input[data-question]";
  const KEEP = "Keep mine", TAKE = "Take this", BOTH = "Keep both";
  const FROM = { link: "from the link", file: "from the file", own: "the one that you had before" };

  /* An answer in words: "70 %: 7 of 10 such cases". */
  function words(answer) {
    if (answer === undefined) return "no answer yet";
    const percent = Math.round(1e4 * answer) / 100, said = `${book.number(percent, 4)} %`;
    if (percent === 0 || percent === 100) return `${said}: it ${percent ? "must" : "cannot"} happen`;
    return percent % 10 === 0 ? `${said}: ${percent / 10} of 10 such cases` : percent % 1 === 0 ? `${said}: ${percent} of 100 such cases` : said;
  }

  /* What a hand does. A slider that is moved answers; a click on the handle where it stands, Enter or Space answers, too (settle);
     Delete takes back. A finger has answered when it is lifted: it may be about to scroll the page, and then the slider,
     which browsers move at the first touch, goes back (show). */
  function hear(form, { show, preview, give, settle, takeBack }) {
    let held;   // the slider that is pressed, by what, and whether it moved
    form.addEventListener("pointerdown", event => {
      const input = event.target.closest?.(SLIDER);   // not so for a click on the question's words, which browsers hand on to the slider
      if (event.isPrimary) held = input && event.button === 0 ? { input, byMouse: event.pointerType === "mouse", hasMoved: false } : undefined;
    });
    on(form, "input", SLIDER, input => {
      if (input !== held?.input) return give(input);
      held.hasMoved = true;
      (held.byMouse ? give : preview)(input);
    });
    addEventListener("pointerup", ({ isPrimary }) => {
      if (!held || !isPrimary) return;
      (held.hasMoved ? give : settle)(held.input);
      held = undefined;
    });
    addEventListener("pointercancel", ({ isPrimary }) => {
      if (!held || !isPrimary) return;
      held = undefined;
      show();
    });
    on(form, "click", "[data-back]", back => {
      const input = form.querySelector(`[data-question="${back.dataset.back}"]`);
      takeBack(input);
      input.focus();   // the button is gone
    });
    on(form, "keydown", SLIDER, (input, event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const work = { Enter: settle, " ": settle, Delete: takeBack, Backspace: takeBack }[event.key];
      if (!work) return;
      event.preventDefault();   // Space would scroll
      work(input);
    });
  }

  function questions(form) {
    const sliders = new Map([...form.querySelectorAll(SLIDER)].map(input => [input.dataset.question, input])), ids = [...sliders.keys()];
    const { mine, other } = record.stores(ids);
    const line = form.querySelector(".explorer-message"), say = book.speaker(line);
    const places = {   // where to speak of a forecast that came, and to ask: where it came in
      link: { line: form.querySelector(".forecast-arrived"), asked: form.querySelector(".forecast-arrival") },
      file: { line, asked: form.querySelector(".forecast-loaded") },
    };

    // What is shown

    function showAnswer(input, answer) {
      const text = words(answer);
      input.value = answer === undefined ? 50 : 100 * answer;
      input.setAttribute("aria-valuetext", text);
      input.toggleAttribute("data-answered", answer !== undefined);
      input.style.setProperty("--said", `${answer === undefined ? 0 : 100 * answer}%`);
      form.querySelector(`output[for="${input.id}"]`).textContent = text;
    }

    function showSecond() {
      const kept = other.all(), second = form.querySelector(".forecast-second");
      second.hidden = !record.count(kept);
      second.querySelector("span").textContent = `A second forecast, ${FROM[kept.source] ?? FROM.own}, is ${other.isKept ? "kept" : "held"} beside yours`
        + `${other.isKept ? "" : " as long as this page is open"}. ${record.standing(kept, other.isKept)}`;
    }

    function show() {
      const kept = mine.all();
      sliders.forEach((input, id) => showAnswer(input, kept[id]));
      form.querySelector(".forecast-standing").textContent = record.standing(kept, mine.isKept);
      showSecond();
    }

    const forgetUndo = () => form.querySelectorAll("[data-undo]").forEach(one => one.remove());
    const answer = (input, value) => {
      const id = input.dataset.question, kept = mine.all();
      if (kept[id] === value) return;
      forgetUndo();
      say(...(mine.change(record.answered(kept, id, value, record.moment())) ? [] : [UNKEPT]));
      show();
    };

    // A forecast that comes with a link or a file

    /* Say something, and lead the reader to it: it came from elsewhere, or the button that was pressed is gone. */
    function answerAt(place, ...parts) {
      place.replaceChildren(...parts);
      place.tabIndex = -1;
      place.focus();
    }

    /* Do something to the two forecasts, say so, and offer to undo it. */
    function put(place, said, work) {
      const before = [mine.all(), other.all()];
      forgetUndo();
      const isKept = work();
      show();
      const undo = button("Undo", () => {
        mine.replace(before[0]);
        other.replace(before[1]);
        show();
        answerAt(place, "It is as it was before.");
      });
      undo.dataset.undo = "";
      answerAt(place, said, " ", ...(isKept ? [] : [UNKEPT, " "]), undo);
    }

    async function take(incoming, source) {
      const { line: answerLine, asked } = places[source];
      const found = counted(record.count(incoming.answers), "answer");
      const arrived = () => record.received(incoming, mine.all(), record.moment());
      const replace = () => put(answerLine, `${found} came with the ${source}.`, () => mine.replace(arrived()));
      if (!record.count(mine.all())) return replace();
      if (record.same(incoming.answers, mine.all())) return answerAt(answerLine, `The ${source} holds the same answers that you have here.`);
      if (record.same(incoming.answers, other.all())) return answerAt(answerLine, `The answers of the ${source} are kept beside yours already.`);
      const text = `The ${source} holds ${found}, and you have a forecast of your own that differs. Which one should stand here?`
        + (record.count(other.all()) ? " “Keep both” puts it in the place of the second forecast that is kept beside yours." : "");
      const chosen = await book.ask({ place: asked, text, choices: [KEEP, TAKE, BOTH] });
      if (chosen === KEEP) answerAt(answerLine, "Your answers are as they were.");
      if (chosen === TAKE) replace();
      if (chosen === BOTH) put(answerLine, "Yours stands in the sliders, and the other beside it.", () => other.replace({ ...arrived(), source }));
    }

    const takeIfSound = async (source, incoming) => {
      try { await take(await incoming(), source); }
      catch (problem) { answerAt(places[source].line, `The ${source} could not be used: ${problem.message}. Your answers are as they were.`); }
    };

    // Buttons

    function commit() {
      const given = record.count(mine.all()), open = sliders.size - given, now = record.moment();
      if (!given) return say("Answer at least one question first.");
      forgetUndo();
      const isKept = mine.change([["committed", true], ["kept", now]]);
      show();
      if (!isKept) return say(UNKEPT);
      say(`Your forecast is kept in this browser${open ? `; ${counted(open, "question has", "questions have")} no answer` : ""}. Read on; at the end comes `,
        element("a", { href: "scores.html" }, "your score"), ".");
    }

    async function erase() {
      const isSome = [mine, other].some(store => record.count(store.all()));
      if (isSome && !await book.sure({ place: places.file.asked, what: "all answers of this page, also the second forecast if there is one" })) return;
      form.querySelectorAll(".book-question").forEach(asked => asked.answered());
      const isGone = [mine.erase(), other.erase()].every(Boolean);
      show();
      places.link.line.replaceChildren();
      say(isGone ? "Erased. Nothing of your forecast is left in this browser." : "Erased in this page; this browser did not let it erase what is kept. Its settings for this site can.");
    }

    function save() {
      book.save({ name: "forecast.json", text: record.written(mine.all()) });
      say("Saved as a file.");
    }

    const copyLink = () => book.copy({ text: book.address() + record.link(mine.all()), say, done: "The link is copied; it holds your answers." });
    const ifAnswered = work => () => record.count(mine.all()) ? work() : say("Answer at least one question first.");

    function swap() {
      const { source: _, ...second } = other.all(), first = mine.all();
      put(places.link.line, "The two are swapped.", () => [mine.replace(second), other.replace({ ...first, source: "own" })].every(Boolean));
    }
    const forget = () => put(places.link.line, "The second forecast is forgotten.", () => other.erase());

    const actions = { commit, erase, swap, forget, save: ifAnswered(save), link: ifAnswered(copyLink) };
    on(form, "click", "[data-action]", ({ dataset }) => actions[dataset.action]?.());
    on(form, "change", "[data-action=load]", async input => {
      const [file] = input.files;
      if (file) await takeIfSound("file", async () => record.parse(await book.text(file), ids));
      input.value = "";
    });
    form.addEventListener("submit", event => event.preventDefault());
    const said = input => Number(input.value) / 100, give = input => answer(input, said(input));
    const settle = input => { if (mine.get(input.dataset.question) === undefined) give(input); };
    hear(form, { show, give, settle, preview: input => showAnswer(input, said(input)), takeBack: input => answer(input, undefined) });

    const heard = () => { forgetUndo(); show(); };
    mine.hear(heard);
    other.hear(heard);
    show();
    form.hidden = false;
    book.links("forecast", parts => takeIfSound("link", () => record.fromLink(parts, ids)));
  }

  document.querySelectorAll("form.forecast").forEach(questions);
})();
