#!/usr/bin/env bash
# What the scripts of tests/guides share: servers that they start and end by pid, checks, the last line.
# To be sourced from the repository's root, with `set -uo pipefail`.

root=$PWD
API_BIN=${API_BIN:-${CARGO_TARGET_DIR:-target}/debug/api}
WORKER_BIN=${WORKER_BIN:-${CARGO_TARGET_DIR:-target}/debug/worker}
export PATH="$root/tests/tools/node_modules/.bin:$root/target/venv/bin:$PATH"
export NODE_PATH="$root/tests/tools/node_modules" PYTHONDONTWRITEBYTECODE=1 ARTILLERY_DISABLE_TELEMETRY=true
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

work=$(mktemp -d "${TMPDIR:-/tmp}/switchboard-guide.XXXXXX")
pids=()
passed=0
failed=0

ok() {
    passed=$((passed + 1))
    printf 'ok - %s\n' "$*"
}

bad() { # bad NAME [DETAIL]
    failed=$((failed + 1))
    printf 'not ok - %s\n' "$1"
    [ -z "${2:-}" ] || printf '%s\n' "$2" | head -c 1500 | sed 's/^/    /'
}

check() { # check NAME COMMAND…: ok where it succeeds; what it printed is shown where not
    local name=$1 said
    shift
    if said=$("$@" 2>&1); then ok "$name"; else bad "$name" "$said"; fi
}

json() { # json NAME FILE JQ-EXPRESSION: ok where it is true of the file
    local said
    if said=$(jq -e "$3" "$2" 2>&1); then
        ok "$1"
    else
        bad "$1" "not so: $3
$(head -c 1000 "$2")"
    fi
}

equal() { # equal NAME GOT WANTED
    if [ "$2" = "$3" ]; then ok "$1"; else bad "$1" "got $2, wanted $3"; fi
}

relay() { # relay NAME COMMAND…: counts the `ok - ` and `not ok - ` lines of a client; its failure is one more
    local name=$1 code
    shift
    "$@" 2>&1 | tee "$work/relay"
    code=${PIPESTATUS[0]}
    passed=$((passed + $(grep -c '^ok - ' "$work/relay")))
    failed=$((failed + $(grep -c '^not ok - ' "$work/relay")))
    if [ "$code" != 0 ] && ! grep -q '^not ok - ' "$work/relay"; then bad "$name ended with exit code $code"; fi
}

finish() { # the last line, and the exit code
    end_all
    trap - EXIT
    if [ "$failed" = 0 ]; then rm -rf "$work"; else printf 'logs are kept in %s\n' "$work"; fi
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
    exit
}

# ---- processes ----

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

running() { # running PID: exists and is no zombie
    case "$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null)" in '' | Z*) return 1 ;; esac
}

end() { # end PID…: asks, waits up to 15 s for each, then kills
    local pid tries
    for pid in "$@"; do kill -TERM "$pid" 2>/dev/null; done
    for pid in "$@"; do
        for ((tries = 0; tries < 150; tries++)); do
            running "$pid" || break
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
}

end_all() {
    if [ -s "$work/pids" ]; then # what a client of ours started, each recorded with its start time, lest it be another's
        local pid began
        while read -r pid began; do
            [ "$(started_at "$pid")" != "$began" ] || kill -KILL "$pid" 2>/dev/null
        done <"$work/pids"
    fi
    [ "${#pids[@]}" = 0 ] || end "${pids[@]}"
    pids=()
}

started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

trap end_all EXIT
trap 'exit 130' INT TERM HUP

bare=(PATH="$PATH" HOME="$work" LANG=C.UTF-8 RUST_BACKTRACE=1) # all that a server gets of the caller's environment
clean() { env -i "${bare[@]}" "$@"; }  # clean NAME=VALUE… COMMAND…: runs it with these settings

start_api() { # start_api NAME=VALUE…: a fresh embedded server on a free port; sets port, base and api_pid
    [ -x "$API_BIN" ] || { bad "there is no $API_BIN: cargo build --workspace --bins"; finish; }
    local tries
    port=$(free_port)
    base=http://localhost:$port
    data=$work/data-$port
    # the server itself, and not a shell around it, must have the pid that is ended
    (exec env -i "${bare[@]}" BIND="127.0.0.1:$port" DATA_DIR="$data" "$@" "$API_BIN" serve) \
        >"$work/api-$port.log" 2>&1 </dev/null &
    api_pid=$!
    pids+=("$api_pid")
    for ((tries = 0; tries < 300; tries++)); do
        if curl -fsS -o /dev/null "$base/readyz" 2>/dev/null; then
            ok "the server is ready"
            return 0
        fi
        running "$api_pid" || break
        sleep 0.1
    done
    bad "the server is ready" "$(tail -n 20 "$work/api-$port.log")"
    finish
}

quiet_log() { # quiet_log FILE SECRET…: no panic in a server's log, and none of the secrets
    local file=$1 secret
    shift
    if grep -qE "panicked at|\bpanic\b" "$file"; then
        bad "no panic in $(basename "$file")" "$(grep -nE -A3 'panicked at|\bpanic\b' "$file" | head -n 12)"
    else
        ok "no panic in $(basename "$file")"
    fi
    for secret in "$@"; do
        if grep -qF -- "$secret" "$file"; then bad "no secret in $(basename "$file")"; return; fi
    done
    ok "no secret in $(basename "$file")"
}
