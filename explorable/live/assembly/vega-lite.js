/* The compiler of charts, for the worker: Vega-Lite (JSON text) → Vega (JSON text). */
import {compile} from 'vega-lite';

const quiet = {level: () => quiet, error: (...words) => { throw new Error(words.join(' ')); }, warn: () => quiet, info: () => quiet, debug: () => quiet};
globalThis.compileVegaLite = text => JSON.stringify(compile(JSON.parse(text), {logger: quiet}).spec);
