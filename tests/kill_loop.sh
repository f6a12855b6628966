#!/bin/sh
# Phones work against a hub that is killed every few seconds and started again.
#
#   tests/kill_loop.sh [PROGRAM]      default: target/release/warmline
#
# From the environment: DEVICES, VISITS, PHOTOS, SEED (what the phones do), PAUSE (a hub lives at most so
# many seconds, default 4), DATABASE_URL (PostgreSQL instead of a SQLite file;
# WARMLINE_ALLOW_UNSAFE_DURABILITY=true for that of tests/postgres.sh), DISK (MiB: the hub's folder lies on a disk of this
# size, which is full for a while in every second life of the hub; needs the right to mount), RESTORE (so often a backup,
# made in one life of the hub, takes the place of its folder and its database some lives later; a PostgreSQL needs
# psql and the right to make databases). Prints the result of
# `warmline simulate` with the number of kills behind it; the exit status is that of the simulation.
set -eu

program="${1:-target/release/warmline}"
devices="${DEVICES:-20}" visits="${VISITS:-10}" photos="${PHOTOS:-1}" seed="${SEED:-7}" pause="${PAUSE:-4}"
folder="$(mktemp -d)"
kills=0
full=0
restores=0
hub=""

export WARMLINE_BACKUP_PASSPHRASE="of this run alone" WARMLINE_DATA="$folder/data" WARMLINE_LOG="${WARMLINE_LOG:-warn}"
if [ -n "${DATABASE_URL:-}" ]; then export WARMLINE_DATABASE_URL="$DATABASE_URL"; fi

clean() {
    if [ -n "$hub" ]; then kill -9 "$hub" 2>/dev/null || true; fi
    if [ -n "${DISK:-}" ]; then umount -l "$folder/data" 2>/dev/null || true; fi
    if [ "${KEEP:-}" ]; then echo "kept: $folder" >&2; else rm -rf "$folder"; fi
}
trap clean EXIT
trap 'exit 130' INT TERM

if [ -n "${DISK:-}" ]; then
    mkdir "$folder/data"
    mount -t tmpfs -o "size=${DISK}m" tmpfs "$folder/data"
fi

# The hub does not run. Its folder and its database are others from one moment to the next, as the desk of the
# simulation sees them.
put_back() {
    if [ -n "${DATABASE_URL:-}" ]; then
        server="${DATABASE_URL%/*}" name="${DATABASE_URL##*/}"
        sql "CREATE DATABASE ${name}_put"
        WARMLINE_DATABASE_URL="$server/${name}_put" WARMLINE_DATA="$folder/put" \
            "$program" restore "$folder/backups" --json >>"$folder/restored"
        until sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$name'; BEGIN;
            ALTER DATABASE $name RENAME TO ${name}_before_$kills; ALTER DATABASE ${name}_put RENAME TO $name; COMMIT"
        do sleep 0.05; done
        sql "DROP DATABASE ${name}_before_$kills"
    else
        WARMLINE_DATA="$folder/put" "$program" restore "$folder/backups" --json >>"$folder/restored"
    fi
    mv "$folder/data" "$folder/before.$kills"
    mv "$folder/put" "$folder/data"
    restores=$((restores + 1))
}

sql() { psql -q -o /dev/null -v ON_ERROR_STOP=1 -d "$server/postgres" -c "$1"; }

# 0.3 s to PAUSE, by chance.
live() {
    sleep "$(awk -v most="$pause" -v dice="$(od -An -N2 -tu2 /dev/urandom)" 'BEGIN { print 0.3 + (most - 0.3) * dice / 65536 }')"
}

# A free port, kept over all lives of the hub.
"$program" serve --listen 127.0.0.1:0 >"$folder/listening" 2>"$folder/hub.log" &
hub=$!
while ! grep -q Listening "$folder/listening"; do
    kill -0 "$hub" || { cat "$folder/hub.log" >&2; exit 1; }
    sleep 0.05
done
address="$(sed 's/Listening on //' "$folder/listening")"

"$program" simulate --json --hub "http://$address" --devices "$devices" --visits "$visits" \
    --photos "$photos" --seed "$seed" --ledger "$folder/ledger" >"$folder/result" 2>"$folder/simulate.log" &
phones=$!

while kill -0 "$phones" 2>/dev/null; do
    live
    if [ -n "${DISK:-}" ] && [ $((kills % 2)) -eq 0 ]; then
        cat /dev/zero >"$folder/data/filler" 2>/dev/null || true
        full=$((full + 1))
        live
        rm "$folder/data/filler"
        live
    fi
    if [ "$restores" -lt "${RESTORE:-0}" ] && [ $((kills % 4)) -eq 1 ]; then
        "$program" backup "$folder/backups" --json >>"$folder/backed_up"
    fi
    kill -0 "$phones" 2>/dev/null || break
    kill -9 "$hub" 2>/dev/null || { echo "the hub had ended by itself:" >&2; tail -5 "$folder/hub.log" >&2; }
    wait "$hub" 2>/dev/null || true
    kills=$((kills + 1))
    if [ "$restores" -lt "${RESTORE:-0}" ] && [ $((kills % 4)) -eq 0 ]; then put_back; fi
    "$program" serve --listen "$address" >/dev/null 2>>"$folder/hub.log" &
    hub=$!
done

status=0
wait "$phones" || status=$?
cat "$folder/result"
cat "$folder/simulate.log" >&2
echo "{\"kills\":$kills,\"full\":$full,\"restores\":$restores}"
exit "$status"
