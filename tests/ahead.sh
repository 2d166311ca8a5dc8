#!/bin/sh
# Does the book hold with other versions than those of the lock? Each trial has an environment of its own below _build/ahead.
# It may fail: what fails is told early, and keeps nothing from being published.
#   sh tests/ahead.sh live-pandas    the notebooks, with the pandas that live pages run
#   sh tests/ahead.sh next-pandas    the notebooks and the quick tests, with pandas 3
#   sh tests/ahead.sh next-sphinx    the site is built, with Sphinx 9 and what goes with it
set -eu
case ${1:-} in
live-pandas) with="pandas==$(ls vendor/pyodide | sed -n 's/^pandas-\([0-9.]*\)-.*/\1/p')" ;;
next-pandas) with="pandas>=3,<4" ;;
next-sphinx) with="sphinx>=9,<10 myst-parser>=4 myst-nb>=1.4 sphinx-book-theme>=1.4" ;;
*) sed -n '2,6s/^# *//p' "$0" >&2; exit 2 ;;
esac

venv=_build/ahead/$1
mkdir -p _build/ahead
sh environment.sh make "$venv" "${PYTHON:-python3}"
# What jupyter-book and this book ask for themselves is passed over on purpose.
if command -v uv >/dev/null 2>&1; then
	# shellcheck disable=SC2086
	uv pip install --quiet --python "$venv/bin/python" $with
else
	# shellcheck disable=SC2086
	"$venv/bin/python" -m pip install --quiet --disable-pip-version-check $with
fi
"$venv/bin/python" -c 'import pandas, sphinx, sys; print("Python", sys.version.split()[0], "- pandas", pandas.__version__, "- Sphinx", sphinx.__version__)'

case $1 in
live-pandas) "$venv/bin/python" -m pytest --nbval -p no:cacheprovider chapters ;;
next-pandas) "$venv/bin/python" -m pytest --nbval -p no:cacheprovider --quick chapters tests explorable/tests ;;
next-sphinx) "$venv/bin/python" -m explorable.publish.build --path-output "$venv/site" ;;
esac
