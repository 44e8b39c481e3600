# The portal on one machine. Needs Python 3.12 or newer and make; everything else is brought along.
#
# Variables: PORT=8000  HOST=127.0.0.1  DATA_DIR=var  DATABASE_URL=…  REDIS_URL=…  DEMO=1  PYTHON=/path/to/python3

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
python := .venv/bin/python
TESTS ?=

.PHONY: help setup run test check bench faults hostile accessibility offers lighthouse demo-reset backup restore screenshots requirements clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

setup:
	@.ci/setup

run: setup ## start the portal: http://127.0.0.1:8000 (Ctrl-C ends it)
	@exec $(python) -m msp_portal.serve

test: setup ## all tests: rules, races on a real database, browser (TESTS=tests/core for some); a process a core: a third only gets in their way
	@$(python) -m tests.browser --install
	@exec $(python) -m pytest -n 2 --dist worksteal $(TESTS)

faults: setup ## what is killed, filled and cut, at full size, into docs/reliability.md (a quarter of an hour)
	@FAULTS=full exec $(python) -m pytest -n 2 --dist worksteal $(or $(TESTS),tests/faults)

check: setup ## style, types, floors, migrations, deployment, translations, known vulnerabilities
	@exec .ci/check

bench: setup ## figures of speed as JSON in var/bench and as a table
	@exec $(python) -m tests.bench

accessibility: setup ## every page × person in a real browser: barriers, keyboard, zoom, colours (half an hour)
	@$(python) -m tests.browser --install
	@exec $(python) -m tests.everybody

offers: setup ## each link and form of every page, followed by who was shown it: nobody is offered what he is refused (ten minutes)
	@OFFERS=full exec $(python) -m pytest --show-capture=no tests/everybody/test_offers.py

lighthouse: setup ## Lighthouse on home, search, booking, patient's space (npm brings it; PORTAL_URL=… ROUNDS=3)
	@$(python) -m tests.browser --install
	@exec $(python) -m tests.lighthouse

hostile: setup ## 100,000 hostile inputs (INPUTS=100000, SEED=words); figures in docs/security.md
	@exec $(python) -m tests.hostile $(if $(INPUTS),--inputs $(INPUTS)) $(if $(SEED),--seed "$(SEED)")

demo-reset: setup ## the invented people and appointments anew
	@exec $(python) manage.py demo --reset

backup: setup ## database and files into one file below DATA_DIR/backups (TO=folder, KEEP=14)
	@exec $(python) manage.py backup $(if $(TO),--to "$(TO)") $(if $(KEEP),--keep $(KEEP))

restore: setup ## a backup back, verified (FROM=file, IDENTITY=file with the age key, REPLACE=1 when it is not empty)
	@test -n "$(FROM)" || { echo "Which one? make restore FROM=file" >&2; exit 2; }
	@exec $(python) manage.py restore "$(FROM)" $(if $(IDENTITY),--identity "$(IDENTITY)") $(if $(REPLACE),--replace)

screenshots: setup ## the main screens at two widths into docs/screens
	@exec $(python) -m tests.screenshots

requirements: setup ## pin requirements/*.txt anew from pyproject.toml
	@exec .ci/requirements

clean: ## forget the environment and all local data (var/)
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
