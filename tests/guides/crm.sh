#!/usr/bin/env bash
# Plays the CRM guide (contract: guides/crm.md) against a fresh embedded server, with the clients that it names and its
# commands and snippets as printed; only host, port, ids, tokens and passwords are put in.
#
#   tests/guides/crm.sh                 about a minute
#   GUIDE_FULL=1 tests/guides/crm.sh    artillery for its full 60 s
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/guides/lib.sh

password=guide-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
out=$work/out

json_lines() { sed -n 's/^\(> \)*{/{/p' "$1"; } # wscat leaves its prompt before some

wait_for() { # wait_for FILE JQ-CONDITION SECONDS: until one of the file's JSON lines meets it
    local until=$((SECONDS + $3))
    while [ "$SECONDS" -lt "$until" ]; do
        json_lines "$1" | jq -se "any(.[]; $2)" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    return 1
}

frames() { # frames NAME FILE CONDITION: a frame that meets it is there within 10 s
    if wait_for "$2" "$3" 10; then ok "$1"; else bad "$1" "no frame with $3 in
$(tail -n 12 "$2")"; fi
}

# ---- "Manual API Testing": the three curls ----

curls() { # curls SLASH-OF-LOGIN SLASH-OF-THE-OTHERS WORDS: sets token and conversation
    local at=$3 YOUR_JWT_TOKEN CONVERSATION_ID status
    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/api/auth/login$1" \
        -H "Content-Type: application/json" \
        -d '{"username": "alice", "password": "'"$password"'"}')
    equal "curl login ($at) answers 200" "$status" 200
    json "login ($at) has its tokens" "$out" '(.access_token|length) > 40 and .token == .access_token and
        .accessToken == .access_token and .refresh == .refresh_token and .token_type == "bearer" and
        .expires_in == 3600 and .role == "user" and .username == "alice" and (.user_id|type) == "string" and
        .user.username == "alice"'
    YOUR_JWT_TOKEN=$(jq -r .access_token "$out")

    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/api/user-response$2" \
        -H "Authorization: Bearer $YOUR_JWT_TOKEN" \
        -H "Content-Type: application/json" \
        -d '{"message": "Hello, bot!"}')
    equal "curl user-response ($at) answers 201" "$status" 201
    json "user-response ($at) has its ids" "$out" '(.conversation_id|length) == 36 and (.message_id|length) == 36 and .seq == 1'
    CONVERSATION_ID=$(jq -r .conversation_id "$out")

    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/api/bot-response$2" \
        -H "Authorization: Bearer $YOUR_JWT_TOKEN" \
        -H "Content-Type: application/json" \
        -d '{"conversation_id": "'"$CONVERSATION_ID"'"}')
    equal "curl bot-response ($at) answers 200" "$status" 200
    json "the bot ($at) greets" "$out" '(.message|contains("Hello!") and contains("CRM")) and .seq == 2 and
        (.conversation_id|length) == 36 and (.message_id|length) == 36 and (.sources|type) == "array" and (.prompts|type) == "array"'
    token=$YOUR_JWT_TOKEN
    conversation=$CONVERSATION_ID
}

prompts_and_lists() { # the rest of "Test endpoints in order", and scenario 1: the message is in the list
    curl -sS -H "Authorization: Bearer $token" "$base/api/bot-prompts/" >"$out"
    json "bot prompts are the seeded five" "$out" '[.[].title] == ["Product Search", "Order Status", "Delivery Tracking", "Account Help", "General Support"]'
    curl -sS -H "Authorization: Bearer $token" "$base/api/chat/conversations/" >"$out"
    json "the conversation is in the list" "$out" '.results[0].title == "Chat with alice" and .count >= 1 and .results[0].last_message != null and
        any(.results[]; .id == "'"$conversation"'")'
    curl -sS -H "Authorization: Bearer $token" "$base/api/chat/conversations/$conversation/messages/" >"$out"
    json "messages: the question, the answer" "$out" '[.[] | [.seq, .type]] == [[1, "user"], [2, "bot"]] and .[0].text == "Hello, bot!"'
}

