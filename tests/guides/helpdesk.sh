#!/usr/bin/env bash
# Plays the help-desk guide (contract: guides/helpdesk.md) against a fresh embedded server: its curls, its browser snippet
# in Node's `ws`, its websocket_test_client.py; only host, port, ids, tokens and passwords are put in. Every expectation,
# error and close code that it names is checked.
#
#   tests/guides/helpdesk.sh                 half a minute
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/guides/lib.sh

password=guide-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
out=$work/out

# ---- "Create Test Data": the three curls ----

test_data() { # sets YOUR_JWT_TOKEN and YOUR_TICKET_ID
    local status
    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/auth/register" \
        -H "Content-Type: application/json" \
        -d '{
    "username": "testuser",
    "password": "testpass123",
    "role": "user"
  }')
    equal "curl register answers 200" "$status" 200
    json "the account has its fields" "$out" '.username == "testuser" and .role == "user" and (.user_id|type) == "string" and
        (.id|type) == "string" and (.created_at|type) == "string" and .user.username == "testuser"'

    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/auth/login" \
        -H "Content-Type: application/json" \
        -d '{
    "username": "testuser",
    "password": "testpass123"
  }')
    equal "curl login answers 200" "$status" 200
    json "login has its token" "$out" '(.access_token|length) > 40 and .token_type == "bearer" and .role == "user"'
    YOUR_JWT_TOKEN=$(jq -r .access_token "$out")

    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/tickets" \
        -H "Content-Type: application/json" \
        -H "Authorization: Bearer $YOUR_JWT_TOKEN" \
        -d '{
    "title": "Test WebSocket Chat",
    "description": "Testing real-time chat functionality",
    "urgency": "medium"
  }')
    equal "curl tickets answers 201" "$status" 201
    json "the ticket has its fields" "$out" '(.ticket_id|test("^TKT-[0-9]+-[A-Z0-9]{6}$")) and (.id|length) == 36 and
        .title == "Test WebSocket Chat" and .urgency == "medium" and .status == "open" and (.department == "IT" or .department == "HR") and
        .assignee_id == null and .closed_at == null and .misuse_flag == false and .user_info.username == "testuser" and
        .user_id == .user_info.id'
    YOUR_TICKET_ID=$(jq -r .ticket_id "$out")
}

# ---- Method 1: the test client script ----

play_python() {
    sed "s|your_actual_jwt_token_here|$YOUR_JWT_TOKEN|; s|your_actual_ticket_id_here|$YOUR_TICKET_ID|" \
        tests/guides/websocket_test_client.py >"$work/websocket_test_client.py"
    relay "websocket_test_client.py" env PYTHONPATH="$root/tests/guides" python "$work/websocket_test_client.py" "$base" "$password"
}

# ---- Method 2: browser developer tools ----

play_browser() {
    sed "s|localhost:8000|localhost:$port|; s|YOUR_TICKET_ID|$YOUR_TICKET_ID|g; s|YOUR_JWT_TOKEN|$YOUR_JWT_TOKEN|" >"$work/browser.js" <<'JS'
const WebSocket = require('ws');
let failed = 0;
const check = (name, right) => { failed += right ? 0 : 1; console.log(`${right ? 'ok' : 'not ok'} - browser: ${name}`); };
const frames = [];
const finish = () => {
    const of = (type) => frames.filter((frame) => frame.type === type);
    const [first] = frames, [sent] = of('new_message'), [pong] = of('pong');
    check('the first frame confirms the connection', first && first.type === 'connection_established' && first.ticket_id === 'YOUR_TICKET_ID'
        && typeof first.user_id === 'string' && first.connection_id.length > 0 && first.timestamp.endsWith('Z'));
    const fields = ['id', 'ticket_id', 'sender_id', 'sender_role', 'message_type', 'content', 'isAI', 'feedback', 'timestamp'];
    check('the message comes back with its nine fields', sent && fields.every((field) => field in sent.message)
        && sent.message.content === 'Hello from browser!' && sent.message.ticket_id === 'YOUR_TICKET_ID' && sent.message.sender_role === 'user'
        && sent.message.message_type === 'user_message' && sent.message.isAI === false && sent.message.feedback === 'none');
    check('the ping is answered', pong && pong.ticket_id === 'YOUR_TICKET_ID' && pong.timestamp.endsWith('Z'));
    check('ones own typing and joining are not told', of('typing').length === 0 && of('user_joined').length === 0);
    check('no error came', of('error').length === 0);
    process.exit(failed ? 1 : 0);
};
setTimeout(finish, 10000);

const ws = new WebSocket('ws://localhost:8000/ws/chat/YOUR_TICKET_ID?token=YOUR_JWT_TOKEN');

ws.onopen = function(event) {
    console.log('Connected to WebSocket');
};

ws.onmessage = function(event) {
    console.log('Received:', JSON.parse(event.data));
};

ws.onclose = function(event) {
    console.log('WebSocket closed:', event.code, event.reason);
};

ws.addEventListener('open', () => {
    // Send a chat message
    ws.send(JSON.stringify({
        type: "chat",
        ticket_id: "YOUR_TICKET_ID",
        content: "Hello from browser!",
        message_type: "user_message",
        isAI: false,
        feedback: "none"
    }));

    // Send typing indicator
    ws.send(JSON.stringify({
        type: "typing",
        ticket_id: "YOUR_TICKET_ID"
    }));

    // Send a ping
    ws.send(JSON.stringify({
        type: "ping",
        ticket_id: "YOUR_TICKET_ID"
    }));
});
ws.addEventListener('message', (event) => {
    frames.push(JSON.parse(event.data));
    const types = new Set(frames.map((frame) => frame.type));
    if (types.has('new_message') && types.has('pong')) finish();
});
JS
    relay "the browser's snippet" node "$work/browser.js"
}

