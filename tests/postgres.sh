#!/bin/sh
# One throw-away PostgreSQL for the tests of this machine.
#
#   tests/postgres.sh start   starts it unless it runs, and prints its URL
#   tests/postgres.sh stop    stops it and deletes its files
#
# It listens on a free port of 127.0.0.1 only, keeps its files in the temp folder, and does not care for
# durability: it holds nothing but test rows (with WARMLINE_POSTGRES_DURABLE=1 it does, as it does out of the box). Exit
# status 3 means that PostgreSQL is not installed.
set -eu

base="${TMPDIR:-/tmp}/warmline-postgres-$(id -u)"
cluster="$base/cluster"

find_bin() {
    for folder in "${WARMLINE_POSTGRES_BIN:-}" /usr/lib/postgresql/*/bin /usr/local/pgsql/bin \
        /opt/homebrew/opt/postgresql*/bin /usr/pgsql-*/bin; do
        if [ -n "$folder" ] && [ -x "$folder/initdb" ]; then found="$folder"; fi
    done
    if [ -z "${found:-}" ] && command -v initdb >/dev/null 2>&1; then
        found="$(dirname "$(command -v initdb)")"
    fi
    [ -n "${found:-}" ] && printf '%s\n' "$found"
}

# PostgreSQL refuses to run as root; its packages bring the user "postgres".
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then su -s /bin/sh postgres -c "$1"; else sh -c "$1"; fi
}

running() { as_owner "'$bin/pg_ctl' -D '$cluster' status" >/dev/null 2>&1; }

# Port 0 is not understood, so ports are tried.
free_port_start() {
    attempt=0
    while [ "$attempt" -lt 20 ]; do
        attempt=$((attempt + 1))
        port=$((20000 + $(od -An -N2 -tu2 /dev/urandom | tr -d ' ') % 40000))
        if as_owner "'$bin/pg_ctl' -D '$cluster' -l '$base/log' -w -t 30 -o '-p $port' start" >/dev/null 2>&1
        then
            printf '%s\n' "$port" >"$base/port"
            return 0
        fi
    done
    echo "PostgreSQL did not start; its log is $base/log" >&2
    return 1
}

start() {
    if ! running; then
        rm -rf "$base"
        mkdir -p "$base"
        if [ "$(id -u)" -eq 0 ]; then chown postgres "$base"; fi
        chmod 755 "$base"
        as_owner "'$bin/initdb' -D '$cluster' -U postgres -A trust -E UTF8 --locale=C -N" >/dev/null
        cat >>"$cluster/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 64MB
autovacuum = off
CONF
        if [ -z "${WARMLINE_POSTGRES_DURABLE:-}" ]; then
            cat >>"$cluster/postgresql.conf" <<CONF
fsync = off
full_page_writes = off
synchronous_commit = off
CONF
        fi
        free_port_start
    fi
    printf 'postgres://postgres@127.0.0.1:%s/postgres\n' "$(cat "$base/port")"
}

stop() {
    if running; then as_owner "'$bin/pg_ctl' -D '$cluster' -m immediate -w stop" >/dev/null; fi
    rm -rf "$base"
}

bin="$(find_bin)" || { echo "PostgreSQL is not installed (initdb not found)" >&2; exit 3; }
cd /
case "${1:-}" in
    start) start ;;
    stop) stop ;;
    *) echo "usage: $0 start|stop" >&2; exit 2 ;;
esac
