# Two commands do all set-up: `make run` and `make test`. Everything they install stays in this folder.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := uv==0.13.9
DATA   ?= data/node
PORT   ?= 8000
ARGS   ?=

export PATH := $(CURDIR)/$(BIN):$(PATH)

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

# ---- set-up, once; the stamps make a second run take a second -------------------------------

$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Comity needs Python 3.11 or newer; set PYTHON=/path/to/python3"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@touch $@

$(VENV)/.run: $(VENV)/.uv locks/run.txt pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r locks/run.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run locks/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r locks/dev.txt
	@touch $@

node_modules/.run: $(VENV)/.run package-lock.json
	$(if $(wildcard node_modules/.dev),$(MAKE) node_modules/.dev,$(BIN)/npm ci --omit=dev --loglevel=error)
	@touch $@

node_modules/.dev: $(VENV)/.run package-lock.json
	$(BIN)/npm ci --loglevel=error
	@touch $@ node_modules/.run

# ---- what people call -------------------------------------------------------------------------

run: $(VENV)/.run node_modules/.run ## start a node, register a sample file, keep serving (ARGS=--once: walk and end)
	$(BIN)/comity up --data $(DATA) --port $(PORT) --sample $(ARGS)

test: dev ## install the test tools and run every test
	$(BIN)/python -m pytest $(ARGS)

lint: dev ## ruff, mypy, room rules, lengths, Solidity
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/lengths.py
	$(BIN)/npm run --silent lint

bench: dev ## measure, beside the machine's own limits
	$(BIN)/python -m benchmarks $(ARGS)

dev: $(VENV)/.dev node_modules/.dev ## the tools for working on Comity

locks: $(VENV)/.uv ## renew the pinned versions from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate pyproject.toml -o locks/run.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --constraint locks/run.txt --group dev pyproject.toml -o locks/dev.txt

clean: ## remove what was installed and built (never your data)
	rm -rf $(VENV) node_modules build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: help run test lint bench dev locks clean