refused() { # refused NAME URL CODE: the snippet's onclose sees this code
    cat >"$work/refused.js" <<'JS'
const WebSocket = require('ws');
const ws = new WebSocket(process.argv[2]);
ws.onmessage = (event) => console.log('Received:', event.data);
ws.onclose = function(event) {
    console.log('WebSocket closed:', event.code, event.reason);
};
JS
    equal "$1 closes with $3" "$(timeout 15 node "$work/refused.js" "$2" | sed -n 's/^WebSocket closed: \([0-9]*\) .*/\1/p')" "$3"
}

access() {
    local ws=ws://localhost:$port/ws/chat eve
    eve=$(curl -sS -X POST "$base/auth/login" -H "Content-Type: application/json" \
        -d '{"username": "bob", "password": "'"$password"'"}' | jq -r .access_token)
    refused "a socket without a token" "$ws/$YOUR_TICKET_ID" 4001
    refused "a socket with an invalid token" "$ws/$YOUR_TICKET_ID?token=nonsense" 4001
    refused "a socket of a ticket without access" "$ws/$YOUR_TICKET_ID?token=$eve" 4003
    refused "a socket of a ticket that does not exist" "$ws/TKT-1700000000-AAAAAA?token=$eve" 4003
}

# ---- Method 3: curl for HTTP endpoints ----

play_webhook_curl() {
    local status
    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/internal/webhook/on_message_sent" \
        -H "Content-Type: application/json" \
        -d '{
    "message_id": "test_message_id",
    "ticket_id": "test_ticket_id",
    "sender_id": "test_user_id",
    "sender_role": "user",
    "message_type": "user_message",
    "content": "Test webhook message",
    "isAI": false,
    "feedback": "none",
    "timestamp": "2023-01-01T00:00:00"
  }')
    equal "curl on_message_sent answers 200" "$status" 200
    json "the webhook is processed" "$out" '.status == "success" and .message == "Message webhook processed for ticket test_ticket_id" and
        (.timestamp|type) == "string"'
    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/internal/webhook/on_message_sent" -H "Content-Type: application/json" \
        -d '{"ticket_id": "test_ticket_id"}')
    equal "a missing field is 422" "$status" 422
    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/internal/webhook/on_message_sent" -H 'X-Forwarded-For: 203.0.113.9' \
        -H "Content-Type: application/json" -d '{}')
    equal "what was forwarded is 401" "$status" 401
    check "the receivers are healthy" curl -fsS -o /dev/null "$base/internal/webhook/health"
}

# ---- persistence ----

persistence() {
    curl -sS -H "Authorization: Bearer $YOUR_JWT_TOKEN" "$base/tickets/$YOUR_TICKET_ID/messages?page=1&limit=100" >"$out"
    json "the messages are there, each with nine fields" "$out" '.pagination.page == 1 and .pagination.total == (.messages|length) and
        any(.messages[]; .content == "Hello from browser!") and ([.messages[]|keys_unsorted|length] | unique) == [9] and
        ([.messages[].ticket_id] | unique) == ["'"$YOUR_TICKET_ID"'"]'
    check "/docs is there for the browser's console" curl -fsS -o /dev/null "$base/docs"
}

check "the tools are installed" node -e 'require("ws")'
start_api DEMO_PASSWORD="$password" RATE_LIMITS=off
test_data
play_browser
access
play_python
play_webhook_curl
persistence
check "the server is still ready" curl -fsS -o /dev/null "$base/readyz"
quiet_log "$work/api-$port.log" "$YOUR_JWT_TOKEN"
end "$api_pid"
finish
