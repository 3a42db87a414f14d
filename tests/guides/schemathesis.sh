#!/usr/bin/env bash
# schemathesis against /openapi.json of a fresh embedded server: no 5xx, nothing that the description does not say.
# The same cases every time; four runs: as an admin with ids that exist, as a user with made-up ones, and, last, without
# a token and for what would end the token's session.
#
#   tests/guides/schemathesis.sh             about a minute
#   EXAMPLES=100 tests/guides/schemathesis.sh    more examples for each operation
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/guides/lib.sh

password=guide-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance
ends_sessions='/auth/(logout|refresh)/?$'

post() { # post TOKEN PATH BODY: the answer
    curl -sS -X POST "$base$2" -H "Authorization: Bearer $1" -H "Content-Type: application/json" -d "$3"
}

sign_in() {
    curl -sS -X POST "$base/api/auth/login" -H "Content-Type: application/json" \
        -d '{"username": "'"$1"'", "password": "'"$password"'"}' | jq -er .access_token
}

config() { # config FILE [PATH=ID…]: no tokens but ours; long polls do not wait; the {id} of paths that begin so is this one
    local pair
    printf '[auth]\nauto-signup = false\n[parameters]\n"query.wait" = 0\n' >"$1"
    for pair in "${@:2}"; do
        printf '[[operations]]\ninclude-path-regex = "^%s/[{]id[}]"\nparameters = {"path.id" = "%s"}\n' "${pair%%=*}" "${pair#*=}" >>"$1"
    done
}

# Python 3.11 counts the depth of what it parses for all threads together, and now and then ends a thread that did nothing wrong
# (python/cpython#106905): that says nothing about the server, and the run is repeated in one thread.
python_fault='AST constructor recursion depth mismatch'

run() { # run NAME SECONDS CONFIG EXAMPLES OPTION…
    local name=$1 seconds=$2 config=$3 examples=$4 log="$work/schemathesis-${1// /-}.log" began=$SECONDS code=1 workers
    shift 4
    for workers in 2 1; do
        (cd "$work" && timeout "$seconds" schemathesis --config-file "$config" run "$base/openapi.json" --checks "$checks" \
            --phases examples,coverage,fuzzing --max-examples "$examples" --generation-deterministic \
            --suppress-health-check all --workers "$workers" --request-timeout 40 --continue-on-failure \
            --warnings off --no-color "$@") >"$log" 2>&1
        code=$?
        grep -q "$python_fault" "$log" || break
    done
    case $code in
        0) ok "schemathesis $name ($((SECONDS - began)) s):$(sed -n '/^Test cases:/{n;s/^ */ /;p}' "$log")" ;;
        124) bad "schemathesis $name ends in $seconds s" "$(tail -n 5 "$log")" ;;
        *)
            bad "schemathesis $name"
            if grep -q '= FAILURES =' "$log"; then sed -n '/= FAILURES =/,$p' "$log"; else tail -n 40 "$log"; fi |
                cut -c1-400 | head -n "${LINES_SHOWN:-150}"
            ;;
    esac
}

start_api DEMO_PASSWORD="$password" RATE_LIMITS=off
admin=$(sign_in admin)
user=$(sign_in alice)
sent=$(post "$admin" /api/user-response/ '{"message": "Where is my order?"}')
conversation=$(jq -r .conversation_id <<<"$sent")
message=$(jq -r .message_id <<<"$sent")
file=$(curl -sS -H "Authorization: Bearer $admin" -F file=@tests/fixtures/tiny.png "$base/api/chat/upload/" | jq -r .attachment_id)
article=$(post "$admin" /api/bot/articles '{"title": "Marmalade", "body": "On Tuesdays."}' | jq -r .id)
equal "there is something to ask for" "$(grep -cE '^[0-9a-f-]{36}$' <<<"$conversation
$message
$file
$article")" 4

config "$work/none.toml"
config "$work/real.toml" "/api/chat/conversations=$conversation" "/api/chat/messages=$message" \
    "/api/chat/attachments=$file" "/api/bot/articles=$article"
run "as an admin, ids that exist" 240 "$work/real.toml" "${EXAMPLES:-30}" -H "Authorization: Bearer $admin" \
    --exclude-path-regex "$ends_sessions" --exclude-path-regex '/auth/'
run "as a user, ids made up" 200 "$work/none.toml" "${EXAMPLES:-20}" -H "Authorization: Bearer $user" \
    --exclude-path-regex "$ends_sessions"
run "without a token" 160 "$work/none.toml" "${EXAMPLES:-8}"
run "logout and refresh" 100 "$work/none.toml" "${EXAMPLES:-8}" -H "Authorization: Bearer $user" --include-path-regex "$ends_sessions"
check "the server is still ready" curl -fsS -o /dev/null "$base/readyz"
quiet_log "$work/api-$port.log" "$admin" "$user"
end "$api_pid"
finish
