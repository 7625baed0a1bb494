# Everything here needs Python 3.11 or newer, git and make. The rest is installed into .venv,
# from the hash-locked lists in requirements/, once: a second run installs nothing.

PYTHON ?= python3
ARGS ?= -n 4 --dist worksteal

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install
SELF := $(PIP) --no-deps --no-build-isolation --editable .

.DEFAULT_GOAL := help
.PHONY: help demo test check quick bench mutants lock setup clean
.DELETE_ON_ERROR:

help:
	@echo "make demo    try Alongside in a browser, without a Discord account"
	@echo "make test    run the tests (make test ARGS='-k rooms' runs some)"
	@echo "make check   lint, types, import contracts, tests"
	@echo "make quick   the same with the quick tests only: about half a minute"
	@echo "make mutants change small things in the code, and print the changes that no test notices"
	@echo "make bench   speed and size beside a bare bot (ARGS=--full for all of it)"
	@echo "make lock    write requirements/ again from pyproject.toml"
	@echo "make clean   remove .venv and what the tools left behind"
	@echo "Another Python: make test PYTHON=python3.12"

demo: $(VENV)/.runtime
	@$(BIN)/python -m bot demo

test: $(VENV)/.dev
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.dev
	@scripts/check

quick: $(VENV)/.dev
	@scripts/check --quick

bench: ARGS :=
bench: $(VENV)/.dev
	@$(BIN)/python -m bench $(ARGS)

mutants: $(VENV)/.dev
	@scripts/mutants $(SAMPLE)

lock: $(VENV)/.dev
	@scripts/lock

setup: $(VENV)/.dev
	@:

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bot cogs sandbox tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are files inside .venv, newer than the list that they stand for. A Python that is
# missing, too old or without venv is checked here, since venv's own message is a traceback.
$(VENV)/.made:
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "Alongside needs Python 3.11 or newer, and $(PYTHON) is not here." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Alongside needs Python 3.11 or newer; $(PYTHON) is older. Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python comes without venv. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements/runtime.txt requirements/build.txt pyproject.toml | $(VENV)/.made
	@echo "Installing what Alongside runs on into $(VENV) (once)"
	@$(PIP) --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@$(SELF)
	@touch $@

# The development list contains the other two, so both stamps are set.
$(VENV)/.dev: requirements/dev.txt requirements/runtime.txt requirements/build.txt pyproject.toml | $(VENV)/.made
	@echo "Installing what the tests need into $(VENV) (once)"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@$(SELF)
	@touch $(VENV)/.runtime $@
