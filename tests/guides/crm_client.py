#!/usr/bin/env python3
"""The CRM guide's end-to-end scenarios, seen by a client: crm_client.py BASE PASSWORD. One line per check."""

import asyncio
import sys
import time

import chat
import websockets
from chat import Socket, call, check, of

BASE, PASSWORD = sys.argv[1], sys.argv[2]
FIXTURES = chat.ROOT / "tests" / "fixtures"
NOBODYS = "01932e4a-7c1e-7b3a-9f65-0f1d2c3b4a59"


def begin(token, **options):
    status, body = call("POST", f"{BASE}/api/chat/conversations/", options, token=token)
    assert status == 201, f"create: {status} {body}"
    return body["id"]


async def two_tabs(alice):
    """Scenario 2: same user, same conversation, two tabs."""
    talk = begin(alice, title="Two tabs")
    one, two = await Socket.join(BASE, talk, alice), await Socket.join(BASE, talk, alice)
    await one.wait(of("connected"))
    await two.wait(of("connected"))
    check("the first frame is connected", one.frames[:1] and one.frames[0]["type"] == "connected" and two.frames[0]["type"] == "connected")
    await one.send(type="message", text="From the first tab", client_id="tab-1")
    new = await two.wait(of("message:new", message__text="From the first tab"))
    ack = await one.wait(of("message:ack", client_id="tab-1"))
    check("a message of tab 1 arrives in tab 2", new and ack and new["message"]["id"] == ack["message_id"])
    check("the acknowledgement goes to its sender only", not [f for f in two.frames if f["type"] == "message:ack"])
    await one.send(type="typing", is_typing=True)
    check("typing shows in tab 2", await two.wait(of("typing", is_typing=True, username="alice")))
    check("the bot replies in both tabs", await one.wait(of("message:new", message__type="bot")) and await two.wait(of("message:new", message__type="bot")))
    check("the bot was seen typing", await two.wait(of("bot:typing"), 2))
    mine = new["message"]["id"]
    await two.send(type="edit", message_id=mine, text="From the first tab, edited")
    check("an edit arrives in tab 1", await one.wait(of("message:changed", message__text="From the first tab, edited", message__is_edited=True)))
    await two.send(type="reaction", message_id=mine, emoji="👍")
    check("a reaction arrives in tab 1", await one.wait(of("message:changed", message__reactions={"👍": 1})))
    await two.send(type="reaction", message_id=mine, emoji="👍", remove=True)
    check("taking it back does, too", await one.wait(lambda f: of("message:changed", message__reactions={})(f) and f["message"]["rev"] >= 5))
    await two.send(type="read", seq=2)
    check("a receipt by seq arrives in tab 1", await one.wait(of("read", seq=2, message_ids=[], username="alice")))
    await two.send(type="message", text="Gone soon", client_id="tab-2")
    gone = await one.wait(of("message:new", message__text="Gone soon"))
    await two.send(type="delete", message_id=gone["message"]["id"])
    check("a deletion arrives in tab 1", await one.wait(of("message:changed", message__id=gone["message"]["id"], message__is_deleted=True, message__text="")))
    await one.send(type="message", text="From the first tab", client_id="tab-1")
    check("a repeated client_id gives the same message", await one.until(lambda fs: [f["message_id"] for f in fs if of("message:ack", client_id="tab-1")(f)] == [mine, mine]))
    await one.leave()
    await two.leave()


async def errors(alice):
    """Each bad frame is an error with its words; the socket stays usable."""
    talk = begin(alice, title="Errors")
    socket = await Socket.join(BASE, talk, alice)
    bad = [
        ("{", "Invalid JSON"), ("[1, 2]", None), ('"text"', None), ('{"text": "no type"}', None), ('{"type": "dance"}', "Unknown message type"),
        ('{"type": 5}', None), ('{"type": "message"}', "Message text is required"), ('{"type": "message", "text": "   "}', "Message text is required"),
        ('{"type": "message", "text": 5}', None), ('{"type": "message", "text": "%s"}' % ("x" * 4001), None),
        ('{"type": "edit", "message_id": "%s", "text": "x"}' % NOBODYS, None), ('{"type": "delete"}', None),
        ('{"type": "reaction", "message_id": "x", "emoji": "👍"}', None), ('{"type": "read", "seq": 99}', None), ('{"type": "read"}', None),
        ('{"type": "typing", "is_typing": "maybe"}', None), ('{"type": "message", "text": "x", "attachment_id": "%s"}' % NOBODYS, None),
    ]
    wrong = []
    for text, words in bad:
        count = len([f for f in socket.frames if f["type"] == "error"])
        await socket.link.send(text)
        await socket.until(lambda fs: len([f for f in fs if f["type"] == "error"]) > count, 5)
        got = [f for f in socket.frames if f["type"] == "error"][count:]
        if len(got) != 1 or (words and got[0]["message"] != words):
            wrong.append(f"{text[:80]}: {got}")
    check(f"{len(bad)} bad frames, each one error", not wrong, "\n".join(wrong))
    await socket.send(type="message", text="", client_id="named")
    check("an error names its client_id", await socket.wait(of("error", client_id="named"), 5))
    await socket.send(type="ping")
    check("the socket is still usable", await socket.wait(of("pong"), 5))
    check("nothing was stored", chat.history(BASE, alice, talk) == [])
    await socket.link.send("x" * 70_000)
    code = await socket.closed()
    check("an over-long frame closes with 1009", code == 1009, code)
    broken = await Socket.join(BASE, talk, alice)
    await broken.wait(of("connected"))
    await broken.link.send(b"\xff\xfe\xfd", text=True)
    code = await broken.closed()
    check("invalid UTF-8 closes with 1007", code == 1007, code)


