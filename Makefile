# Everything is set up in a virtual environment of its own; only Python 3.11 or later and make are needed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

# One exact version: an open range lets pip choose a build that brings gigabytes of CUDA along. Where it does so
# even now: make test TORCH='torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu'
TORCH ?= torch==2.13.0

.PHONY: help demo test browser lint reference clean

help:
	@echo "make demo       make a small film, colour it, and say where to look"
	@echo "make test       run the tests"
	@echo "make browser    get a browser for the tests of the page, if there is none"
	@echo "make lint       check style, types and layers"
	@echo "make reference  write docs/reference/cli.md anew"
	@echo "make clean      remove the virtual environment and what was made"

demo: $(VENV)/.for-use
	$(BIN)/huecue demo --overwrite

test: $(VENV)/.for-work browser
	$(BIN)/pytest

# The page is tested in real browsers: Debian's where we may install them, else the Chromium that Playwright brings.
browser: $(VENV)/.for-work
	@if command -v chromium || command -v chromium-browser || command -v google-chrome; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; \
	else $(BIN)/playwright install chromium; fi > /dev/null || echo "no browser: tests of the page are skipped"
	@if command -v firefox-esr || command -v firefox; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends firefox-esr; \
	else false; fi > /dev/null || echo "no Firefox: the test of the page in it is skipped"

lint: $(VENV)/.for-work
	$(BIN)/ruff check src tests docs recipes
	$(BIN)/ruff format --check src tests docs recipes
	$(BIN)/mypy src
	$(BIN)/lint-imports

reference: $(VENV)/.for-work
	$(BIN)/python docs/reference/write_cli.py

clean:
	rm -rf $(VENV) build dist demo

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "huecue needs Python 3.11 or later: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.for-use: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[openvino]'
	touch $@

$(VENV)/.for-work: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check $(TORCH)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,train,openvino,studio]'
	touch $@