# ---- "Using wscat" ----

play_wscat() {
    local pid MESSAGE_ID log=$work/wscat.out
    mkfifo "$work/keys"
    wscat -c "ws://localhost:$port/ws/chat/$conversation/?token=$token" <"$work/keys" >"$log" 2>&1 &
    pid=$!
    pids+=("$pid")
    exec 7>"$work/keys"
    frames "wscat: connected" "$log" '.type == "connected" and .conversation_id == "'"$conversation"'" and (.participants|type) == "array" and (.online|type) == "array"'
    printf '%s\n' '{"type": "message", "text": "Hello via WebSocket"}' >&7
    frames "wscat: the message comes back" "$log" '.type == "message:new" and .message.text == "Hello via WebSocket" and .message.sender == "alice"'
    frames "wscat: it is acknowledged" "$log" '.type == "message:ack" and (.message_id|length) == 36 and .seq == 3'
    frames "wscat: the bot answers by itself" "$log" '.type == "message:new" and .message.type == "bot" and .message.seq == 4'
    printf '%s\n' '{"type": "typing", "is_typing": true}' >&7
    frames "wscat: typing" "$log" '.type == "typing" and .is_typing == true and .username == "alice"'
    MESSAGE_ID=$(json_lines "$log" | jq -rs 'map(select(.type == "message:new" and .message.type == "bot"))[0].message.id')
    printf '%s\n' '{"type": "read", "message_ids": ["MESSAGE_ID"]}' | sed "s/MESSAGE_ID/$MESSAGE_ID/" >&7
    frames "wscat: read" "$log" '.type == "read" and .message_ids == ["'"$MESSAGE_ID"'"] and .username == "alice" and .seq == 4'
    equal "wscat: no error frame" "$(json_lines "$log" | jq -s 'map(select(.type == "error")) | length')" 0
    exec 7>&-
    end "$pid"
}

# ---- "Using Python WebSocket Client" ----

play_python() {
    sed "s|localhost:8000|localhost:$port|; s|CONVERSATION_ID|$conversation|; s|YOUR_JWT_TOKEN|$token|" >"$work/client.py" <<'PY'
import asyncio
import websockets
import json

async def test_websocket():
    uri = "ws://localhost:8000/ws/chat/CONVERSATION_ID/?token=YOUR_JWT_TOKEN"
    
    async with websockets.connect(uri) as websocket:
        # Send message
        await websocket.send(json.dumps({
            "type": "message",
            "text": "Hello from Python!"
        }))
        
        # Listen for responses
        async for message in websocket:
            data = json.loads(message)
            print(f"Received: {data}")

asyncio.run(test_websocket())
PY
    timeout 6 python -u "$work/client.py" >"$work/client.out" 2>&1
    equal "python: it listens until it is stopped" "$?" 124
    check "python: its message comes back" grep -q "^Received: .*'type': 'message:new'.*Hello from Python!" "$work/client.out"
    check "python: it is acknowledged" grep -q "^Received: .*'type': 'message:ack'" "$work/client.out"
    check "python: the bot answers" grep -q "^Received: .*'type': 'message:new'.*'type': 'bot'.*Hello!" "$work/client.out"
}

# ---- Postman, artillery, the socket load test ----

play_newman() { # play_newman WORDS
    local report=$work/newman.json
    newman run openapi/switchboard.postman_collection.json -e openapi/local.postman_environment.json \
        --env-var "base_url=$base" --reporters json --reporter-json-export "$report" >"$work/newman.log" 2>&1
    equal "newman $1 ends well" "$?" 0
    json "newman $1: every request and every assertion passed" "$report" '.run.failures == [] and .run.stats.assertions.failed == 0 and
        .run.stats.assertions.total > 60 and .run.stats.requests.failed == 0' 2>/dev/null
    jq -r '.run.failures[] | "    \(.source.name): \(.error.test // ""): \(.error.message)"' "$report" 2>/dev/null | head -n 20
}

