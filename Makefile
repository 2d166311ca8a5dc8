# make book and make test need Python 3.11–3.14 and make, nothing else: both set everything up.
.DEFAULT_GOAL := help
.PHONY: help setup book slides pdf teachers serve watch check hooks test test-all bench notebooks data maps lock vendor clean

VENV  := .venv
BIN   := $(VENV)/bin
READY := $(VENV)/.ready
SITE  := _build/html
PORT  ?= 8000
# The first Python that fits; or say make PYTHON=/path/to/python3.12
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && echo $$name && break; done)

# Where it is set, each process compiles some thousand modules anew.
unexport PYTHONDONTWRITEBYTECODE

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY)  ## install what the book needs into .venv

# Where the folder was moved, or Python changed, what stands in .venv leads nowhere: then it is made anew.
MOVED := $(if $(wildcard $(READY)),$(shell sh environment.sh fits "$(VENV)" || echo moved))
.PHONY: moved

$(READY): requirements.txt pyproject.toml $(wildcard explorable/pyproject.toml) $(MOVED)
	@test -n "$(PYTHON)" || { echo "No Python 3.11–3.14 was found. Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@sh environment.sh make "$(VENV)" "$(PYTHON)"

.PHONY: keys instructor student wheel zip
keys: $(READY)  ## run every worked solution and write the keys of check()
	@$(BIN)/python -m explorable.course.solutions

instructor: $(READY)  ## build the book with its solutions, for teachers only
	@BOOK_EDITION=instructor $(BIN)/python -m explorable.publish.build --path-output _build/instructor
	@echo "The instructor’s edition is built. Open $(CURDIR)/_build/instructor/_build/html/index.html"

student: $(READY)  ## the sources in two archives, for teachers and for students, and the branch "student": no solutions
	@$(BIN)/python -m explorable.publish.student

book: $(READY)  ## build the site
	@$(BIN)/python -m explorable.live.assemble || true
	@$(BIN)/python -m explorable.publish.build
	@echo "The book is built. Open $(CURDIR)/$(SITE)/index.html, or run: make serve"

slides: book  ## the slides of each chapter (the book's build makes them), and where they are
	@echo "The slides are made. Open $(CURDIR)/$(SITE)/slides/index.html"

pdf: book  ## the printed edition, and a worksheet for each chapter
	@sh tests/browser.sh
	@$(BIN)/python -m explorable.editions.printed

teachers: book  ## what teachers take along, on their page: the site as one file, PDFs, handouts, question banks
	@sh tests/browser.sh
	@$(BIN)/python -m explorable.editions.downloads

serve: book  ## build the site and serve it on this machine
	@echo "The book is at http://127.0.0.1:$(PORT)/ (stop with Ctrl+C)"
	@$(BIN)/python -m explorable.publish.serve $(SITE) $(PORT)

watch: $(READY)  ## serve the book, build it anew at each change and reload the page
	@$(BIN)/python -c 'from jupyter_book.cli.main import main; main()' config sphinx . >/dev/null
	@$(BIN)/python -m sphinx_autobuild . _build/watch -d _build/.watch -q -A reloads=yes --host 127.0.0.1 --port $(PORT) --watch data --watch aftermath --watch explorable \
		--ignore "$(CURDIR)/conf.py" --re-ignore "/(_build|\.venv|\.git|[^/]*_cache|__pycache__|node_modules)/"

check: $(READY)  ## the quick loop: style, spelling, data, notebooks, scripts, every test that needs no site
	@sh tests/tools/install.sh
	@$(BIN)/python -m pre_commit run --all-files
	@$(BIN)/python -m pytest -n 2 --dist loadscope --quick tests explorable/tests

hooks: $(READY)  ## check what changed before each commit
	@$(BIN)/python -m pre_commit install

wheel: $(READY)  ## the machine as a wheel, for books made with it
	@$(BIN)/python -m explorable.new.wheel _build/wheel

zip: book  ## pack the site into one file to carry away, with its checksum
	@$(BIN)/python -m explorable.editions.archive

test: book  ## run the tests: data, model, notebooks, site in a real browser
	@sh tests/browser.sh
	@sh tests/tools/install.sh
	@$(BIN)/python -m pytest --nbval -n 2 --dist loadscope --junitxml=_build/tests.xml tests explorable/tests chapters

test-all: book  ## run every test, and those marked full: each page in every theme and width, in three engines
	@sh tests/browser.sh all
	@sh tests/tools/install.sh
	@# WebKit in a process of its own: its driver often never answers where the same process has driven Chromium before.
	@$(BIN)/python -m pytest --nbval -n 2 --dist loadscope -m "full or not full" -k "not webkit" --junitxml=_build/tests.xml tests explorable/tests chapters; ended=$$?; \
		$(BIN)/python -m pytest -m full -k webkit --junitxml=_build/webkit.xml tests/test_engines.py || ended=1; \
		$(BIN)/python tests/table.py _build/tests.xml _build/webkit.xml; exit $$ended

bench: book  ## measure how fast: explorers, model, live Python, Lighthouse, a plain book beside it, growth, load
	@sh tests/browser.sh chromium
	@sh tests/tools/install.sh
	@$(BIN)/python bench/all.py

notebooks: $(READY)  ## execute every chapter again and store its outputs; list the pages for Jupyter Book 2, too
	@$(BIN)/python -m explorable.publish.notebooks
	@$(BIN)/python -m explorable.publish.myst

data: $(READY)  ## renew the tables' checksums, after a wanted change of data/*.csv
	@$(BIN)/python -m aftermath.data

maps: $(READY)  ## cut the maps' country outlines again, after a change of a view in data/maps
	@$(BIN)/python -m explorable.publish.outlines

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-package explorable pyproject.toml

lock:  ## resolve pyproject.toml again for Python 3.11–3.14: requirements.txt, and from it Binder's (needs uv)
	@$(LOCK) --all-extras -o requirements.txt
	@$(LOCK) --extra reader --constraint requirements.txt -o .binder/requirements.txt

vendor: $(READY)  ## make the files of vendor/ again from npm
	@sh vendor/build.sh

clean:  ## remove what was built; .venv stays
	@rm -rf conf.py _build .pytest_cache .hypothesis
