#!/usr/bin/env bash
# Plays the team guide (contract: guides/team.md) against a fresh embedded server: its curls, its browser snippet in
# Node's ws, its Python snippet, websocat (wscat stands in for it), its errors and its further frames.
#
#   tests/guides/team.sh                some twenty seconds
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/guides/lib.sh
. tests/guides/terminals.sh

password=guide-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
out=$work/out

sign_in() { # sign_in USERNAME: the guide's curl; sets access_token and user_id
    curl -sS -X POST "$base/api/auth/login" \
        -H "Content-Type: application/json" \
        -d '{
    "username": "'"$1"'",
    "password": "'"$password"'"
  }' >"$out"
    json "login of $1" "$out" '(.access_token|length) > 40 and .token_type == "bearer"'
    access_token=$(jq -r .access_token "$out")
    user_id=$(jq -r .user_id "$out")
}

# ---- steps 1 to 3 ----

rest() {
    sign_in alice
    alice=$access_token alice_id=$user_id
    sign_in bob
    bob=$access_token bob_id=$user_id
    sign_in user1
    user1=$access_token user1_id=$user_id
    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/api/chat/conversations" \
        -H "Authorization: Bearer $access_token" \
        -H "Content-Type: application/json" \
        -d '{
    "name": "Team Chat",
    "description": "Our team discussion",
    "is_group": true,
    "participant_ids": ["'"$alice_id"'", "'"$bob_id"'"]
  }')
    equal "step 2: the conversation is made" "$status" 201
    json "step 2: it has the guide's fields" "$out" '.name == "Team Chat" and .description == "Our team discussion" and .is_group == true and
        (.id|type) == "string" and (.created_at|type) == "string" and (.updated_at|type) == "string"'
    conversation=$(jq -r .id "$out")
    url=ws://localhost:$port/api/chat/ws/$conversation
    curl -sS -X GET "$base/api/chat/conversations/$conversation/messages" \
        -H "Authorization: Bearer $access_token" >"$out"
    json "step 3: there is no history yet" "$out" '. == []'
}

# ---- step 4: websocat, and "Message Flow Example" ----

flow() {
    local id
    terminal alice "$url?token=$alice"
    sees "alice is told of joining" alice '. == {"type": "system", "content": "User alice joined the conversation", "sender_id": "'"$alice_id"'", "active_users": ["'"$alice_id"'"]}'
    terminal bob "$url?token=$bob"
    sees "alice sees bob join" alice '.type == "system" and .content == "User bob joined the conversation" and .sender_id == "'"$bob_id"'" and
        (.active_users|sort) == (["'"$alice_id"'", "'"$bob_id"'"]|sort)'
    sees "bob is told who is there" bob '.type == "system" and (.active_users|length) == 2'
    types alice '{"type": "message", "content": "Hello everyone!"}'
    local name
    for name in alice bob; do
        sees "$name gets the message" "$name" '.type == "message" and .content == "Hello everyone!" and .sender_id == "'"$alice_id"'" and
            .sender_username == "alice" and (.message_id|length) == 36 and (.timestamp|type) == "string" and .is_edited == false'
    done
    id=$(json_lines alice | jq -rs 'map(select(.type == "message"))[0].message_id')
    types alice '{"type": "typing"}'
    sees "bob sees alice type" bob '.type == "typing" and .sender_id == "'"$alice_id"'" and .sender_username == "alice"'
    # "Extending the Implementation": reactions, editing, deletion, presence
    types bob '{ "type": "reaction", "message_id": "'"$id"'", "emoji": "👍" }'
    sees "a reaction" alice '.type == "reaction" and .message_id == "'"$id"'" and .emoji == "👍" and .sender_username == "bob" and .reactions == {"👍": 1}'
    types alice '{ "type": "edit", "message_id": "'"$id"'", "content": "Updated message" }'
    sees "an edit" bob '.type == "edit" and .message_id == "'"$id"'" and .content == "Updated message" and .is_edited == true and .is_deleted == false'
    types bob '{ "type": "edit", "message_id": "'"$id"'", "content": "Not mine" }'
    sees "another's message is not edited" bob '.type == "error" and (.content|length) > 0 and .detail == .content'
    types alice '{ "type": "delete", "message_id": "'"$id"'" }'
    sees "a deletion" bob '.type == "delete" and .message_id == "'"$id"'" and .is_deleted == true'
    local presence
    for presence in away offline online; do
        types alice '{ "type": "presence", "status": "'$presence'" }'
        sees "presence: $presence" bob '.type == "presence" and .user_id == "'"$alice_id"'" and .username == "alice" and .status == "'$presence'"'
    done
    sees_not "alice does not see her own typing and presence" alice '(.type == "typing") or (.type == "presence" and .username == "alice")'
    types alice 'hello'
    sees "what is no JSON is refused" alice '.type == "error" and .content == "Invalid JSON format" and .detail == "Invalid JSON format"'
    types alice '{"type": "dance"}'
    sees "an unknown type is refused" alice '.type == "error" and .content == "Unknown message type: dance"'
    closes bob
    sees "alice sees bob leave" alice '.type == "system" and .content == "User bob left the conversation" and .active_users == ["'"$alice_id"'"]'
}