play_artillery() {
    local report=$work/report.json short=(--overrides '{"config":{"phases":[{"duration":10,"arrivalRate":10}]}}')
    [ "${GUIDE_FULL:-}" != 1 ] || short=()
    timeout 180 artillery run -t "$base" -v "{\"token\":\"$token\"}" -o "$report" "${short[@]}" \
        tests/guides/artillery-config.yml >"$work/artillery.log" 2>&1
    equal "artillery ends well" "$?" 0
    json "artillery: no failed request" "$report" '.aggregate.counters as $c | $c["http.requests"] >= 50 and
        $c["http.responses"] == $c["http.requests"] and $c["http.codes.201"] == $c["http.requests"] and
        ($c["vusers.failed"] // 0) == 0 and ([$c | keys[] | select(startswith("errors."))] == [])'
    jq -r '.aggregate | "    \(.counters["http.requests"]) requests, p95 \(.summaries["http.response_time"].p95) ms, p99 \(.summaries["http.response_time"].p99) ms"' "$report" 2>/dev/null
    equal "artillery: each request stored one message" "$(sql "SELECT count(*) FROM chat_message WHERE text LIKE 'Load test message %'")" \
        "$(jq '.aggregate.counters["http.codes.201"]' "$report")"
}

# ---- "Database Queries" ----

sql() { # sql QUERY: its rows, with columns parted by |
    python3 - "$data/switchboard.db" "$1" <<'PY'
import sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
for row in db.execute(sys.argv[2]):
    print("|".join("" if cell is None else str(cell) for cell in row))
PY
}

play_sql() {
    sql 'SELECT * FROM chat_conversation ORDER BY updated_at DESC LIMIT 10;' >"$out" 2>&1
    check "SQL: conversations" grep -q 'Chat with alice' "$out"
    # shellcheck disable=SC2016
    sql 'SELECT c.title, m.text, m.type, m.created_at 
FROM chat_message m 
JOIN chat_conversation c ON m.conversation_id = c.id 
ORDER BY m.created_at DESC LIMIT 20;' >"$out" 2>&1
    equal "SQL: the newest 20 messages" "$(grep -cE '\|(user|bot|agent|system)\|2[0-9]{3}-' "$out")" 20
    sql 'SELECT c.title, p.role, u.username, p.joined_at
FROM chat_participant p
JOIN chat_conversation c ON p.conversation_id = c.id
JOIN accounts_user u ON p.user_id = u.id;' >"$out" 2>&1
    check "SQL: participants" grep -qE '^Chat with alice\|[a-z]+\|alice\|2[0-9]{3}-' "$out"
}

# ---- documentation pages ----

play_pages() {
    relay pages python3 tests/guides/pages.py "$base" /docs /redoc
    curl -sS "$base/openapi.json" >"$out"
    json "/openapi.json is OpenAPI 3 with the guide's calls" "$out" '(.openapi|startswith("3.")) and
        ([.paths|keys[]|rtrimstr("/")] as $p | all("/api/auth/login", "/api/user-response", "/api/bot-response", "/api/bot-prompts", "/api/chat/conversations";
            . as $wanted | any($p[]; endswith($wanted))))' # a servers prefix may hold /api
    json "/openapi.json names no foreign host" "$out" '[.servers[]?.url | select(test("^https?://") and (test("//(localhost|127\\.0\\.0\\.1)") | not))] == []'
    check "/asyncapi.yaml is the committed one" bash -c 'curl -fsS "$0/asyncapi.yaml" | cmp - openapi/asyncapi.yaml' "$base"
}

check "the fixtures are those of make.py" python3 tests/fixtures/make.py --check
start_api DEMO_PASSWORD="$password"
play_newman "on a fresh database"
curls "" "/" "as printed"
prompts_and_lists
curls "/" "" "the other slashes"
play_wscat
play_python
relay scenarios python tests/guides/crm_client.py "$base" "$password"
play_artillery
relay "load test" node tests/guides/websocket-load-test.js "ws://localhost:$port/ws/chat/$conversation/?token=$token"
play_sql
play_pages
play_newman "on a used database"
check "the server is still ready" curl -fsS -o /dev/null "$base/readyz"
quiet_log "$work/api-$port.log" "$token"
end "$api_pid"
finish
