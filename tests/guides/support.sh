#!/usr/bin/env bash
# Plays the support guide (contract: guides/support.md) against a fresh embedded server: its logins, its test script, its
# manual client, its multi-client section, its troubleshooting; and the real Socket.IO client over every transport.
#
#   tests/guides/support.sh             some ten seconds
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/guides/lib.sh

password=guide-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
out=$work/out

sign_in() { # sign_in EMAIL ROLE: the guide's curl; sets token and user
    local status
    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/api/v1/auth/login" \
        -H "Content-Type: application/json" \
        -d '{
    "email": "'"$1"'",
    "password": "'"$password"'"
  }')
    equal "curl login of $1 answers 200" "$status" 200
    json "login of $1 has its token" "$out" '(.access_token|length) > 40 and .role == "'"$2"'" and (.user_id|type) == "number"'
    token=$(jq -r .access_token "$out")
    user=$(jq -r .user_id "$out")
}

listen() { # listen NAME TOKEN: the guide's manual client in a terminal of its own
    (exec env WS_URL="$base/notifications" TOKEN="$2" node tests/guides/test-manual.js) >"$work/$1.out" 2>&1 </dev/null &
    pids+=("$!")
}

shows() { # shows NAME FILE TEXT: within 10 s
    local tries
    for ((tries = 0; tries < 100; tries++)); do
        if grep -qF -- "$3" "$work/$2.out"; then
            ok "$1"
            return
        fi
        sleep 0.1
    done
    bad "$1" "no $3 in
$(cat "$work/$2.out")"
}

create() { # create BODY: the guide's curl as the driver; sets status
    status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/api/v1/support" \
        -H "Content-Type: application/json" \
        -H "Authorization: Bearer $DRIVER_TOKEN" \
        -d "$1")
}

start_api DEMO_PASSWORD="$password"
sign_in driver@example.com driver
DRIVER_TOKEN=$token TEST_USER_ID=$user
sign_in admin@example.com admin
ADMIN_TOKEN=$token

# ---- every transport, every way to sign in, every refusal ----

relay "the Socket.IO clients" node tests/guides/support_client.js "$base" "$DRIVER_TOKEN" "$TEST_USER_ID" driver

# ---- "Method 1: Using the Test Script" ----

(exec env BASE_URL="$base" DRIVER_TOKEN="$DRIVER_TOKEN" ADMIN_TOKEN="$ADMIN_TOKEN" TEST_USER_ID="$TEST_USER_ID" TEST_STATION_ID=1 \
    node tests/guides/test-websocket.js) >"$work/script.out" 2>&1 </dev/null
equal "node test-websocket.js ends well" $? 0
for mark in "Driver Connected:         ✅" "Admin Connected:          ✅" "Admin Received Create:    ✅" \
    "User Received Update:     ✅" "User Received Resolved:   ✅" "User Received Deleted:    ✅" "🎉 All tests passed!"; do
    shows "test-websocket.js prints: $mark" script "$mark"
done

# ---- "Method 2: Manual Testing" and "Testing with Multiple Clients" ----

status=$(curl -sS -o "$out" -w '%{http_code}' -X POST "$base/api/v1/auth/register" -H "Content-Type: application/json" \
    -H "Authorization: Bearer $ADMIN_TOKEN" \
    -d '{"username": "admin2", "password": "'"$password"'", "email": "admin2@example.com", "role": "admin"}')
equal "an admin makes a second one" "$status" 201
sign_in admin2@example.com admin
listen admin1 "$ADMIN_TOKEN"
listen admin2 "$token"
listen driver "$DRIVER_TOKEN"
for name in admin1 admin2 driver; do shows "$name: test-manual.js is connected" "$name" "✅ Connected: {"; done
create '{
    "user_id": '"$TEST_USER_ID"',
    "description": "Test notification",
    "station_id": 1
  }'
equal "curl creates a ticket" "$status" 201
json "the ticket has its members" "$out" '(.support_id|type) == "number" and .user_id == '"$TEST_USER_ID"' and .station_id == 1 and
    .status == "open" and .description == "Test notification" and .rating == null and .user != null and .station.station_id == 1'
support_id=$(jq -r .support_id "$out")
for name in admin1 admin2; do
    shows "$name shows the notification" "$name" "📩 New ticket:"
    shows "$name: it is this ticket's" "$name" "support_id: $support_id,"
done

admin_call() { # admin_call METHOD PATH [BODY]: sets status
    status=$(curl -sS -o "$out" -w '%{http_code}' -X "$1" "$base/api/v1$2" -H "Content-Type: application/json" \
        -H "Authorization: Bearer $ADMIN_TOKEN" ${3:+-d "$3"})
}
admin_call PATCH "/support/$support_id" '{
  "status": "in_progress"
}'
equal "PATCH in_progress answers 200" "$status" 200
shows "the driver is told of the update" driver "📩 Ticket updated:"
admin_call PATCH "/support/$support_id" '{
  "status": "closed"
}'
equal "PATCH closed answers 200" "$status" 200
shows "the driver is told of the solution" driver "📩 Ticket resolved:"
admin_call DELETE "/support/$support_id"
equal "DELETE answers 200" "$status" 200
shows "the driver is told of the deletion" driver "📩 Ticket deleted:"
equal "the driver was told of one update" "$(grep -c 'Ticket updated' "$work/driver.out")" 1
equal "the driver was not told of the new ticket" "$(grep -c 'New ticket' "$work/driver.out")" 0
equal "each admin was told once" "$(cat "$work"/admin[12].out | grep -c 'New ticket')" 2

# ---- "Troubleshooting" ----

listen nobody ""
shows "without a token: Authentication required" nobody "❌ Error: { message: 'Authentication required' }"
listen wrong "eyJhbGc..."
shows "with a wrong one: Invalid token" wrong "❌ Error: { message: 'Invalid token' }"
create '{"user_id": 99999, "description": "x", "station_id": 1}'
equal "an unknown user answers 404" "$status" 404
json "…as the guide prints it" "$out" '.statusCode == 404 and .message == "User not found"'
create '{"user_id": '"$TEST_USER_ID"', "description": "x", "station_id": 99999}'
equal "an unknown station answers 404" "$status" 404
json "…as the guide prints it" "$out" '.statusCode == 404 and .message == "Station not found"'

quiet_log "$work/api-$port.log" "$DRIVER_TOKEN" "$ADMIN_TOKEN"
finish
