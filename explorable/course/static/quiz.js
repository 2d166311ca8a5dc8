/* The quiz of a chapter. What a reader tried is kept in this browser only, for each question in order:
   {"recruitment-q1": ["b", "a"]}, and saved as the file that the book's module quiz reads. What is chosen and not yet checked
   stays with the tab. Options stand in an order of this browser's own, drawn at the first choice: no two neighbours can
   copy places from each other. */
(() => {
  "use strict";
  const { format, version, options } = window.bookQuiz;
  const isOption = (id, letter) => Object.hasOwn(options, id) && [..."abcdefghijklmnopqrstuvwxyz"].slice(0, options[id]).includes(letter);
  const isList = (id, tried) => Array.isArray(tried) && tried.length > 0 && new Set(tried).size === tried.length && tried.every(letter => isOption(id, letter));
  const answers = new book.Store({ key: "book-quiz", sound: isList });
  const order = new book.Store({ key: "book-quiz-order", sound: (name, seed) => name === "seed" && Number.isSafeInteger(seed) });
  const drawn = Math.floor(Math.random() * 2 ** 31), seed = () => order.get("seed") ?? drawn;
  const chosen = new book.Store({ key: "book-quiz-chosen", sound: isOption, area: "tab" });

  /* Where an option stands for this reader: a number that seed, question and letter decide (FNV-1a, mixed once more). */
  function place(id, letter) {
    let hash = 2166136261 ^ seed();
    for (const sign of `${id} ${letter}`) hash = Math.imul(hash ^ sign.charCodeAt(0), 16777619);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    return (hash ^ (hash >>> 13)) >>> 0;
  }
  const mix = (id, parts, letterOf) => {
    const sorted = [...parts].sort((one, other) => place(id, letterOf(one)) - place(id, letterOf(other)));
    if (sorted.some((part, index) => part !== parts[index])) parts[0].before(...sorted);
  };

  /* The questions stand all over the page, each in a form of its own; the last form tells what came of them. */
  function quiz(forms) {
    const last = forms.at(-1), all = selector => forms.flatMap(form => [...form.querySelectorAll(selector)]), only = selector => all(selector)[0];
    const questions = new Map(all("[data-question]").map(question => [question.dataset.question, question]));
    const ids = [...questions.keys()], idOf = part => part.closest("[data-question]").dataset.question;
    const right = id => only(`[data-answer="${id}"] [data-right]`).dataset.option;
    const word = (id, letter) => only(`[data-answer="${id}"] [data-option="${letter}"] .quiz-word`).textContent;
    const say = book.speaker(last.querySelector(".explorer-message"));
    const feedback = id => questions.get(id).querySelector(".quiz-feedback");
    const checked = id => questions.get(id).querySelector("input:checked")?.value;
    const goals = JSON.parse(last.dataset.goals), goalsOf = id => questions.get(id).dataset.objectives.split(" ");
    let kept = book.keeps();

    for (const [id, question] of questions) {
      if (question.contains(document.activeElement)) continue;   // under a hand nothing changes its place
      mix(id, [...question.querySelectorAll(".quiz-option")], part => part.querySelector("input").value);
      mix(id, all(`[data-answer="${id}"] [data-option]`), part => part.dataset.option);
    }

    /* One line for each objective that was asked for: how many were right at the first try, and where to read again. */
    function showGoals(done, first) {
      const rows = Object.entries(goals).map(([number, [text, anchor, section]]) => {
        const asked = done.filter(id => goalsOf(id).includes(number)), hit = first.filter(id => goalsOf(id).includes(number));
        if (!asked.length) return "";
        const again = hit.length < asked.length && document.getElementById(anchor) ? [" Read again: ", book.element("a", { href: `#${anchor}` }, section), "."] : [];
        return book.element("li", {}, `${text}: ${hit.length} of ${asked.length} right at the first try.`, ...again);
      });
      last.querySelector(".quiz-goals").replaceChildren(...rows.filter(Boolean));
    }

    /* Where the page still waits for an answer. */
    function showOpen(open) {
      const links = open.filter(id => !last.contains(questions.get(id))).flatMap(id => [", ", book.element("a", { href: `#question-${id}` }, `question ${ids.indexOf(id) + 1}`)]);
      last.querySelector(".quiz-open")?.replaceChildren(...links.length ? ["Still open: ", ...links.slice(1), "."] : []);
    }
    function showQuestion(question, id) {
      const tried = answers.get(id) ?? [], choice = chosen.get(id) ?? tried.at(-1);
      const told = tried.includes(choice) ? choice : tried.at(-1);
      question.querySelectorAll("input").forEach(input => { input.checked = input.value === choice; });
      question.dataset.state = !told ? "open" : told === right(id) ? "right" : "wrong";
      feedback(id).textContent = !told ? "" : `${told === right(id) ? "Right." : "Not this one."} ${word(id, told)}${kept || last.contains(question) ? "" : ` ${book.UNKEPT}`}`;
    }
    function show() {
      questions.forEach(showQuestion);
      const done = ids.filter(id => answers.get(id)), first = done.filter(id => answers.get(id)[0] === right(id));
      last.querySelector(".quiz-score").textContent = done.length
        ? `${done.length} of ${ids.length} answered, ${first.length} right at the first try.` : `${book.counted(ids.length, "question")}, none answered yet.`;
      showGoals(done, first);
      for (const one of forms) for (const fold of one.querySelectorAll(".quiz-answers")) fold.hidden = ![...one.querySelectorAll("[data-question]")].every(part => done.includes(idOf(part)));
      showOpen(ids.filter(id => !done.includes(id)));
      last.querySelector(".quiz-kept").textContent = kept ? "Your answers are kept in this browser and nowhere else." : "";
    }
    const actions = {
      check(button) {
        const id = idOf(button), letter = checked(id);
        if (!letter) { feedback(id).textContent = "Choose an option first."; return; }
        chosen.set(id, letter);
        kept = answers.set(id, [...new Set([...(answers.get(id) ?? []), letter])]);
        show();
        say(kept ? "" : book.UNKEPT);
      },
      again() {
        chosen.change(ids.map(id => [id, undefined]));
        const written = answers.change(ids.map(id => [id, undefined]));
        kept = written && book.keeps();
        show();
        say(`This quiz is as new; your answers to others are as they were. ${kept ? "" : book.UNKEPT}`);
      },
      save() {
        const given = answers.all();
        if (!Object.keys(given).length) return say("There is nothing to save yet: check an answer first.");
        book.save({ name: "quiz.json", text: `${JSON.stringify({ format, version, answers: given }, null, 2)}\n` });
        say("Saved as a file.");
      },
      async erase() {
        const isSome = Object.keys(answers.all()).length > 0;
        if (isSome && !await book.sure({ place: last, what: "your answers to the quizzes of all pages" })) return;
        const gone = [chosen.erase(), answers.erase(), order.erase()].every(Boolean);
        show();
        say(gone ? "Erased. None of your answers is left in this browser." : "This browser does not let go of your answers: erase the data of this site in its settings.");
      },
    };
    for (const id of ids) if (checked(id)) chosen.set(id, checked(id));   // sooner than this script
    for (const one of forms) {
      book.on(one, "change", "input[type=radio]", input => {
        if (order.get("seed") === undefined) order.set("seed", drawn);
        chosen.set(idOf(input), input.value);
      });
      book.on(one, "click", "[data-action]", button => actions[button.dataset.action](button));
      one.addEventListener("submit", event => event.preventDefault());
    }
    all("[data-action=check], .quiz-toolbar").forEach(part => { part.hidden = false; });
    answers.hear(show);
    chosen.hear(show);
    show();
  }

  const forms = [...document.querySelectorAll("form.quiz")];
  if (forms.length) quiz(forms);
})();
