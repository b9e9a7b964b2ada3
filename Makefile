# Needs Python 3.11 or newer, git and make. Each target sets up what it needs in .venv and .venv-8.2.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test lint test-8.2 test-9.0 coverage test-thorough chromium docs examples bench performance nightly clean

PYTHON ?= $(shell for python in python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
DEMO := examples/field-notes
# More arguments for pytest, such as ARGS="-k urls".
ARGS ?=
# How many sequences of edits a nightly run tries, and which: other ones each day.
SEQUENCES ?= 2000
SEED ?= $(shell date +%Y%j)
# What `make bench` builds, how often, and where its results go.
PAGES ?= 300
ROUNDS ?= 3
RESULTS ?= .benchmarks

help: ## List the targets.
	@sed -n 's/^\([a-z0-9.-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

demo: .venv/project ## Build the demo site and serve it on this machine (SERVE=0: build only).
	.venv/bin/python -m sphinx -q -b html -d $(DEMO)/_build/doctrees $(DEMO) $(DEMO)/_build/html
	@if [ "$(SERVE)" = 0 ] || [ "$$CI" = true ] || { [ -z "$(SERVE)" ] && ! [ -t 1 ]; }; then \
		echo "The home page is $(CURDIR)/$(DEMO)/_build/html/index.html"; \
	else \
		.venv/bin/python -u -m http.server --bind 127.0.0.1 --directory $(DEMO)/_build/html 0; \
	fi

test: lint test-8.2 test-9.0 ## Run every check and all tests, with Sphinx 8.2 and 9.0.

lint: .venv/dev ## Check style and types.
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

test-8.2: .venv-8.2/dev ## Run the tests that need no network and no browser with Sphinx 8.2.
	.venv-8.2/bin/python -m pytest -n auto -m "not network and not browser and not thorough" $(ARGS)

test-9.0: .venv/dev chromium ## Run all tests with Sphinx 9.0.
	.venv/bin/python -m pytest -n auto -m "not thorough" $(ARGS)

coverage: .venv/dev chromium ## Run them again, and measure the coverage.
	.venv/bin/python -m pytest -n auto -m "not thorough" --cov --cov-report= $(ARGS)
	@echo "Coverage: $$(.venv/bin/coverage report --format=total) % (.venv/bin/coverage report shows the lines)"

test-thorough: .venv/dev ## Run the tests of the page cache that take long.
	.venv/bin/python -m pytest -n auto -m thorough $(ARGS)

chromium:
	@if for name in chromium chromium-browser google-chrome chrome; do command -v $$name && break; done >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get -qq update && \
		DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends chromium >/dev/null; then :; \
	else echo "!!! BROWSER TESTS ARE SKIPPED: there is no Chromium on PATH, and it could not be installed. !!!"; fi

docs: .venv/dev ## Build the manual; warnings are errors.
	.venv/bin/python -m sphinx -n -W --keep-going -b html -d docs/_build/doctrees docs docs/_build/html

examples: .venv/dev ## Build every example; warnings are errors.
	@set -e; for conf in examples/*/conf.py; do site=$${conf%/conf.py}; echo "$$site"; \
		.venv/bin/python -m sphinx -q -W --keep-going -b html -d $$site/_build/doctrees $$site $$site/_build/html; \
	done

bench: .venv/dev ## Measure builds, and compare their output with stock Sphinx's (takes an hour; PAGES, ROUNDS).
	@mkdir -p $(RESULTS)
	.venv/bin/python -m benchmarks.overhead --pages $(PAGES) --rounds $(ROUNDS)
	.venv/bin/python -m benchmarks.identity
	.venv/bin/python -m benchmarks.cold --pages $(PAGES) --rounds $(ROUNDS) --stock-once --json $(RESULTS)/cold.json
	.venv/bin/python -m benchmarks.cache --pages $(PAGES) --rounds $(ROUNDS) --stock-once --json $(RESULTS)/cache.json
	.venv/bin/python -m benchmarks.others --pages $(PAGES) --rounds $(ROUNDS) --kinds rich --stock-once \
		--json $(RESULTS)/others.json

performance: .venv/dev ## Make the pictures and tables of the manual from benchmarks/results.
	.venv/bin/python -m benchmarks.plots $(wildcard benchmarks/results/*.json)

nightly: .venv/dev ## Compare builds after thousands of edits with clean builds (takes two hours).
	.venv/bin/python -m tests.edits --sequences $(SEQUENCES) --seed $(SEED)
	.venv/bin/python -m tests.navigation --seed $(SEED)
	.venv/bin/python -m benchmarks.replay --seed $(SEED)

clean: ## Remove what was built, the caches and the environments.
	rm -rf .venv .venv-8.2 .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.* build dist
	rm -rf docs/_build examples/*/_build

# The stamps: an environment, the project in it, and the tools for development. Each is made anew
# when pyproject.toml or this file is newer. Dependency groups need a newer pip than Python 3.11 brings.

.venv/pip .venv-8.2/pip: Makefile
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed; set PYTHON to one." >&2; exit 1; }
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --upgrade pip
	@touch $@

.venv/project: .venv/pip pyproject.toml
	.venv/bin/python -m pip install --quiet --editable . "sphinx>=9.0,<9.1"
	@touch $@

.venv/dev: .venv/project
	.venv/bin/python -m pip install --quiet --group test --group lint --group bench
	@touch $@

.venv-8.2/dev: .venv-8.2/pip pyproject.toml
	.venv-8.2/bin/python -m pip install --quiet --editable . "sphinx>=8.2,<9" --group test
	@touch $@
