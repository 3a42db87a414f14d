#!/usr/bin/env bash
# Webhooks against a fresh embedded server and a receiver in another language (tests/guides/webhook-receiver.js, which
# verifies signatures with the npm package standardwebhooks): the receiver is killed under load and comes back, and every
# event has arrived, each once or again with the same id, in the log as such.
#
#   tests/guides/webhooks.sh                 about half a minute; the receiver is away for 8 s
#   GUIDE_FULL=1 tests/guides/webhooks.sh    it is away for a minute
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/guides/lib.sh

password=guide-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
out=$work/out
arrived=$work/arrived
sent=$work/sent
away=8
[ "${GUIDE_FULL:-}" != 1 ] || away=60
schedule=1s,1s,2s,2s$(printf ',5s%.0s' {1..20})

login() { # login USER: its token
    curl -sS -X POST "$base/api/auth/login" -H 'Content-Type: application/json' \
        -d '{"username": "'"$1"'", "password": "'"$password"'"}' | jq -r .access_token
}

ask() { # ask METHOD PATH [BODY]: as the admin; the status is printed, the answer is in $out
    curl -sS -o "$out" -w '%{http_code}' -X "$1" "$base$2" -H "Authorization: Bearer $admin" \
        -H 'Content-Type: application/json' ${3:+-d "$3"}
}

until_true() { # until_true SECONDS COMMAND…: whether it succeeds in time
    local until=$((SECONDS + $1))
    shift
    while [ "$SECONDS" -lt "$until" ]; do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    return 1
}

listen() { # listen SECRET: starts the receiver and waits until it listens; sets receiver
    : >"$work/receiver.log"
    node tests/guides/webhook-receiver.js "$hook_port" "$1" "$arrived" >"$work/receiver.log" 2>&1 </dev/null &
    receiver=$!
    pids+=("$receiver")
    until_true 10 grep -q listening "$work/receiver.log"
}

say() { # say NUMBER: a message of alice's; its event's id and how long it took go to $sent
    local took said=$work/said.$1
    took=$(curl -sS -o "$said" -w '%{time_total}' -X POST "$base/api/user-response" -H "Authorization: Bearer $alice" \
        -H 'Content-Type: application/json' -d '{"message": "load '"$1"'", "conversation_id": "'"$conversation"'"}')
    printf 'msg_%s %s\n' "$(jq -r .message_id "$said" | tr -d -)" "$took" >>"$sent"
    rm -f "$said"
}

load() { # until the file $work/enough is there
    local n=0
    while [ ! -e "$work/enough" ]; do
        n=$((n + 1))
        say "$n"
    done
}

all_arrived() { [ -z "$(comm -23 <(cut -d' ' -f1 "$sent" | sort -u) <(sed -n 's/^ok \([^ ]*\) .*/\1/p' "$arrived" | sort -u))" ]; }

whole_log() { # every delivery of the endpoint, one JSON object a line, by the cursors of its pages
    local cursor=''
    while :; do
        ask GET "/api/webhooks/$1/deliveries?limit=100&cursor=$cursor" >/dev/null
        jq -c '.results[]' "$out"
        cursor=$(jq -r '.next // empty' "$out")
        [ -n "$cursor" ] || return 0
    done
}

log_settled() { whole_log "$webhook" >"$work/log" && jq -se 'all(.[]; .status == "ok")' "$work/log"; }

# ---- registering ----

check "the tools are installed" node -e 'require("standardwebhooks")'
start_api DEMO_PASSWORD="$password" RATE_LIMITS=off WEBHOOK_RETRY_SCHEDULE="$schedule"
admin=$(login admin)
alice=$(login alice)
hook_port=$(free_port)
url=http://127.0.0.1:$hook_port/hook

for bad in http://169.254.169.254/latest/meta-data/ http://10.0.0.1/ 'http://[64:ff9b::a9fe:a9fe]/' 'http://[::ffff:10.0.0.1]/' ftp://example.com/; do
    equal "$bad is refused" "$(ask POST /api/webhooks '{"url": "'"$bad"'", "events": ["message.created"]}')" 400
