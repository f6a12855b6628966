# Warmline. Two commands matter: `make run` and `make test`.
SHELL := /bin/bash
.PHONY: run test build wasm web check laws bench bench-phone field-line kill-loop clean

DATA ?= data/demo
WASM := target/wasm32-unknown-unknown/wasm/mobile_shim.wasm
WARMLINE := target/debug/warmline

# Builds all and serves the demonstration sub-district on http://127.0.0.1:8080.
run:
	scripts/need.sh run
	$(MAKE) --no-print-directory web
	cargo build --package server
	$(WARMLINE) demo --data $(DATA)
	$(WARMLINE) serve --data $(DATA)

# Every test: Rust on SQLite and PostgreSQL, the wasm package, both apps in a real browser.
test:
	scripts/test.sh

# The program to install: target/release/warmline, with both apps inside.
build: web
	cargo build --package server --release

# The core for browsers: web/wasm/core_wasm.js and core_wasm_bg.wasm.
wasm:
	cargo build --package mobile-shim --target wasm32-unknown-unknown --profile wasm
	mkdir -p target/bindgen && cp $(WASM) target/bindgen/core_wasm.wasm
	cargo run --quiet --package shim-bindgen -- target/bindgen/core_wasm.wasm web/wasm

# Both apps: web/dist/field and web/dist/office.
web: wasm web/node_modules
	npm --prefix web run --silent build

web/node_modules: web/package-lock.json
	npm --prefix web ci --no-audit --no-fund --loglevel=error
	touch web/node_modules

# Format, lints and documentation, as the tests demand them.
check:
	cargo fmt --all --check
	rustfmt --edition 2024 --check sync-core/src/kinds/*.rs sync-core/src/kinds/*/*.rs server/doors/src/kinds/*.rs server/doors/src/kinds/*/*.rs
	cargo clippy --workspace --all-targets --quiet -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --quiet
	npm --prefix web run --silent check

# Laws and attacks with all of their seeds, an hour or more; docs/RELIABILITY.md has the figures. LAWS='test(history::laws)' picks.
LAWS ?= test(laws) + test(imports::ugly) + test(rebuild) + test(every_call) + test(partitions) + test(mutations) + test(convergence) + test(rollback)
laws:
	cargo build --package server
	WARMLINE_TEST_POSTGRES_URL="$$(tests/postgres.sh start)" WARMLINE_TEST_SCALE=full \
		cargo nextest run --workspace --profile laws --no-fail-fast -E '$(LAWS)'; \
	status=$$?; tests/postgres.sh stop; exit $$status

# What it costs: the core by criterion, the hub as a whole process. docs/BENCHMARKS.md has the figures.
bench:
	scripts/bench.sh

# What the field app costs with 20,000 records on the phone, in a real Chromium.
bench-phone: web
	cargo build --package server
	node web/e2e/bench.mjs

# A hundred photos of 3 MB over 1 Mbit/s with cuts, most of an hour: PHOTOS=100 make field-line
PHOTOS ?= 100
field-line:
	WARMLINE_LINE_PHOTOS=$(PHOTOS) node web/e2e/run.mjs "Photos over a bad line"

# Phones against a hub that is killed every few seconds: DEVICES=100 VISITS=20 PHOTOS=2 make kill-loop
kill-loop:
	cargo build --package server --release
	tests/kill_loop.sh target/release/warmline
