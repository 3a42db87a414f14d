#!/usr/bin/env bash
# Plays the rooms guide (contract: guides/rooms.md) against a fresh embedded server: its curls, its three terminals, its
# stats, its isolation test, its common issues; then the same where rooms take a token. wscat stands in for websocat.
#
#   tests/guides/rooms.sh               some twenty seconds
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/guides/lib.sh
. tests/guides/terminals.sh

password=guide-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
out=$work/out

stats() { curl -sS "$base/api/chats/ws/stats" >"$out"; }

settled() { # settled CHECK JQ-CONDITION: the stats come to meet it within 10 s
    local tries
    for ((tries = 0; tries < 100; tries++)); do
        stats
        if jq -e "$2" "$out" >/dev/null 2>&1; then
            ok "$1"
            return
        fi
        sleep 0.1
    done
    bad "$1" "$(cat "$out")"
}

# ---- steps 1 and 2 ----

make_room() {
    curl -sS -X POST "$base/api/chats" \
        -H "Content-Type: application/json" \
        -d '{"name":"Test Room","created_by":"alice"}' >"$out"
    json "step 1: the room is made" "$out" '(.id|test("^chat-[0-9a-f]{12}$")) and .name == "Test Room" and .metadata == {} and (.created_at|type) == "string"'
    CHAT_ID=$(jq -r .id "$out")
    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/api/chats/$CHAT_ID/participants" \
        -H "Content-Type: application/json" \
        -d '{"participant_ids": ["alice", "bob", "charlie"]}')
    equal "step 2: people are added" "$status" 201
    json "step 2: those newly added are told" "$out" '[.[].participant_id] == ["bob", "charlie"] and all(.[]; .chat_id == "'"$CHAT_ID"'" and .joined_at)'
}

# ---- steps 3 and 4, the message and system formats, the stats ----

three_terminals() {
    local name
    for name in alice bob charlie; do
        terminal "$name" "ws://localhost:$port/api/chats/ws/$CHAT_ID?user_id=$name"
        sees "step 3: $name is told of joining" "$name" '.type == "system" and .content == "'"$name"' joined the chat" and .chat_id == "'"$CHAT_ID"'" and .timestamp'
    done
    sees "alice sees charlie join" alice '.type == "system" and .content == "charlie joined the chat"'
    stats
    json "stats: as printed" "$out" '. == {"total_connections": 3, "active_rooms": ["'"$CHAT_ID"'"], "rooms_count": 1}'
    types alice '{"type":"message","content":"Hello everyone!"}'
    for name in alice bob charlie; do
        sees "step 4: $name sees the message" "$name" '.type == "message" and .content == "Hello everyone!" and .sender_id == "alice" and .chat_id == "'"$CHAT_ID"'" and (.timestamp|type) == "string"'
    done
    types charlie '{"content":"Hi from charlie"}'
    sees "a message without a type arrives, too" bob '.type == "message" and .content == "Hi from charlie" and .sender_id == "charlie"'
    types bob 'Hello in plain words'
    sees "what is no JSON is refused" bob '.type == "error" and .content == "Invalid JSON format"'
    closes charlie
    sees "bob sees charlie leave" bob '.type == "system" and .content == "charlie left the chat" and .timestamp'
    settled "stats: one less" '.total_connections == 2'
    curl -sS "$base/api/chats/$CHAT_ID/messages" >"$out"
    json "the messages are stored" "$out" '[.[] | [.sender_id, .content]] == [["alice", "Hello everyone!"], ["charlie", "Hi from charlie"]]'
    curl -sS "$base/api/chats/$CHAT_ID/sync?user_id=charlie" >"$out"
    json "what charlie has not read" "$out" '.count == 1 and .items[0].content == "Hello everyone!" and .recipient_id == "charlie" and .last_evaluated_key == null'
    closes alice
    closes bob
    settled "stats: nobody" '. == {"total_connections": 0, "active_rooms": [], "rooms_count": 0}'
}

# ---- "Quick Test Script" ----

quick_script() {
    scripts/test-websocket-complete.sh "$base" >"$out" 2>&1
    equal "the quick test script ends well" "$?" 0
    equal "it shows three commands" "$(grep -c "websocat 'ws://localhost:$port/api/chats/ws/chat-[0-9a-f]*?user_id=" "$out")" 3
    terminal quick "$(sed -n "s/.*websocat '\(.*=bob\)'/\1/p" "$out")"
    sees "one of them works" quick '.content == "bob joined the chat"'
    closes quick
}

