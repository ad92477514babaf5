#!/usr/bin/env bash
# Are the notebooks and the unit tests true on a busy machine? Run them N times in a row (10) beside four busy processes
# and a disk writer. The last lines list each run with its time; the exit code is 1 if any of them failed.
#
#   tests/bench/stress.sh [N] [pytest's arguments, in place of the unit tests and the notebooks]
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
runs=${1:-10}
shift || true
python=.venv/bin/python
scratch=$(mktemp -d)
busy=()

stop() {
    kill "${busy[@]}" 2>/dev/null
    wait "${busy[@]}" 2>/dev/null
    rm -rf "$scratch"
}
trap stop EXIT

for _ in 1 2 3 4; do
    "$python" -c "while True: pass" &
    busy+=($!)
done
while :; do
    dd if=/dev/zero of="$scratch/zeros" bs=1M count=256 conv=fsync status=none
done &
busy+=($!)

once() {
    if [ "$#" -gt 0 ]; then
        "$python" -m pytest -q -n 2 "$@"
        return
    fi
    local failed=0 notebooks=(--dist=loadscope --nbval-current-env --nbval-cell-timeout=1800 --nbval-kernel-startup-timeout=1800)
    "$python" -m pytest -q -n 2 --dist=worksteal || failed=1
    "$python" -m pytest -q -n 2 "${notebooks[@]}" --nbval solutions lessons || failed=1
    return "$failed"
}

report=()
failures=0
for ((run = 1; run <= runs; run++)); do
    start=$SECONDS
    if once "$@"; then
        outcome=passed
    else
        outcome=failed
        failures=$((failures + 1))
    fi
    report+=("run $run of $runs: $outcome after $((SECONDS - start)) s")
done
printf '%s\n' "${report[@]}"
[ "$failures" -eq 0 ]
