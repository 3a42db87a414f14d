#!/usr/bin/env python3
"""The help-desk guide's test client: websocket_test_client.py BASE PASSWORD. One line per check."""

import asyncio
import http.server
import json
import sys
import threading
import time

import chat
import websockets
from chat import Socket, call, check, login, of

# Update these, says the guide
TEST_TOKEN = "your_actual_jwt_token_here"
TEST_TICKET_ID = "your_actual_ticket_id_here"

BASE, PASSWORD = sys.argv[1], sys.argv[2]
CLIENTS = 20  # "Modify the test_multiple_clients() function to create more clients"
NINE = {"id", "ticket_id", "sender_id", "sender_role", "message_type", "content", "isAI", "feedback", "timestamp"}
TICKET = chat._validators("sendInTicket")


async def connect(ticket, token, **query):
    more = "".join(f"&{name}={value}" for name, value in query.items())
    url = f"{BASE.replace('http', 'ws', 1)}/ws/chat/{ticket}?token={token}{more}"
    return Socket(await websockets.connect(url, proxy=None, open_timeout=20), TICKET)


def open_ticket(token, title):
    status, body = call("POST", f"{BASE}/tickets", {"title": title, "description": "Made by the test client"}, token=token)
    assert status == 201, f"ticket: {status} {body}"
    return body["ticket_id"]


async def say(socket, ticket, content, **more):
    await socket.send(type="chat", ticket_id=ticket, content=content, **more)


async def test_single_client():
    """Connection flow, chat flow, ping; all in one room."""
    socket = await connect(TEST_TICKET_ID, TEST_TOKEN)
    first = await socket.wait(of("connection_established"))
    check("client: the connection is confirmed first", first and socket.frames[0] is first and first["ticket_id"] == TEST_TICKET_ID)
    await say(socket, TEST_TICKET_ID, "Hello from the test client", message_type="user_message", isAI=False, feedback="none")
    new = await socket.wait(of("new_message", message__content="Hello from the test client"))
    check("client: its message comes back with nine fields", new and set(new["message"]) == NINE, new)
    await socket.send(type="ping", ticket_id=TEST_TICKET_ID)
    check("client: ping is answered", await socket.wait(of("pong", ticket_id=TEST_TICKET_ID)))
    await socket.leave()


async def test_error_handling():
    """Every bad frame is one error with its words; the socket stays usable."""
    socket = await connect(TEST_TICKET_ID, TEST_TOKEN)
    bad = [
        ("{nonsense", "Invalid JSON format"), ("[]", "Invalid message format"), ("{}", "Invalid message format"),
        ('{"type": "dance", "ticket_id": "%s"}' % TEST_TICKET_ID, "Unknown message type: dance"),
        ('{"type": "chat", "content": "no ticket"}', "Invalid message format"),
        ('{"type": "chat", "ticket_id": "%s"}' % TEST_TICKET_ID, "Invalid message format"),
        ('{"type": "chat", "ticket_id": "%s", "content": 7}' % TEST_TICKET_ID, "Invalid message format"),
        ('{"type": "chat", "ticket_id": "TKT-1700000000-AAAAAA", "content": "x"}', None),
        ('{"type": "chat", "ticket_id": "%s", "content": "%s"}' % (TEST_TICKET_ID, "x" * 4001), None),
    ]
    wrong = []
    for text, words in bad:
        count = len([f for f in socket.frames if f["type"] == "error"])
        await socket.link.send(text)
        await socket.until(lambda fs: len([f for f in fs if f["type"] == "error"]) > count, 5)
        got = [f for f in socket.frames if f["type"] == "error"][count:]
        if len(got) != 1 or "timestamp" not in got[0] or (words and got[0]["message"] != words):
            wrong.append(f"{text[:80]}: {got}")
    check(f"client: {len(bad)} bad frames, each one error", not wrong, "\n".join(wrong))
    await say(socket, TEST_TICKET_ID, "Still here")
    check("client: the socket stays usable", await socket.wait(of("new_message", message__content="Still here")))
    await socket.leave()


async def test_broadcasting(agent):
    """User and agent in one room, another ticket's room beside it."""
    other = open_ticket(TEST_TOKEN, "Another room")
    user, far = await connect(TEST_TICKET_ID, TEST_TOKEN), await connect(other, TEST_TOKEN)
    await user.wait(of("connection_established"))
    helper = await connect(TEST_TICKET_ID, agent)
    joined = await user.wait(of("user_joined", username="itagent", user_role="it_agent"))
    check("client: the others hear of a joining", joined and "timestamp" in joined and "user_id" in joined)
    check("client: the newcomer does not", not [f for f in helper.frames if f["type"] == "user_joined" and f["username"] == "itagent"])
    await user.send(type="typing", ticket_id=TEST_TICKET_ID)
    typing = await helper.wait(of("typing", ticket_id=TEST_TICKET_ID))
    check("client: typing goes to the others", typing and not [f for f in user.frames if f["type"] == "typing"])
    await say(helper, TEST_TICKET_ID, "An agent's answer", isAI=True, feedback="up")
    seen = [await socket.wait(of("new_message", message__content="An agent's answer")) for socket in (user, helper)]
    check("client: a message goes to all in the room", seen[0] and seen[0] == seen[1])
    check("client: it is an agent's, from a suggestion", seen[0]["message"]["sender_role"] == "it_agent" and seen[0]["message"]["isAI"]
          and seen[0]["message"]["message_type"] == "agent_message" and seen[0]["message"]["feedback"] == "up")
    await say(user, TEST_TICKET_ID, "How do I reset my password?")
    suggestion = await helper.wait(of("suggestion"))
    check("client: the agent gets a suggestion with its sources", suggestion and suggestion["text"] and suggestion["sources"])
    await far.send(type="ping", ticket_id=other)
    await far.wait(of("pong"))
    check("client: nothing of it reaches another room", {f["type"] for f in far.frames} == {"connection_established", "pong"}, far.frames)
    check("client: the user sees no suggestion", not [f for f in user.frames if f["type"] == "suggestion"])
    await helper.leave()
    check("client: the others hear of a leaving", await user.wait(of("user_left", username="itagent", user_role="it_agent")))
    helper = await connect(TEST_TICKET_ID, agent)
    await helper.wait(of("connection_established"))
    helper.link.transport.abort()
    check("client: also of an ungraceful one", await user.until(lambda fs: len([f for f in fs if of("user_left", username="itagent")(f)]) == 2))
    await user.leave()
    await far.leave()