done
equal "a webhook is registered" "$(ask POST /api/webhooks '{"url": "'"$url"'", "events": ["message.created"], "description": "Guide"}')" 201
json "its secret is shown" "$out" '(.secret|startswith("whsec_")) and .enabled and .events == ["message.created"]'
webhook=$(jq -r .id "$out")
secret=$(jq -r .secret "$out")
equal "it can be read" "$(ask GET "/api/webhooks/$webhook")" 200
json "its secret is shown once" "$out" 'has("secret") | not'
status=$(curl -sS -o "$out" -w '%{http_code}' "$base/api/webhooks" -H "Authorization: Bearer $alice")
equal "a customer sees no webhooks" "$status" 403

# ---- trying it out ----

touch "$arrived" "$sent"
listen "$secret" # not in `check`, whose subshell would keep the pid to itself
equal "the receiver listens" $? 0
equal "a test is sent" "$(ask POST "/api/webhooks/$webhook/test" '{}')" 202
test_id=$(jq -r .event_id "$out")
test_delivery=$(jq -r .id "$out")
check "the test arrives, verified" until_true 10 grep -qx "ok $test_id webhook.test" "$arrived"
equal "it is replayed" "$(ask POST "/api/webhooks/$webhook/deliveries/$test_delivery/replay")" 202
twice() { [ "$(grep -cx "ok $test_id webhook.test" "$arrived")" = 2 ]; }
check "the replay has the same id" until_true 10 twice

# ---- killed under load ----

conversation=$(curl -sS -X POST "$base/api/chat/conversations" -H "Authorization: Bearer $alice" -H 'Content-Type: application/json' \
    -d '{"title": "Load", "is_group": true}' | jq -r .id)
load &
loader=$!
pids+=("$loader")
some_arrived() { [ "$(grep -c message.created "$arrived")" -gt 20 ]; }
check "events arrive under load" until_true 20 some_arrived
kill -KILL "$receiver"
wait "$receiver" 2>/dev/null
before=$(wc -l <"$arrived")
printf '    the receiver is away for %s s\n' "$away"
sleep "$away"
equal "nothing arrives while it is away" "$(wc -l <"$arrived")" "$before"
listen "$secret"
equal "the receiver is back" $? 0
until_true 5 some_arrived
touch "$work/enough"
wait "$loader"
count=$(wc -l <"$sent")
check "every one of $count events has arrived" until_true 60 all_arrived
check "the log says that each was delivered" until_true 30 log_settled
equal "the log has each event once" "$(jq -r .event_id "$work/log" | sort | uniq | wc -l)" "$((count + 1))"
equal "and no other" "$(wc -l <"$work/log")" "$((count + 1))"
equal "those of the time away were tried again" "$(jq -s 'any(.[]; (.attempts | length) > 1 and .attempts[0].status_code == null and .attempts[-1].status_code == 204)' "$work/log")" true
equal "no signature was bad" "$(grep -c '^bad' "$arrived")" 0
took=$(cut -d' ' -f2 "$sent" | sort -n | sed -n "$((count - count / 20))p")
printf '    %s messages, 19 of 20 took at most %s s; %s posts arrived\n' "$count" "$took" "$(wc -l <"$arrived")"
check "sending was not slowed" awk "BEGIN { exit !($took < 1) }"

# ---- gone ----

equal "a webhook that is gone is registered" "$(ask POST /api/webhooks '{"url": "http://127.0.0.1:'"$hook_port"'/gone", "events": ["ticket.created"]}')" 201
gone=$(jq -r .id "$out")
ask POST "/api/webhooks/$gone/test" '{}' >/dev/null
disabled() { ask GET "/api/webhooks/$gone" >/dev/null && jq -e '.enabled == false and (.disabled_reason | test("410"))' "$out"; }
check "410 disables it" until_true 10 disabled

quiet_log "$work/api-$port.log" "$secret" "$admin"
finish
