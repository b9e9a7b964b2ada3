# Needs Python 3.11 or newer, git and make. Each target sets up what it needs in .venv and .venvs/.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test lint canary coverage test-thorough chromium project environment docs examples bench performance ecosystem nightly clean

PYTHON ?= $(shell for python in python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
# The versions stand in src/pronghorn/seam/versions.py; tests/versions makes their environments and runs their tests.
VERSIONS = $(or $(PYTHON),$(error Python 3.11 or newer is needed; set PYTHON to one)) -m tests.versions
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
	@sed -n 's/^\([a-z0-9.-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 15
	@$(VERSIONS) list

demo: project ## Build the demo site and serve it on this machine (SERVE=0: build only).
	.venv/bin/python -m sphinx -q -b html -d $(DEMO)/_build/doctrees $(DEMO) $(DEMO)/_build/html
	@if [ "$(SERVE)" = 0 ] || [ "$$CI" = true ] || { [ -z "$(SERVE)" ] && ! [ -t 1 ]; }; then \
		echo "The home page is $(CURDIR)/$(DEMO)/_build/html/index.html"; \
	else \
		.venv/bin/python -u -m http.server --bind 127.0.0.1 --directory $(DEMO)/_build/html 0; \
	fi

test: lint chromium ## Run every check, and the tests of all versions.
	@$(VERSIONS) test all -- $(ARGS)

lint: environment ## Check style and types.
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

canary: ## Run the canary of the page cache with the versions that get no other tests.
	@$(VERSIONS) test canary -- $(ARGS)

test-full: chromium
test-%: FORCE
	@$(VERSIONS) test $* -- $(ARGS)

FORCE:

coverage: environment chromium ## Run all tests once, and measure the coverage.
	.venv/bin/python -m pytest -n auto -m "not thorough" --cov --cov-report= $(ARGS)
	@echo "Coverage: $$(.venv/bin/coverage report --format=total) % (.venv/bin/coverage report shows the lines)"

test-thorough: environment ## Run the tests of the page cache that take long.
	.venv/bin/python -m pytest -n auto -m thorough $(ARGS)

project: # Pronghorn and what it needs, in .venv.
	@$(VERSIONS) make full --only-project

environment: # The same, and the tools for development.
	@$(VERSIONS) make full

chromium:
	@if for name in chromium chromium-browser google-chrome chrome; do command -v $$name && break; done >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get -qq update && \
		DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends chromium >/dev/null; then :; \
	else echo "!!! BROWSER TESTS ARE SKIPPED: there is no Chromium on PATH, and it could not be installed. !!!"; fi

docs: environment ## Build the manual; warnings are errors.
	.venv/bin/python -m sphinx -n -W --keep-going -b html -d docs/_build/doctrees docs docs/_build/html

examples: environment ## Build every example; warnings are errors.
	@set -e; for conf in examples/*/conf.py; do site=$${conf%/conf.py}; echo "$$site"; \
		.venv/bin/python -m sphinx -q -W --keep-going -b html -d $$site/_build/doctrees $$site $$site/_build/html; \
	done

bench: environment ## Measure builds, and compare their output with stock Sphinx's (takes an hour; PAGES, ROUNDS).
	@mkdir -p $(RESULTS)
	.venv/bin/python -m benchmarks.overhead --pages $(PAGES) --rounds $(ROUNDS)
	.venv/bin/python -m benchmarks.identity
	.venv/bin/python -m benchmarks.cold --pages $(PAGES) --rounds $(ROUNDS) --stock-once --json $(RESULTS)/cold.json
	.venv/bin/python -m benchmarks.cache --pages $(PAGES) --rounds $(ROUNDS) --stock-once --json $(RESULTS)/cache.json
	.venv/bin/python -m benchmarks.others --pages $(PAGES) --rounds $(ROUNDS) --kinds rich --stock-once \
		--json $(RESULTS)/others.json

performance: environment ## Make the pictures and tables of the manual from benchmarks/results.
	.venv/bin/python -m benchmarks.plots $(wildcard benchmarks/results/*.json)

ecosystem: environment ## Build sites with extensions and themes of others, and compare with stock Sphinx (takes an hour).
	.venv/bin/python -m tests.ecosystem $(ARGS)

nightly: environment ## Compare builds after thousands of edits with clean builds (takes two hours).
	.venv/bin/python -m tests.edits --sequences $(SEQUENCES) --seed $(SEED)
	.venv/bin/python -m tests.navigation --seed $(SEED)
	.venv/bin/python -m benchmarks.replay --seed $(SEED)

clean: ## Remove what was built, the caches and the environments.
	rm -rf .venv .venvs .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.* build dist
	rm -rf docs/_build examples/*/_build
