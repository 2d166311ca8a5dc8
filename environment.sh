#!/bin/sh
# The environment in which the book is built. Whoever moves or renames the folder, or gets another Python, needs a new one:
# the programs in it begin with the path at which they were installed. So it is stamped with its path and its Python.
#   environment.sh fits VENV          ends well if the environment is of this place and this Python
#   environment.sh make VENV PYTHON   makes it, or adds what requirements.txt asks for by now; with uv where that is installed
set -eu
venv=$2
stamp() { "$venv/bin/python" -c 'import os, sys; print(ascii(os.path.realpath(sys.prefix)), *sys.version_info[:2])' 2>/dev/null || true; }
fits() { [ -n "$(stamp)" ] && [ "$(cat "$venv/.ready")" = "$(stamp)" ]; }

if [ "$1" = fits ]; then fits; exit; fi
if [ -s "$venv/.ready" ] && ! fits; then
	echo "The folder was moved or renamed, or its Python is another: its environment, $venv, is made anew."
	rm -rf "$venv"
fi
# The machine: beside the book in its repository, else the wheel that the book carries.
if [ -d explorable ]; then machine="-e ./explorable"; else machine=$(echo vendor/explorable-*.whl); fi
packages=$(grep -c '^[A-Za-z0-9._-]*==' requirements.txt)
if command -v uv >/dev/null 2>&1; then
	echo "Installing $packages packages into $venv with uv (about a minute the first time) …"
	uv venv --quiet --allow-existing --python "$3" "$venv"
	uv pip install --quiet --python "$venv/bin/python" -r requirements.txt
	# shellcheck disable=SC2086
	uv pip install --quiet --python "$venv/bin/python" --no-build-isolation --no-deps $machine -e .
else
	echo "Installing $packages packages into $venv with pip (about 5 minutes the first time; with uv, from docs.astral.sh/uv, one) …"
	"$3" -m venv "$venv" || { echo "Python's own venv is not installed (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements.txt
	# shellcheck disable=SC2086
	"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps $machine -e .
fi
# The check before each commit (make hooks) knows its Python by its path, too.
if grep -qs pre-commit .git/hooks/pre-commit; then "$venv/bin/python" -m pre_commit install >/dev/null; fi
stamp > "$venv/.ready"
