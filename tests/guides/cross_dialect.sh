#!/usr/bin/env bash
# One ticket seen by all five dialects at once: on one embedded server, and on two instances that share nothing but
# PostgreSQL and Redis.
#
#   tests/guides/cross_dialect.sh      about half a minute
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/guides/lib.sh

password=cross-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')

echo "# one instance"
start_api DEMO_PASSWORD="$password"
relay "one instance" node tests/guides/cross_dialect.js "$password" "$base"
quiet_log "$work/api-$port.log" # a demo password is printed at the start, on purpose

echo "# two instances"
[ -n "${TEST_DATABASE_URL:-}" ] || . target/services/env
: "${TEST_DATABASE_URL:?run scripts/services start}" "${TEST_REDIS_URL:?run scripts/services start}"
database=switchboard_cross_$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
settings=(DATABASE_URL="${TEST_DATABASE_URL%/*}/$database" REDIS_URL="$TEST_REDIS_URL" REDIS_PREFIX="$database:"
    JWT_SECRET="$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')" STORAGE_URL="file://$work/files" RATE_LIMITS=off)
mkdir -p "$work/files"
psql_() { psql -X -q -v ON_ERROR_STOP=1 -d "$TEST_DATABASE_URL" -c "$1"; }
drop() {
    end_all
    psql_ "DROP DATABASE IF EXISTS $database WITH (FORCE)" >/dev/null 2>&1
    redis-cli -u "$TEST_REDIS_URL" --scan --pattern "$database:*" 2>/dev/null | xargs -r -n 200 redis-cli -u "$TEST_REDIS_URL" del >/dev/null 2>&1
}
trap drop EXIT
check "a database of its own" psql_ "CREATE DATABASE $database"
add_user() { # add_user NAME ROLE [DEPARTMENT]
    printf '%s\n' "$password" | clean "${settings[@]}" "$API_BIN" user create --username "$1" --role "$2" --password-stdin ${3:+--department "$3"}
}
check "alice" add_user alice user
check "bob" add_user bob user
check "itagent" add_user itagent agent IT
check "admin" add_user admin admin
start_api "${settings[@]}" WORKER=embedded
first=$base first_port=$port
start_api "${settings[@]}" WORKER=external
relay "two instances" node tests/guides/cross_dialect.js "$password" "$first" "$base"
quiet_log "$work/api-$first_port.log" "$password"
quiet_log "$work/api-$port.log" "$password"
drop
finish
