# Two commands for a newcomer: `make demo` and `make test`. Everything happens inside .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: help demo test check fix clean

help:            ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(STAMP)   ## make the demo forum, analyse it, say where the report lies
	$(BIN)/forum-pulse demo demo-forum
	$(BIN)/forum-pulse analyze demo-forum/slack demo-forum/discourse demo-forum/signatures.csv \
		--config demo-forum/forum-pulse.toml -o demo-report
	@echo "The report: $(CURDIR)/demo-report/report.html"

test: $(STAMP) check   ## style, types, layers, all tests, and the notebooks
	$(BIN)/python -m pytest -n 2 --dist loadfile
	$(BIN)/python -m pytest --nbmake --nbmake-timeout=600 notebooks

check: $(STAMP)  ## style, types and layers only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

fix: $(STAMP)    ## mend style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:           ## remove what the targets made
	rm -rf $(VENV) demo-forum demo-report build dist *.egg-info