# ---- step 4: the browser's snippet. Its parts are typed one after the other, so the socket is open when it sends. ----

browser() {
    sed "s|localhost:8000|localhost:$port|; s|your-jwt-token-here|$user1|; s|\"conv-123\"|\"$conversation\"|" >"$work/browser.js" <<'JS'
const WebSocket = require("ws");
(async () => {
// Connect
const token = "your-jwt-token-here";
const conversationId = "conv-123";
const ws = new WebSocket(
  `ws://localhost:8000/api/chat/ws/${conversationId}?token=${token}`,
);

// Listen for messages
ws.onmessage = (event) => {
  const message = JSON.parse(event.data);
  console.log(`${message.sender_username}: ${message.content}`);
};

await new Promise((done) => ws.addEventListener("open", done));

// Send message
ws.send(
  JSON.stringify({
    type: "message",
    content: "Hello from browser!",
  }),
);

// Show typing indicator
ws.send(
  JSON.stringify({
    type: "typing",
  }),
);

await new Promise((done) => setTimeout(done, 1000));

// Disconnect
ws.close();
})();
JS
    timeout 15 node "$work/browser.js" >"$work/browser.out" 2>&1
    equal "browser: the snippet ends well" "$?" 0
    check "browser: its message comes back" grep -qx 'user1: Hello from browser!' "$work/browser.out"
    sees "alice sees the browser's message" alice '.type == "message" and .content == "Hello from browser!" and .sender_username == "user1" and .sender_id == "'"$user1_id"'"'
    sees "and that it types" alice '.type == "typing" and .sender_username == "user1"'
    sees "and that it left" alice '.content == "User user1 left the conversation"'
}

# ---- step 4: Python ----

python_client() {
    sed "s|localhost:8000|localhost:$port|; s|your-jwt-token-here|$bob|; s|\"conv-123\"|\"$conversation\"|" >"$work/client.py" <<'PY'
import asyncio
import json
import websockets

async def chat():
    token = "your-jwt-token-here"
    conversation_id = "conv-123"
    uri = f"ws://localhost:8000/api/chat/ws/{conversation_id}?token={token}"

    async with websockets.connect(uri) as websocket:
        # Send message
        await websocket.send(json.dumps({
            'type': 'message',
            'content': 'Hello from Python!'
        }))

        # Listen for messages
        async for message in websocket:
            data = json.loads(message)
            if data['type'] == 'message':
                print(f"{data['sender_username']}: {data['content']}")

asyncio.run(chat())
PY
    timeout 4 python -u "$work/client.py" >"$work/client.out" 2>&1
    equal "python: it listens until it is stopped" "$?" 124
    check "python: its message comes back" grep -qx 'bob: Hello from Python!' "$work/client.out"
    sees "alice sees Python's message" alice '.type == "message" and .content == "Hello from Python!" and .sender_username == "bob"'
}

# ---- "Common Issues & Solutions", and the history ----

issues() {
    local other
    closed_with "an invalid token is closed with 4001" "$url?token=x.y.z" 4001 "Invalid token"
    closed_with "and so is none" "$url" 4001 "Invalid token"
    other=$(curl -sS -X POST "$base/api/chat/conversations" -H "Authorization: Bearer $user1" \
        -H "Content-Type: application/json" -d '{"name": "Private", "is_group": true}' | jq -r .id)
    closed_with "who is no member is closed with 4003" "ws://localhost:$port/api/chat/ws/$other?token=$alice" 4003 "Not a member of this conversation"
    closed_with "an unknown conversation, too" "ws://localhost:$port/api/chat/ws/conv-123?token=$alice" 4003 "Not a member of this conversation"
    curl -sS -X GET "$base/api/chat/conversations/$conversation/messages" \
        -H "Authorization: Bearer $user1" >"$out"
    json "messages persist, with the guide's fields" "$out" '[.[] | [.sender_username, .content]] ==
        [["alice", ""], ["user1", "Hello from browser!"], ["bob", "Hello from Python!"]] and
        all(.[]; .id and .conversation_id == "'"$conversation"'" and (.sender_id|type) == "string" and (.is_edited|type) == "boolean" and .created_at and .updated_at)'
    relay pages python3 tests/guides/pages.py "$base" /docs /redoc
    closes alice
}

start_api DEMO_PASSWORD="$password"
rest
flow
browser
python_client
issues
check "the server is still ready" curl -fsS -o /dev/null "$base/readyz"
quiet_log "$work/api-$port.log" "$alice" "$bob" "$user1"
end "$api_pid"
finish
