#!/usr/bin/env bash
# Makes a chat room with three people in it, and shows the commands that open it in three terminals.
#
#   scripts/test-websocket-complete.sh [BASE]     http://localhost:8000 unless given
#
# Needs curl and jq, and a server whose rooms are open (ROOMS_ACCESS=open).
set -euo pipefail
base=${1:-http://localhost:8000}

CHAT_ID=$(curl -fsS -X POST "$base/api/chats" \
    -H "Content-Type: application/json" \
    -d '{"name":"Test Room","created_by":"alice"}' | jq -er .id)
curl -fsS -o /dev/null -X POST "$base/api/chats/$CHAT_ID/participants" \
    -H "Content-Type: application/json" \
    -d '{"participant_ids": ["alice", "bob", "charlie"]}'

echo "The room is $CHAT_ID. In three terminals:"
echo
for name in alice bob charlie; do
    echo "  websocat '${base/#http/ws}/api/chats/ws/$CHAT_ID?user_id=$name'"
done
echo
echo 'Then type in any of them: {"type":"message","content":"Hello everyone!"}'