# ---- "Test 1: Room Isolation" ----

isolation() {
    local CHAT1 CHAT2
    CHAT1=$(curl -s -X POST "$base/api/chats" \
        -H "Content-Type: application/json" \
        -d '{"name":"Room 1","created_by":"alice"}' | jq -r '.id')
    CHAT2=$(curl -s -X POST "$base/api/chats" \
        -H "Content-Type: application/json" \
        -d '{"name":"Room 2","created_by":"bob"}' | jq -r '.id')
    curl -s -X POST "$base/api/chats/$CHAT1/participants" \
        -H "Content-Type: application/json" \
        -d '{"participant_ids": ["alice"]}' >"$out"
    json "a creator takes part already" "$out" '. == []'
    curl -s -o /dev/null -X POST "$base/api/chats/$CHAT2/participants" \
        -H "Content-Type: application/json" \
        -d '{"participant_ids": ["bob"]}'
    terminal one "ws://localhost:$port/api/chats/ws/$CHAT1?user_id=alice"
    terminal two "ws://localhost:$port/api/chats/ws/$CHAT2?user_id=bob"
    sees "alice is in room 1" one '.chat_id == "'"$CHAT1"'"'
    sees "bob is in room 2" two '.chat_id == "'"$CHAT2"'"'
    settled "stats: two rooms" '.total_connections == 2 and .rooms_count == 2 and (.active_rooms|sort) == (["'"$CHAT1"'", "'"$CHAT2"'"]|sort)'
    types one '{"type":"message","content":"only room 1"}'
    sees "room 1 sees its message" one '.content == "only room 1"'
    sees_not "room 2 does not" two '.content == "only room 1"'
    closed_with "who takes no part is closed with 4003" "ws://localhost:$port/api/chats/ws/$CHAT1?user_id=bob" 4003
    closes one
    closes two
}

# ---- "Common Issues" ----

issues() {
    terminal no-form "ws://localhost:$port/api/chats/ws/room123?user_id=alice"
    prints "403: an id that has no id's form" no-form "Unexpected server response: 403"
    closed_with "4004: one that does not exist" "ws://localhost:$port/api/chats/ws/chat-000000000000?user_id=alice" 4004 "Chat chat-000000000000 not found"
    status=$(curl -sS -o "$out" -w '%{http_code}' "$base/api/chats/chat-000000000000")
    equal "404 by REST" "$status" 404
    json "404 names the chat" "$out" '.detail == "Chat chat-000000000000 not found"'
    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/api/chats" -H "Content-Type: application/json" -d '{"name":""}')
    equal "an empty name is 422" "$status" 422
    closes no-form
}

# ---- where rooms take a token ----

with_tokens() {
    local token id
    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/api/chats" \
        -H "Content-Type: application/json" -d '{"name":"Test Room","created_by":"alice"}')
    equal "token mode: no token, no room" "$status" 401
    token=$(curl -sS -X POST "$base/api/auth/login" -H "Content-Type: application/json" \
        -d '{"username": "alice", "password": "'"$password"'"}' | jq -r .access_token)
    id=$(curl -sS -X POST "$base/api/chats" -H "Authorization: Bearer $token" \
        -H "Content-Type: application/json" -d '{"name":"Test Room","created_by":"alice"}' | jq -r .id)
    closed_with "token mode: a name alone is closed with 4001" "ws://localhost:$port/api/chats/ws/$id?user_id=alice" 4001
    closed_with "token mode: another's name is closed with 4001" "ws://localhost:$port/api/chats/ws/$id?user_id=bob&token=$token" 4001
    terminal alice "ws://localhost:$port/api/chats/ws/$id?user_id=alice&token=$token"
    sees "token mode: one's own name and token" alice '.content == "alice joined the chat"'
    types alice '{"type":"message","content":"signed in"}'
    sees "token mode: a message" alice '.type == "message" and .content == "signed in"'
    closes alice
    quiet_log "$work/api-$port.log" "$token"
}

start_api DEMO_PASSWORD="$password"
make_room
three_terminals
quick_script
isolation
issues
check "the server is still ready" curl -fsS -o /dev/null "$base/readyz"
quiet_log "$work/api-$port.log" "$password-"
end "$api_pid"
start_api DEMO_PASSWORD="$password" ROOMS_ACCESS=token
with_tokens
end "$api_pid"
finish
