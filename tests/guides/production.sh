#!/usr/bin/env bash
# The production profile: PostgreSQL, Redis, two api instances and a worker, with the commands of docker-compose.yml; what
# holds when one of them is killed. Wants TEST_DATABASE_URL and TEST_REDIS_URL, as scripts/services start prints into
# target/services/env; stops and starts that Redis, if it is the one of scripts/services.
#
#   tests/guides/production.sh      about two minutes
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/guides/lib.sh

SERVICES=${SERVICES:-scripts/services} # a script with its own target/services
services_env=$(dirname "$(dirname "$SERVICES")")/target/services/env
if [ -z "${TEST_DATABASE_URL:-}" ] || [ -z "${TEST_REDIS_URL:-}" ]; then
    # shellcheck disable=SC1090
    [ ! -s "$services_env" ] || . "$services_env"
fi
: "${TEST_DATABASE_URL:?run scripts/services start}" "${TEST_REDIS_URL:?run scripts/services start}"
for binary in "$API_BIN" "$WORKER_BIN"; do
    [ -x "$binary" ] || { bad "there is no $binary: cargo build --workspace --bins"; finish; }
done

random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
database=switchboard_guide_$(random 6)
password=guide-$(random 8)
secret=$(random 32)

settings=(DATABASE_URL="${TEST_DATABASE_URL%/*}/$database" REDIS_URL="$TEST_REDIS_URL" REDIS_PREFIX="$database:"
    JWT_SECRET="$secret" WORKER=external DATA_DIR="$work/data" STORAGE_URL="file://$work/files" LOG_FORMAT=json RATE_LIMITS=off)
mkdir -p "$work/data" "$work/files"

psql_() { psql -X -q -v ON_ERROR_STOP=1 -d "$TEST_DATABASE_URL" -c "$1"; }
drop() {
    end_all
    psql_ "DROP DATABASE IF EXISTS $database WITH (FORCE)" >/dev/null 2>&1
    redis-cli -u "$TEST_REDIS_URL" --scan --pattern "$database:*" 2>/dev/null | xargs -r -n 200 redis-cli -u "$TEST_REDIS_URL" del >/dev/null 2>&1
}
trap drop EXIT

add_user() {
    printf '%s\n' "$password" | clean "${settings[@]}" "$API_BIN" user create --username "$1" --role "$2" --password-stdin
}

refuses() { # refuses WORDS VALUE NAME=VALUE…: the server ends within a second, not with 0, naming JWT_SECRET, its value unprinted
    local words=$1 value=$2 began code took try said=$work/refused
    shift 2
    for try in 1 2 3; do # a busy machine may take longer once
        began=$(date +%s%N)
        clean "${settings[@]/#JWT_SECRET=*/JWT_SECRET=}" RUST_BACKTRACE=0 BIND="127.0.0.1:$(free_port)" "$@" \
            timeout 10 "$API_BIN" serve >"$said" 2>&1 </dev/null
        code=$?
        took=$((($(date +%s%N) - began) / 1000000))
        [ "$took" -ge 1000 ] || break
    done
    if [ "$code" != 0 ] && [ "$code" != 124 ] && [ "$took" -lt 1000 ]; then
        ok "$words: refused in $took ms with exit code $code"
    else
        bad "$words: refused within a second" "exit code $code after $took ms, try $try: $(tail -n 5 "$said")"
    fi
    check "$words: says which setting" grep -q JWT_SECRET "$said"
    if [ -n "$value" ] && grep -qF -- "$value" "$said"; then bad "$words: the value is unprinted"; else ok "$words: the value is unprinted"; fi
}

check "a database of its own" psql_ "CREATE DATABASE $database"

refuses "no JWT_SECRET" ""
refuses "a short JWT_SECRET" "tooshort-7f3a" JWT_SECRET=tooshort-7f3a
refuses "31 bytes" "0123456789abcdefghijklmnopqrstu" JWT_SECRET=0123456789abcdefghijklmnopqrstu
refuses "a well-known JWT_SECRET" "change-me-please-change-me-please-now" JWT_SECRET=change-me-please-change-me-please-now

check "api user create alice" add_user alice user
check "api user create bob" add_user bob user
check "api user create root-admin" add_user root-admin admin
check "api doctor" clean "${settings[@]}" "$API_BIN" doctor

if [ "$(sed -n 's/^TEST_REDIS_URL=//p' "$services_env" 2>/dev/null)" = "$TEST_REDIS_URL" ]; then
    may_stop_redis=1
else
    may_stop_redis=
    printf 'skipped: Redis is not that of %s, and is not stopped\n' "$SERVICES"
fi

relay production clean "${settings[@]}" WORK="$work" API_BIN="$API_BIN" WORKER_BIN="$WORKER_BIN" SERVICES="$SERVICES" \
    MAY_STOP_REDIS="$may_stop_redis" PASSWORD="$password" PYTHONDONTWRITEBYTECODE=1 \
    timeout 600 python tests/guides/production.py "$(free_port)" "$(free_port)"

for log in "$work"/api-a.log "$work"/api-b.log "$work"/worker.log; do quiet_log "$log" "$secret" "$password"; done
rows=$(psql -X -At -d "${TEST_DATABASE_URL%/*}/$database" -c \
    "SELECT count(*) FROM (SELECT conversation_id FROM chat_message GROUP BY 1 HAVING max(seq) <> count(*) OR min(seq) <> 1) gaps" 2>&1)
equal "no conversation has a gap in seq" "$rows" 0
drop
finish
