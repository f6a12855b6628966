#!/usr/bin/env bash
# Installs what `make run` and `make test` need and this machine lacks; says plainly what it cannot install.
#
#   scripts/need.sh run    Rust with the wasm target, Node with npm, a C compiler
#   scripts/need.sh test   the same, and PostgreSQL, Chromium, Chinese fonts, readers of PDF and QR codes, Python, cargo-nextest
set -uo pipefail

missing=()
packages=()

have() { command -v "$1" >/dev/null 2>&1; }

want_package() { # COMMAND-OR-FILE PACKAGE
    have "$1" || [ -e "$1" ] || packages+=("$2")
}

install_packages() {
    [ ${#packages[@]} -eq 0 ] && return
    local root=""
    if [ "$(id -u)" -ne 0 ]; then
        have sudo && root="sudo"
        [ -z "$root" ] && { missing+=("packages: ${packages[*]} (run as root: apt-get install ${packages[*]})"); return; }
    fi
    if ! have apt-get; then
        missing+=("packages: ${packages[*]} (install them with this system's package manager)")
        return
    fi
    echo "Installing ${packages[*]} ..."
    # Another installation may hold the lock, and an archive may vanish while it runs: try again.
    for _ in 1 2 3; do
        $root apt-get -o DPkg::Lock::Timeout=120 -qq update \
            && $root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -y -qq install "${packages[@]}" >/dev/null \
            && return
    done
    missing+=("packages: ${packages[*]} (apt-get could not install them)")
}

need_run() {
    want_package cc gcc
    if ! have cargo; then
        missing+=("Rust (https://rustup.rs), then run this again")
    elif have rustup; then
        local target
        target="$(sed -n 's/^targets = \["\(.*\)"\]/\1/p' rust-toolchain.toml)"
        rustup target list --installed 2>/dev/null | grep -q "^$target$" \
            || rustup target add "$target" || missing+=("Rust's target $target (rustup target add $target)")
    fi
    local node_major=0
    have node && node_major="$(node -p 'process.versions.node.split(".")[0]')"
    [ "$node_major" -ge 20 ] && have npm || missing+=("Node 20 or newer with npm (https://nodejs.org)")
}

need_test() {
    need_run
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || have initdb || packages+=(postgresql)
    want_package chromium chromium
    want_package pdftotext poppler-utils
    want_package python3 python3
    want_package zbarimg zbar-tools
    want_package /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk
}

need_nextest() {
    cargo nextest --version >/dev/null 2>&1 && return
    echo "Building cargo-nextest, once ..."
    cargo install cargo-nextest --locked || missing+=("cargo-nextest (cargo install cargo-nextest --locked)")
}

case "${1:-}" in
    run) need_run; install_packages ;;
    test) need_test; install_packages; have cargo && need_nextest ;;
    *) echo "usage: scripts/need.sh run|test" >&2; exit 2 ;;
esac

if [ ${#missing[@]} -gt 0 ]; then
    echo "This machine lacks what Warmline needs and could not be given it:" >&2
    printf '  - %s\n' "${missing[@]}" >&2
    exit 1
fi
