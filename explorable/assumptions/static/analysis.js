/* What is open, what matters and where it flips, in the page: the twin of explorable/assumptions/*.py, held equal to it by tests.
   explorable.makeEngine(model) takes a model that Python wrote (explorable/assumptions/engine.py) and returns its engine.
   "held" is an object id → number of what a reader holds; all else is open. Values are shares 0–1, and units of the model. */
(() => {
  "use strict";
  const explorable = globalThis.explorable ??= {};

  /* There is nothing to rank; the message says why, and is to be shown. */
  class Settled extends Error {}

  const sum = numbers => numbers.reduce((total, number) => total + number, 0);
  const mean = numbers => sum(numbers) / numbers.length;
  function spread(numbers) {   // variance
    const middle = mean(numbers);
    return numbers.reduce((total, number) => total + (number - middle) ** 2, 0) / numbers.length;
  }
  const evenly = (low, high, count) => Array.from({ length: count + 1 }, (_, at) => at === count ? high : at * ((high - low) / count) + low);
  const kept = (store, key, make) => {
    if (!store.has(key)) store.set(key, make());
    return store.get(key);
  };

  // Points: unsigned 32-bit integers, as points.py makes them

  function directions(dimension, polynomials) {
    if (dimension === 0) return Array.from({ length: 32 }, (_, bit) => (1 << (31 - bit)) >>> 0);
    const [polynomial, ...first] = polynomials[dimension - 1], degree = first.length;
    const numbers = first.map((number, bit) => (number << (31 - bit)) >>> 0);
    for (let bit = degree; bit < 32; bit += 1) {
      let number = numbers[bit - degree] ^ (numbers[bit - degree] >>> degree);
      for (let back = 1; back < degree; back += 1) if ((polynomial >> (degree - back)) & 1) number ^= numbers[bit - back];
      numbers.push(number >>> 0);
    }
    return numbers;
  }

  function reversedBits(number) {
    number = ((number >>> 1) & 0x55555555) | ((number & 0x55555555) << 1);
    number = ((number >>> 2) & 0x33333333) | ((number & 0x33333333) << 2);
    number = ((number >>> 4) & 0x0F0F0F0F) | ((number & 0x0F0F0F0F) << 4);
    number = ((number >>> 8) & 0x00FF00FF) | ((number & 0x00FF00FF) << 8);
    return (number >>> 16) | (number << 16);
  }

  function scrambled(number, seed) {
    number = (reversedBits(number) + seed) | 0;
    number ^= Math.imul(number, 0x6C50B47C);
    number ^= Math.imul(number, 0xB82F1E52);
    number ^= Math.imul(number, 0xC7AFE638);
    number ^= Math.imul(number, 0x8D22F6E6);
    return reversedBits(number) >>> 0;
  }

  function seedOf(dimension, seed) {
    let number = (seed + dimension) >>> 0;
    number = Math.imul(number ^ (number >>> 16), 0x7FEB352D) >>> 0;
    number = Math.imul(number ^ (number >>> 15), 0x846CA68B) >>> 0;
    return (number ^ (number >>> 16)) >>> 0;
  }

  function integers(count, dimension, { polynomials, seed }) {
    const numbers = directions(dimension, polynomials), own = seedOf(dimension, seed), result = new Uint32Array(count);
    for (let place = 0; place < count; place += 1) {
      let number = 0;
      for (let bit = 0; place >>> bit; bit += 1) if ((place >>> bit) & 1) number ^= numbers[bit];
      result[place] = scrambled(number, own);
    }
    return result;
  }

  const units = (count, dimension, points) => Float64Array.from(integers(count, dimension, points), number => (number + 0.5) / 2 ** 32);

  // Draws: points turned into values, as draws.py does

  const SHAPES = {
    split(unit, { low, middle, high }) {
      const turn = 2 * unit - 1, up = (Math.abs(turn) + turn) / 2, down = (Math.abs(turn) - turn) / 2;
      return middle + up * (high - middle) - down * (middle - low);
    },
    triangle(unit, { low, middle, high }) {
      const width = high - low, left = middle - low;
      return unit * width < left ? low + (unit * width * left) ** 0.5 : high - ((1 - unit) * width * (high - middle)) ** 0.5;
    },
    flat: (unit, { low, high }) => low + unit * (high - low),
  };

  /* Shares that sum to 1, every mixture equally likely: one array a share. */
  function mixed(parts) {
    const weights = parts.map(part => part.map(unit => -Math.log(1 - unit))), totals = new Float64Array(parts[0].length);
    for (const weight of weights) weight.forEach((number, at) => { totals[at] += number; });
    return weights.map(weight => weight.map((number, at) => number / totals[at]));
  }

  /* Levels go up. No order of all values is needed, but those at a few places: each is looked for above the one before. */
  function quantiles(values, levels) {
    const found = Float64Array.from(values), last = found.length - 1, places = levels.map(level => Math.floor(level * last));
    places.forEach((place, at) => putInPlace(found, place, places[at - 1] ?? 0));
    return levels.map((level, at) => {
      const place = places[at], beyond = level * last - place;
      if (!beyond) return found[place];
      let next = Infinity;   // the least of those above, of which none lies beyond the next place
      for (let above = place + 1, end = places[at + 1] > place ? places[at + 1] : last; above <= end; above += 1) if (found[above] < next) next = found[above];
      return found[place] + (next - found[place]) * beyond;
    });
  }

  /* Put the number that would stand there in order at a place, the smaller before it and the larger behind it (C. A. R. Hoare,
     Algorithm 65, 1961); all before "low" is so already. */
  function putInPlace(numbers, place, low) {
    let high = numbers.length - 1;
    while (low < high) {
      const [one, two, three] = [numbers[low], numbers[(low + high) >> 1], numbers[high]];
      const pivot = Math.max(Math.min(one, two), Math.min(Math.max(one, two), three));
      let up = low, down = high;
      while (up <= down) {
        while (numbers[up] < pivot) up += 1;
        while (numbers[down] > pivot) down -= 1;
        if (up > down) break;
        const number = numbers[up];
        numbers[up] = numbers[down];
        numbers[down] = number;
        up += 1;
        down -= 1;
      }
      if (place <= down) high = down; else if (place >= up) low = up; else return;
    }
  }

  const placeOf = (values, value) => {
    let below = 0;
    for (const each of values) below += each < value;
    return below / values.length;
  };

  // The model over many values: a step is filled anew only where something that it is made of has changed

  const MOMENTS = 8;   // of as many moments the steps that hang on time are kept

  /* The steps of a model by name: { name, of, fill, timed, needs }, where "needs" are all steps that one is made of, and itself last. */
  function planned(model) {
    const steps = new Map();
    for (const [name, { of, fill }] of Object.entries(model.steps)) {   // what a step is made of stands before it
      const below = of.map(part => steps.get(part)).filter(Boolean);
      const step = { name, of, fill, timed: of.includes(model.time) || below.some(({ timed }) => timed) };
      steps.set(name, Object.assign(step, { needs: [...new Set([...below.flatMap(({ needs }) => needs), step])] }));
    }
    return steps;
  }

  class Sheet {
    constructor(model, count) {
      Object.assign(this, { model, count, clock: 0, given: {}, earlier: new Map() });
      this.columns = new Map([[model.time, { stamp: 0 }]]);   // of inputs, and of steps as they were last asked for
    }

    /* Give inputs their arrays. Whether one has changed is seen by the array itself, not by what is in it. */
    give(given) {
      for (const id in given) if (this.given[id] !== given[id]) this.columns.set(id, { values: this.given[id] = given[id], stamp: this.clock += 1 });
      return this;
    }

    /* The array of one result of a program. It is the sheet's own and changes with the next call: copy what is to stay. */
    result(program, name, time) {
      const { needs } = this.model.planned.get(this.model.results[program][name]);
      for (const step of needs) {
        const column = this.column(step, time), of = step.of.map(part => this.columns.get(part));
        if (of.some(({ stamp }, at) => stamp !== column.seen[at])) {
          step.fill(this.count, column.values, ...of.map(({ values }) => values ?? time));
          Object.assign(column, { seen: of.map(({ stamp }) => stamp), stamp: this.clock += 1 });
        }
      }
      return this.columns.get(needs.at(-1).name).values;
    }

    column({ name, timed }, time) {
      const now = this.columns.get(name);
      if (now && (!timed || now.time === time)) return now;
      const moments = kept(this.earlier, name, () => new Map());
      const column = moments.get(time) ?? { values: this.spare(moments), time, seen: [], stamp: 0 };
      moments.delete(time);
      moments.set(time, column);   // the one asked for last stands last
      this.columns.set(name, column);
      return column;
    }

    spare(moments) {
      if (moments.size < MOMENTS) return new Float64Array(this.count);
      const [oldest, { values }] = moments.entries().next().value;
      moments.delete(oldest);
      return values;
    }
  }

  // Held and open, as inputs.py

  class Inputs {
    constructor(model) {
      this.ranges = new Map(model.inputs.filter(({ mixture }) => !mixture).map(input => [input.id, input]));
      this.mixtures = new Map(Object.entries(model.mixtures));
      this.ids = [...this.ranges.keys(), ...[...this.mixtures.values()].flat()];
    }

    mixtureOf(id) { return [...this.mixtures.keys()].find(name => this.mixtures.get(name).includes(id)); }

    named(id) {
      if (this.ids.includes(id) || this.mixtures.has(id)) return id;
      throw new Error(`There is no input “${id}”. There are: ${this.ids.join(", ")}.`);
    }

    isHeld(held, id) {
      if (this.ranges.has(this.named(id))) return Object.hasOwn(held, id);
      const parts = this.mixtures.get(this.mixtures.has(id) ? id : this.mixtureOf(id)), given = parts.filter(part => Object.hasOwn(held, part));
      if (given.length && given.length < parts.length) throw new Error(`The shares of ${parts.join(", ")} are held or open as one: give all of them, or none.`);
      return given.length > 0;
    }

    openIds(held) { return this.ids.filter(id => !this.isHeld(held, id)); }

    openUnits(held) { return [...this.ranges.keys(), ...this.mixtures.keys()].filter(unit => !this.isHeld(held, unit)); }

    /* The open units that a list of ids names. */
    units(held, ids) { return [...new Set(ids.map(id => this.mixtureOf(id) ?? id))].filter(unit => !this.isHeld(held, unit)); }

    members(unit) { return this.mixtures.get(unit) ?? [unit]; }

    point(held) {
      Object.keys(held).forEach(id => this.named(id));
      for (const name of this.mixtures.keys()) this.isHeld(held, name);   // refuses half a mixture
      const equal = id => 1 / this.mixtures.get(this.mixtureOf(id)).length;
      return Object.fromEntries(this.ids.map(id => [id, held[id] ?? this.ranges.get(id)?.middle ?? equal(id)]));
    }

    /* Full values, or arrays of them, with one changed; the other shares of its mixture keep their proportions and make room. */
    moved(values, id, value) {
      const others = this.mixtures.get(this.mixtureOf(this.named(id)))?.filter(part => part !== id) ?? [], given = others.map(part => values[part]);
      const one = typeof values[id] === "number", own = one || typeof value !== "number" ? value : new Float64Array(values[id].length).fill(value);
      const made = one ? besideOne(given, own) : besideMany(given, own);
      return { ...values, ...Object.fromEntries(others.map((part, at) => [part, made[at]])), [id]: own };
    }

    ends(id, most = 0.95) {
      const mixture = this.mixtureOf(this.named(id));
      if (!mixture) return [this.ranges.get(id).low, this.ranges.get(id).high];
      const power = 1 / (this.mixtures.get(mixture).length - 1);
      return [1 - most ** power, 1 - (1 - most) ** power];
    }
  }

  /* What the other shares become where one is given. Where they are nothing but rounding, they divide what is left equally. */
  function besideOne(others, value) {
    const rest = sum(others), none = Number(rest < 1e-12), room = (1 - value) / (rest + none);
    return others.map(other => (other + none / others.length) * room);
  }

  function besideMany(others, values) {
    const result = others.map(() => new Float64Array(values.length));
    for (let draw = 0; draw < values.length; draw += 1) {
      let rest = 0;
      for (const other of others) rest += other[draw];
      const none = rest < 1e-12 ? 1 : 0, room = (1 - values[draw]) / (rest + none);
      for (let at = 0; at < others.length; at += 1) result[at][draw] = (others[at][draw] + none / others.length) * room;
    }
    return result;
  }

  // A bar of shares with dividers

  function dividers(shares) {
    let at = 0;
    return shares.slice(0, -1).map(share => at += share);
  }

  function divided(shares, divider, at) {
    const stops = [0, ...dividers(shares), 1], put = Math.min(Math.max(at, stops[divider]), stops[divider + 2]);
    const both = shares[divider] + shares[divider + 1], left = Math.min(Math.max(put - stops[divider], 0), both);
    return shares.map((share, place) => place === divider ? left : place === divider + 1 ? both - left : share);
  }

  class Engine {
    constructor(model) {
      Object.assign(this, model.about, { inputs: model.inputs, mixtures: model.mixtures, groups: model.groups, formulas: model.formulas, Settled });
      Object.assign(this, { levels: model.levels, count: model.count, pairs: model.pairs, pairsMoving: model.pairsMoving });
      this.model = { ...model, planned: planned(model) };
      this.all = new Inputs(model);
      this.drawn = new Map();
      this.sheets = new Map();
      this.bins = new WeakMap();
      for (const [name, program] of Object.entries(model.one)) {
        if (name in this) throw new Error(`A program of the model can't be called “${name}”: the engine has that name itself.`);
        this[name] = (values, time) => program({ ...values, [model.time]: time });
      }
    }

    // One set of values

    input(id) { return this.inputs.find(input => input.id === id) ?? this.others?.find(input => input.id === id); }
    point(held) { return this.all.point(held); }
    isHeld(held, id) { return this.all.isHeld(held, id); }
    openIds(held) { return this.all.openIds(held); }
    openUnits(held) { return this.all.openUnits(held); }
    moved(values, id, value) { return this.all.moved(values, id, value); }
    ends(id) { return this.all.ends(id); }

    hold(held, id, value) {
      const mixture = this.all.mixtureOf(this.all.named(id));
      if (!mixture) return { ...held, [id]: value };
      const values = this.moved(this.point(held), id, value);
      return { ...held, ...Object.fromEntries(this.mixtures[mixture].map(part => [part, values[part]])) };
    }

    open(held, id) {
      const gone = this.all.members(this.all.mixtureOf(this.all.named(id)) ?? id);
      return Object.fromEntries(Object.entries(held).filter(([each]) => !gone.includes(each)));
    }

    dividers(values, mixture = Object.keys(this.mixtures)[0]) { return dividers(this.mixtures[mixture].map(part => values[part])); }

    divided(values, divider, at, mixture = Object.keys(this.mixtures)[0]) {
      const shares = divided(this.mixtures[mixture].map(part => values[part]), divider, at);
      return { ...values, ...Object.fromEntries(this.mixtures[mixture].map((part, place) => [part, shares[place]])) };
    }

    series(values, times, program) { return times.map(time => ({ [this.model.time]: time, ...this[program](values, time) })); }

    // Over the draws

    draws(held, { count = this.count, shape, second = false } = {}) {
      this.point(held);
      const open = this.allOpen(count, shape, second), filled = (id, value) => this.filled(count, id, value);
      return Object.fromEntries(this.all.ids.map(id => [id, Object.hasOwn(held, id) ? filled(id, held[id]) : open[id]]));
    }

    /* All inputs drawn: made once for each count and shape. */
    allOpen(count, shape, second) {
      return kept(this.drawn, `${count} ${shape} ${second}`, () => {
        const { ids, ranges, mixtures } = this.all, first = second ? this.model.points.second : 0;
        const row = id => kept(this.drawn, `${count} ${id} ${second}`, () => units(count, first + ids.indexOf(id), this.model.points));
        const values = {};
        for (const [id, range] of ranges) values[id] = row(id).map(unit => SHAPES[shape ?? range.shape](unit, range));
        for (const parts of mixtures.values()) mixed(parts.map(row)).forEach((column, at) => { values[parts[at]] = column; });
        return values;
      });
    }

    /* One value in every draw: the same array as long as the value is the same. */
    filled(count, id, value) {
      const found = this.drawn.get(`held ${count} ${id}`);
      if (found && found[0] === value) return found;
      const made = new Float64Array(count).fill(value);
      this.drawn.set(`held ${count} ${id}`, made);
      return made;
    }

    sheet(count, use, columns) { return kept(this.sheets, `${count} ${use}`, () => new Sheet(this.model, count)).give(columns); }

    over(held, options = {}) { return this.sheet(options.count ?? this.count, "draws", this.draws(held, options)); }

    sample(outcome, time, held, options) { return this.over(held, options).result("outcomes", outcome, time).slice(); }
    quantiles(values, levels = this.levels) { return quantiles(values, levels); }
    place(values, value) { return placeOf(values, value); }

    range(outcome, time, held, options) {
      const values = this.over(held, options).result("outcomes", outcome, time), point = this.outcomes(this.point(held), time)[outcome];
      return { quantiles: quantiles(values, this.levels), point, place: placeOf(values, point) };
    }

    fan(outcome, times, held, options) {
      const sheet = this.over(held, options);
      return times.map(time => ({ [this.model.time]: time, quantiles: quantiles(sheet.result("outcomes", outcome, time), this.levels) }));
    }

    intervals(time, held, options) {
      const sheet = this.over(held, options), point = this.outcomes(this.point(held), time);
      return Object.fromEntries(Object.keys(point).map(name => [name, { quantiles: quantiles(sheet.result("outcomes", name, time), this.levels), point: point[name] }]));
    }

    histogram(outcome, time, held, { bins = 30, from, to, ...options } = {}) {
      const values = this.over(held, options).result("outcomes", outcome, time);
      const low = from ?? values.reduce((a, b) => Math.min(a, b)), high = to ?? values.reduce((a, b) => Math.max(a, b));
      const counts = new Array(bins).fill(0), scale = high > low ? bins / (high - low) : 0;
      for (const value of values) if (value >= low && value <= high) counts[Math.min(Math.floor((value - low) * scale), bins - 1)] += 1;
      return { edges: evenly(low, high, bins), counts };
    }

    // What matters, as sensitivity.py

    /* One input moved from end to end, all others where the reader stands. */
    swing(id, outcome, time, held) {
      const base = this.point(held), [low, high] = this.ends(id);
      const [atLow, atHigh] = [low, high].map(value => this.outcomes(this.moved(base, id, value), time)[outcome]);
      return { id, low, high, atLow, atHigh, size: Math.abs(atHigh - atLow) };
    }

    tornado(outcome, time, held) { return this.all.ids.map(id => this.swing(id, outcome, time, held)).sort((one, other) => other.size - one.size); }

    indices(outcome, time, held, { pairs = this.pairs } = {}) {
      const { all, model: { texts } } = this, openIds = all.openIds(held);
      if (!openIds.length) throw new Settled(texts.nothingOpen);
      const one = this.draws(held, { count: pairs }), other = this.draws(held, { count: pairs, second: true });
      const atOther = this.sheet(pairs, "others", other).result("outcomes", outcome, time), sheet = this.sheet(pairs, "pairs", one);
      const atOne = sheet.result("outcomes", outcome, time).slice(), both = Float64Array.of(...atOne, ...atOther);
      const variance = spread(both), middle = mean(both);
      if (!(variance > 1e-18 * middle ** 2)) throw new Settled(texts.nothingMoves);
      const index = changed => {
        const atChanged = sheet.give({ ...one, ...changed }).result("outcomes", outcome, time);
        const half = atOne.map((value, at) => (value - atChanged[at]) ** 2 / (2 * variance));
        const first = mean(atOther.map((value, at) => (value - middle) * (atChanged[at] - atOne[at]))) / variance;
        return { first, total: mean(half), error: spread(half) ** 0.5 / pairs ** 0.5 };
      };
      const whole = list => index(Object.fromEntries(list.flatMap(unit => all.members(unit)).map(id => [id, other[id]])));
      const alone = Object.fromEntries(all.openUnits(held).map(unit => [unit, whole([unit])]));
      const single = Object.fromEntries(openIds.map(id => [id, alone[id] ?? index(all.moved(one, id, other[id]))]));
      const grouped = Object.entries(this.groups).map(([name, ids]) => [name, all.units(held, ids)]).filter(([, list]) => list.length);
      return { single, groups: Object.fromEntries(grouped.map(([name, list]) => [name, whole(list)])), together: 1 - sum(Object.values(alone).map(({ first }) => first)), ranks: alike(single) };
    }

    // Questions: {ask: "more than", people, outcome, month} is answered by yes or no, {ask: "largest", of, month} by a name

    answer(question, values) {
      const time = question[this.model.time];
      if (question.ask === "more than") return this.outcomes(values, time)[question.outcome] > question.people;
      return largest(this[question.of](values, time));
    }

    /* One answer for each column of a sheet: 1 or 0, or the place of the name. */
    answers(question, sheet) {
      const time = question[this.model.time], result = new Uint8Array(sheet.count);
      if (question.ask === "more than") {
        sheet.result("outcomes", question.outcome, time).forEach((people, at) => { result[at] = people > question.people ? 1 : 0; });
        return result;
      }
      const columns = Object.keys(this.model.results[question.of]).map(name => sheet.result(question.of, name, time));
      columns.forEach((column, place) => column.forEach((people, at) => { if (people > columns[result[at]][at]) result[at] = place; }));
      return result;
    }

    yes(question, held, options) { return mean(this.answers(question, this.over(held, options))); }

    /* Where the answers along a grid differ, closes in on the place. */
    flips(question, id, held, grid = this.model.grid.flips) {
      const base = this.point(held), values = evenly(...this.ends(id), grid), answer = value => this.answer(question, this.moved(base, id, value));
      const still = Object.fromEntries(this.all.ids.map(each => [each, this.filled(values.length, each, base[each])]));
      const answers = this.answers(question, this.sheet(values.length, "flips", this.moved(still, id, Float64Array.from(values))));
      return values.slice(1).flatMap((high, at) => answers[at] === answers[at + 1] ? [] : between(values[at], high, answer));
    }

    /* Draws with one open input at a value: the same arrays each time, for what is open is always drawn alike. */
    movedTo(id, value, drawn, count) {
      return { ...drawn, ...kept(this.drawn, `at ${count} ${id} ${value}`, () => {
        const moved = this.moved(drawn, id, value);
        return Object.fromEntries(this.all.members(this.all.mixtureOf(id) ?? id).map(part => [part, moved[part]]));
      }) };
    }

    turned(question, held, { count = this.model.first, grid = this.model.grid.turned } = {}) {
      const drawn = this.draws(held, { count }), sheet = this.sheet(count, "turned", drawn);
      const changes = id => {
        const [first, ...rest] = evenly(...this.ends(id), grid).map(value => this.answers(question, sheet.give(this.movedTo(id, value, drawn, count)))), changed = new Uint8Array(count);
        for (const answers of rest) answers.forEach((answer, draw) => { if (answer !== first[draw]) changed[draw] = 1; });
        sheet.give(drawn);
        return mean(changed);
      };
      return Object.fromEntries(this.all.openIds(held).map(id => [id, changes(id)]));
    }

    // Which fact would you buy? As value_of_information.py

    worth(question, held, options) {
      const { texts, bins, asGoodAsSettled } = this.model, openIds = this.all.openIds(held);
      if (!openIds.length) throw new Settled(texts.nothingOpen);
      const drawn = this.draws(held, options), answers = this.answers(question, this.over(held, options)), count = answers.length, yes = mean(answers);
      if (yes === 0 || yes === 1) throw new Settled(yes ? texts.allYes : texts.allNo);
      const score = yes * (1 - yes), noise = score * (bins - 1) / (count - 1);
      const worth = id => {
        const bin = kept(this.bins, drawn[id], () => binned(drawn[id], bins)), found = new Array(bins).fill(0), size = new Array(bins).fill(0);
        for (let draw = 0; draw < count; draw += 1) { found[bin[draw]] += answers[draw]; size[bin[draw]] += 1; }
        const known = found.map((number, at) => number / size[at]);
        const lower = sum(known.map((q, at) => size[at] * (q - yes) ** 2)) / count - noise;
        return { share: Math.max(0, lower / score), least: Math.min(...known), most: Math.max(...known) };
      };
      return { yes, score, asGoodAsSettled: !(yes >= asGoodAsSettled && yes <= 1 - asGoodAsSettled), worth: Object.fromEntries(openIds.map(id => [id, worth(id)])) };
    }
  }

  function largest(people) { return Object.keys(people).reduce((best, name) => people[name] > people[best] ? name : best); }

  /* A rank for each id, the largest total first; those within their error of the first of a rank share it. */
  function alike(single) {
    const ranks = {};
    let first, rank;
    Object.keys(single).sort((one, other) => single[other].total - single[one].total).forEach((id, at) => {
      if (first === undefined || single[first].total - single[id].total > (single[first].error ** 2 + single[id].error ** 2) ** 0.5) [first, rank] = [id, at + 1];
      ranks[id] = rank;
    });
    return ranks;
  }

  /* Each change of the answer from low to high, closed in on by halving. */
  function between(low, high, answer) {
    const found = [];
    while (answer(low) !== answer(high)) {
      let below = low, above = high;
      for (let middle = (below + above) / 2; below < middle && middle < above; middle = (below + above) / 2) if (answer(middle) === answer(low)) below = middle; else above = middle;
      found.push({ value: above, below: answer(low), above: answer(above) });
      low = above;
    }
    return found;
  }

  /* For each draw the bin that its value falls into: as many draws in each, the first ones one more where they don't divide evenly. */
  function binned(values, bins) {
    const order = Array.from(values.keys()).sort((one, other) => values[one] - values[other]), result = new Uint8Array(values.length);
    const size = Math.floor(values.length / bins), larger = values.length % bins;
    order.forEach((draw, at) => { result[draw] = at < larger * (size + 1) ? Math.floor(at / (size + 1)) : larger + Math.floor((at - larger * (size + 1)) / size); });
    return result;
  }

  explorable.makeEngine = model => new Engine(model);
  Object.assign(explorable.makeEngine, { integers, quantiles });
})();
