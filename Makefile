# Two commands: `make run` sets up and runs the first study, `make test` sets up and runs the tests.
# Needs Python 3.11 or 3.12, pip and make; neither python3-venv nor root. `make help` lists the rest.

PY    ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV  ?= .venv
BIN   := $(VENV)/bin
CORE  := $(VENV)/.core
ALL   := $(VENV)/.all

STUDY       ?= scenarios/studies/first-look.yaml
RUN_ARGS    ?=
PYTEST_ARGS ?= -n 2
PEERS       ?= build/peers

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: run test check bench estimate validate findings docs wheel torture clean help

# Debian splits ensurepip off: `python3 -m venv` then fails half-way, and the system's pip has to fill an empty
# environment from outside. Which pip to use is decided by the shell, when the environment is there.
define install
	@"$(PY)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null || { \
	  echo "Found: '$(PY)'. Needed: Python 3.11 or 3.12. Write: make PY=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@"$(BIN)/python" -c '' 2>/dev/null || { rm -rf "$(VENV)"; "$(PY)" -m venv "$(VENV)" >/dev/null 2>&1; } \
	  || { rm -rf "$(VENV)"; "$(PY)" -m venv --without-pip "$(VENV)"; }
	@if "$(BIN)/python" -m pip --version >/dev/null 2>&1; then set -- "$(BIN)/python" -m pip; \
	  else set -- "$(PY)" -m pip --python "$(BIN)/python"; fi; \
	  echo "Installing $(1) into $(VENV) (a minute or two the first time) ..."; \
	  "$$@" --disable-pip-version-check --no-input install --quiet --constraint constraints.txt --editable '$(2)'
endef

# $(call needs,FILE): ends with a plain sentence when the script behind a target is absent.
needs = @test -e $(1) || { echo "make $@: $(1) does not exist, so there is nothing to run."; exit 1; }

$(CORE): pyproject.toml constraints.txt
	$(call install,the core,.)
	@touch "$(CORE)"

$(ALL): pyproject.toml constraints.txt
	$(call install,the core and every extra but MPI,.[all])
	@touch "$(CORE)" "$(ALL)"

run: $(CORE)  ## set up the core and run the first study (STUDY=..., RUN_ARGS=...)
	$(call needs,sim/cli)
	$(call needs,$(STUDY))
	$(BIN)/waico sweep $(STUDY) --plots $(RUN_ARGS)

test: $(ALL)  ## set up everything but MPI and run the tests (PYTEST_ARGS="-n 2 -x")
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(ALL)  ## lint and types
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy

bench: $(ALL)  ## measure speed and memory, write results/reference/benchmarks.csv and docs/speed.md
	$(call needs,benchmarks/run.py)
	PYTHONPATH=$(PEERS) $(BIN)/python benchmarks/run.py
	$(BIN)/python tools/make_speed.py

estimate: $(ALL)  ## estimate the membership equations from the data
	$(call needs,tools/estimate.py)
	$(BIN)/python tools/estimate.py

validate: $(ALL)  ## compare with published figures, write results/reference/validation.csv
	$(call needs,tools/validate.py)
	$(BIN)/python tools/validate.py

findings: $(ALL)  ## compute the findings of all studies, write docs/findings.md (some minutes; goes on where it stopped)
	$(call needs,tools/make_findings.py)
	$(BIN)/python tools/make_findings.py

docs: $(ALL)  ## write the pages read from the code and build the documentation site
	$(BIN)/python tools/make_docs.py
	$(call needs,mkdocs.yml)
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

wheel: $(ALL)  ## build the wheel of a release into dist/
	$(BIN)/python -m hatchling build -t wheel

torture: $(ALL)  ## kill, resume and break sweeps on purpose (long)
	$(call needs,tools/torture.py)
	$(BIN)/python tools/torture.py

clean:  ## remove the environment and caches; results stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist site
	find sim tests -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | awk -F '\t' '{ printf "  make %-9s %s\n", $$1, $$2 }'