async def doors(alice, bob):
    """Tokens, close codes, and the three ways to bring a token."""
    talk = begin(alice, title="Doors")
    url = f"{BASE.replace('http', 'ws', 1)}/ws/chat/{talk}/"
    for name, token, place, wanted in (
        ("no token", "", talk, 4001), ("a bad token", "?token=x.y.z", talk, 4001),
        ("a foreign conversation", f"?token={bob}", talk, 4003), ("an unknown conversation", f"?token={alice}", NOBODYS, 4003),
    ):
        async with websockets.connect(f"{BASE.replace('http', 'ws', 1)}/ws/chat/{place}/{token}", proxy=None) as link:
            try:
                await asyncio.wait_for(link.wait_closed(), 5)
            except (TimeoutError, asyncio.TimeoutError):
                pass
            check(f"{name}: closed with {wanted} after the upgrade", link.close_code == wanted, link.close_code)
    for name, place, options in (
        ("without the slash", f"{url[:-1]}?token={alice}", {}), ("in Authorization", url, {"additional_headers": {"Authorization": f"Bearer {alice}"}}),
        ("as a subprotocol", url, {"subprotocols": ["bearer", alice]}),
    ):
        socket = Socket(await websockets.connect(place, proxy=None, **options))
        check(f"a token {name} is taken", await socket.wait(of("connected"), 5))
        await socket.leave()


async def sent_away(bob):
    """A removed person's sockets close with 4003, a signed-out session's with 4014."""
    alice = chat.login(BASE, "alice", PASSWORD)
    talk = begin(bob, title="Sent away", is_group=True, participant_ids=["alice"])
    removed = await Socket.join(BASE, talk, alice)
    await removed.wait(of("connected"))
    status, _ = call("DELETE", f"{BASE}/api/chat/conversations/{talk}/participants/alice", token=bob)
    code = await removed.closed()
    check("a removed person's socket closes with 4003", (status, code) == (204, 4003), (status, code))
    own = await Socket.join(BASE, begin(alice), alice)
    await own.wait(of("connected"))
    status, _ = call("POST", f"{BASE}/api/auth/logout", {}, token=alice)
    code = await own.closed(6)
    check("a signed-out session's socket closes with 4014", (status, code) == (200, 4014), (status, code))


async def inbox(alice, bob):
    """An agent's inbox hears of a customer's conversation; another customer's does not."""
    agent = chat.login(BASE, "itagent", PASSWORD)
    url = f"{BASE.replace('http', 'ws', 1)}/ws/inbox/?token="
    staff, other = [Socket(await websockets.connect(url + token, proxy=None), chat.INBOX) for token in (agent, bob)]
    check("an inbox greets", await staff.wait(of("connected")) and await other.wait(of("connected")))
    _, sent = call("POST", f"{BASE}/api/user-response/", {"message": "For the inbox"}, token=alice)
    check("an agent's inbox gets the message", await staff.wait(of("message:new", message__id=sent["message_id"])))
    check("and the new conversation", await staff.wait(lambda f: f["type"] == "conversation:changed" and f["conversation"]["id"] == sent["conversation_id"]))
    await other.send(type="ping")
    await other.wait(of("pong"))
    check("another customer's gets neither", {f["type"] for f in other.frames} == {"connected", "pong"}, other.frames)
    await staff.leave()
    await other.leave()


async def resume(user):
    """One socket dies, 50 messages, back with since: exactly those, in order."""
    talk = begin(user, title="Resume", is_group=True)
    dead, other = await Socket.join(BASE, talk, user), await Socket.join(BASE, talk, user)
    await other.send(type="message", text="before")
    rev = (await dead.wait(of("message:new", message__text="before")))["message"]["rev"]
    dead.link.transport.abort()
    wanted = [f"missed {n}" for n in range(50)]
    for text in wanted:
        await other.send(type="message", text=text)
    await other.until(lambda fs: len([f for f in fs if f["type"] == "message:ack"]) == 51)
    back = await Socket.join(BASE, talk, user, since=rev)
    await back.until(lambda _: len(back.texts()) >= 50)
    await asyncio.sleep(0.5)
    check("back with since: exactly the 50, in order", back.texts() == wanted, back.texts())
    await other.send(type="message", text="live again")
    check("then live traffic", await back.wait(of("message:new", message__text="live again")))
    await back.leave()
    await other.leave()


