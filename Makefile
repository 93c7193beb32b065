# What a person types. Everything works from nothing but Python 3.11-3.13 and Node 20.
PYTHON ?= python3
BIN := .venv/bin
TESTS = $(BIN)/pytest -n auto --maxprocesses 4 --dist loadgroup

.PHONY: help setup run demo-reset test check format package docs pictures

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*##/ -/'

setup: ## the environments, and the pages
	@$(PYTHON) local/environments.py

run: setup ## the whole product on this machine, until Ctrl-C; PORT, STATE and WAIT_SCALE if you wish
	@exec $(BIN)/python -m local.run

demo-reset: ## forget what the local stack holds
	@$(PYTHON) -m local.reset

test: setup ## everything that can be tested
	@$(BIN)/python -m local.browser && $(TESTS)

SEEDS ?= 200
.PHONY: sim
sim: ## everything at once, in a simulated world; SEEDS is how many, or which (7,8,9)
	@$(BIN)/python -m tests.sim.run $(SEEDS)

check: setup ## the one gate: form, lint, types, imports, template, pages, tests
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports
	$(BIN)/python -m infra.package && $(BIN)/cfn-lint build/template.json && npm --prefix ui run check
	npm --prefix ui run sizes
	npm --prefix ui test && $(BIN)/python -m local.browser && $(TESTS)

.PHONY: sizes
sizes: setup ## what the widget weighs, beside what it may
	@npm --prefix ui run --silent sizes

format: setup ## bring the sources into form
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

package: ## build/template.json and build/deployment.zip, for CloudFormation
	@$(PYTHON) local/environments.py project && $(BIN)/python -m infra.package

docs: setup ## the generated documents
	$(BIN)/python -m docs.generate && $(BIN)/python -m chalicelib.web.documents > docs/openapi.json

pictures: setup ## docs/images, taken anew from a running stack
	@$(BIN)/python -m tests.browser.pictures

.PHONY: bench
bench: setup ## how fast decisions are, beside the rule engines of others; how claims fare in a large team
	@test -d .venv-bench || $(PYTHON) -m venv .venv-bench; .venv-bench/bin/pip install -q -r bench/requirements.txt
	@if command -v npm > /dev/null; then npm --prefix bench/node install --no-package-lock --silent --no-audit --no-fund; fi
	@$(BIN)/python -m infra.native build/bench || true
	@cd build/bench && PYTHONPATH=$(CURDIR) $(CURDIR)/.venv-bench/bin/python -m bench.rules.run
	@$(BIN)/python -m bench.assignment.run

.PHONY: bench-widget
bench-widget: setup ## whether the widget holds a page up, in a real browser
	@$(BIN)/python -m bench.widget.run
