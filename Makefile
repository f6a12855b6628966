# Warmline. Two commands matter: `make run` and `make test`.
SHELL := /bin/bash
.PHONY: wasm

WASM := target/wasm32-unknown-unknown/wasm/mobile_shim.wasm

# The core for browsers: web/wasm/core_wasm.js and core_wasm_bg.wasm.
wasm:
	cargo build --package mobile-shim --target wasm32-unknown-unknown --profile wasm
	mkdir -p target/bindgen && cp $(WASM) target/bindgen/core_wasm.wasm
	cargo run --quiet --package shim-bindgen -- target/bindgen/core_wasm.wasm web/wasm