def fallback(alice):
    """Scenario 3: with sockets blocked, HTTP does it all."""
    status, sent = call("POST", f"{BASE}/api/user-response/", {"message": "Where is my order?"}, token=alice)
    talk, began = sent["conversation_id"], time.monotonic()
    changes = {"messages": []}
    while len(changes["messages"]) < 2 and time.monotonic() - began < 20:
        _, changes = call("GET", f"{BASE}/api/chat/conversations/{talk}/changes?since=0&wait=2", token=alice)
    kinds = [m["type"] for m in changes["messages"]]
    check("without sockets, the bot's reply comes through changes", status == 201 and kinds == ["user", "bot"] and changes["complete"], changes)
    check("it is about orders", "order" in changes["messages"][-1]["text"].lower(), changes["messages"][-1]["text"])
    began = time.monotonic()
    _, later = call("GET", f"{BASE}/api/chat/conversations/{talk}/changes?since={changes['rev']}&wait=1", token=alice)
    check("a long poll waits, and answers with nothing new", later["messages"] == [] and later["rev"] == changes["rev"] and time.monotonic() - began >= 0.9, later)


async def files(alice):
    """Scenario 4: upload, send, it appears; and what must be refused."""
    talk = begin(alice, title="Files", is_group=True)
    socket = await Socket.join(BASE, talk, alice)
    tiny = (FIXTURES / "tiny.png").read_bytes()
    status, file = chat.upload(BASE, alice, "tiny.png", tiny, conversation=talk)
    check("upload answers 200 with its six members", status == 200 and set(file) >= {"attachment_id", "file_url", "file_name", "file_size", "content_type", "status"}, file)
    await socket.send(type="message", text="see here", attachment_id=file["attachment_id"])
    new = await socket.wait(of("message:new", message__text="see here"))
    check("the file appears in the chat", new and new["message"]["attachment"]["attachment_id"] == file["attachment_id"] and new["message"]["attachment_url"], new)
    outcome = {}
    for name in ("tiny.png", "gps.jpg", "page.pdf", "truncated.png", "wide-50000.png"):
        status, body = chat.upload(BASE, alice, name, (FIXTURES / name).read_bytes())
        began = time.monotonic()
        while status == 200 and body["status"] == "processing" and time.monotonic() - began < 15:
            _, body = call("GET", f"{BASE}/api/chat/attachments/{body['attachment_id']}", token=alice)
            await asyncio.sleep(0.1)
        outcome[name] = (status, body)
    for name in ("tiny.png", "gps.jpg", "page.pdf"):
        check(f"{name} becomes ready", outcome[name][1].get("status") == "ready", outcome[name])
    for name in ("truncated.png", "wide-50000.png"):
        check(f"{name} becomes rejected with a reason", outcome[name][1].get("status") == "rejected" and outcome[name][1].get("reason"), outcome[name])
    picture = outcome["gps.jpg"][1]
    check("the photo is upright: 8 x 16", (picture.get("width"), picture.get("height")) == (8, 16), picture)
    status, content = call("GET", BASE + picture["file_url"])
    check("its file is served without its EXIF", status == 200 and content.startswith(b"\xff\xd8") and b"GPS-AND-CAMERA" not in content, status)
    status, content = call("GET", BASE + outcome["tiny.png"][1]["thumbnail_url"])
    check("a thumbnail is served", status == 200 and len(content) > 30, status)
    for name, content, wanted, words in (
        ("html.png", (FIXTURES / "html.png").read_bytes(), 415, "File type not allowed"), ("empty.png", b"", 400, "File is empty"),
        ("large.png", tiny + bytes(10 * 1024 * 1024), 413, "File size cannot exceed 10MB"),
    ):
        status, body = chat.upload(BASE, alice, name, content)
        check(f"{name} is refused with {wanted}", status == wanted and words in str(body), (status, body))
    status, body = chat.upload(BASE, alice, "../../etc/passwd.png", tiny)
    check("a path in the name is cut off", status == 200 and "/" not in body["file_name"] and ".." not in body["file_name"], body)
    await socket.leave()


async def main():
    alice, bob = (chat.login(BASE, name, PASSWORD) for name in ("alice", "bob"))
    for part in (two_tabs(alice), errors(alice), doors(alice, bob), sent_away(bob), inbox(alice, bob), resume(bob), files(alice)):
        name = part.__name__
        try:
            await part
        except Exception as error:  # a check that cannot go on is a failed one; the others still run
            check(f"{name} ran to its end", False, f"{type(error).__name__}: {error}")
    try:
        await asyncio.to_thread(fallback, alice)
    except Exception as error:
        check("fallback ran to its end", False, f"{type(error).__name__}: {error}")
    chat.done()


asyncio.run(main())