async def test_persistence():
    """Messages outlive their sockets, and are in the history with all their fields."""
    socket = await connect(TEST_TICKET_ID, TEST_TOKEN)
    await socket.wait(of("connection_established"))
    await say(socket, TEST_TICKET_ID, "To be kept")
    kept = await socket.wait(of("new_message", message__content="To be kept"))
    await socket.leave()
    status, page = call("GET", f"{BASE}/tickets/{TEST_TICKET_ID}/messages?limit=100", token=TEST_TOKEN)
    check("client: a message is in the history as it was sent", status == 200 and kept and kept["message"] in page["messages"], page)
    back = await connect(TEST_TICKET_ID, TEST_TOKEN, since=kept["rev"] - 1)
    again = await back.wait(of("new_message", message__content="To be kept"))
    check("client: after reconnecting with since it comes again", again and again["message"] == kept["message"])
    await back.leave()


async def test_multiple_clients():
    """Many at once: everybody gets everything, in one order."""
    began = time.monotonic()
    clients = await asyncio.gather(*[connect(TEST_TICKET_ID, TEST_TOKEN) for _ in range(CLIENTS)])
    for client in clients:
        await client.wait(of("connection_established"))
    await asyncio.gather(*[say(client, TEST_TICKET_ID, f"many {n}") for n, client in enumerate(clients)])

    def got(client):
        texts = [f["message"]["content"] for f in client.frames if f["type"] == "new_message"]
        return [text for text in texts if text.startswith("many ")]

    for client in clients:
        await client.until(lambda fs, client=client: len(got(client)) >= CLIENTS, 20)
    check(f"client: {CLIENTS} clients get all {CLIENTS} messages once, in one order",
          sorted(got(clients[0])) == sorted(f"many {n}" for n in range(CLIENTS)) and all(got(client) == got(clients[0]) for client in clients))
    print(f"    {CLIENTS} clients, {CLIENTS * CLIENTS} deliveries, {time.monotonic() - began:.2f} s", flush=True)
    await asyncio.gather(*[client.leave() for client in clients])


class Hook(http.server.BaseHTTPRequestHandler):
    """The integrator's end of the message-sent webhook."""

    got = []

    def do_POST(self):
        Hook.got.append((dict(self.headers), json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


async def test_webhook(admin):
    """The webhook fires for each chat message, with its data; one that is dead breaks nothing."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for url in (f"http://127.0.0.1:{server.server_port}/hook", "http://127.0.0.1:9/dead"):
        status, body = call("POST", f"{BASE}/api/webhooks", {"url": url, "events": ["message.created"]}, token=admin)
        check(f"client: a webhook is registered ({url.rsplit('/', 1)[1]})", status == 201, f"{status} {body}")
    socket = await connect(TEST_TICKET_ID, TEST_TOKEN)
    await socket.wait(of("connection_established"))
    for text in ("Fires one", "Fires two"):
        await say(socket, TEST_TICKET_ID, text)
        sent = await socket.wait(of("new_message", message__content=text))
        check(f"client: chat goes on with a dead webhook ({text})", sent)
    until = time.monotonic() + 20
    while len(Hook.got) < 2 and time.monotonic() < until:
        await asyncio.sleep(0.05)
    data = sorted((body["data"] for _, body in Hook.got), key=lambda data: data["timestamp"])
    check("client: the webhook fired for each message", [one["content"] for one in data] == ["Fires one", "Fires two"], Hook.got)
    check("client: its data are the nine fields of the frame", data and {name: data[-1].get(name) for name in NINE} == sent["message"], data)
    check("client: it is signed", Hook.got and all({"webhook-id", "webhook-timestamp", "webhook-signature"} <= {name.lower() for name in headers} for headers, _ in Hook.got))
    await socket.leave()
    server.shutdown()


async def main():
    agent, admin = login(BASE, "itagent", PASSWORD), login(BASE, "admin", PASSWORD)
    await test_single_client()
    await test_error_handling()
    await test_broadcasting(agent)
    await test_persistence()
    await test_multiple_clients()
    await test_webhook(admin)
    chat.done()


asyncio.run(main())
