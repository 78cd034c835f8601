#!/usr/bin/env bash
# Kills Beholden 40 times on each database while deliveries arrive and GitHub misbehaves, kills it
# while it lists everything, freezes two replicas in turns, and counts what stands. The long versions: docs/performance.md.
set -euo pipefail
cd "$(dirname "$0")/.."

: "${BEHOLDEN_TEST_POSTGRES:=}"
if [ -z "$BEHOLDEN_TEST_POSTGRES" ]; then
    if [ -n "${CI:-}" ]; then
        echo "kills.sh: set BEHOLDEN_TEST_POSTGRES: this is CI" >&2
        exit 1
    fi
    echo "PostgreSQL was not run: set BEHOLDEN_TEST_POSTGRES to the URL of a server"
fi

if [ -z "${BEHOLDEN_BIN:-}" ]; then
    cargo build --locked --workspace --bins
fi
bin="${CARGO_TARGET_DIR:-target}/debug"
logs=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$logs"' EXIT

# Runs a driver in the background; what it prints is shown in the end.
names=()
run() {
    local name=$1
    shift
    "$bin/load" "$@" --binary "${BEHOLDEN_BIN:-$bin/beholden}" >"$logs/$name" 2>&1 &
    names+=("$name")
    pids+=($!)
}

# GitHub may ask one organisation to wait several times in a row, each time for longer: five times make
# more than the five minutes for which the driver usually waits.
run sqlite kills --database sqlite --kills 40 --keys 24 --life 2000 --quiet 600
run listed listed --repositories 30
if [ -n "$BEHOLDEN_TEST_POSTGRES" ]; then
    run listed_postgres listed --repositories 30 \
        --database postgres --postgres "$BEHOLDEN_TEST_POSTGRES"
    run postgres kills --database postgres --postgres "$BEHOLDEN_TEST_POSTGRES" \
        --kills 40 --keys 24 --life 2000 --quiet 600
    run replicas replicas --postgres "$BEHOLDEN_TEST_POSTGRES" \
        --freezes 6 --freeze 6 --busy 5 --keys 3 --per-minute 12 --quiet 240
fi

failed=0
for n in "${!pids[@]}"; do
    wait "${pids[$n]}" || failed=1
    cat "$logs/${names[$n]}"
done
exit "$failed"
