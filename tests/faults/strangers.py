"""What a stranger can cost: half-open and deaf connections, unfinished uploads, floods of visitors, bombs of Markdown."""

import asyncio
import json
import resource
import socket as sockets
import time

import harness
from harness import chat, Place, Socket, begin, check, figure, percentile, register, rest


def raise_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def half_open():
    """1,100 requests that never finish their headers: others are served meanwhile, and these are closed."""
    raise_limit()
    place = Place()
    try:
        api = place.api()
        await asyncio.to_thread(api.start)
        held = []
        for _ in range(1100):
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", api.port)
            except OSError:
                break
            writer.write(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow:")
            held.append((reader, writer))
        taken = []
        for _ in range(20):
            status, seconds, _ = await asyncio.to_thread(harness.probe, f"{api.base}/livez", 10)
            taken.append((status, seconds))
        figure("1,100 half-open requests: others' slowest answer", f"{max(s for _, s in taken):.2f} s ({sum(c == 200 for c, _ in taken)} of 20 served)")
        began = time.monotonic()

        async def closed(reader):
            try:
                while await reader.read(4096):
                    pass
            except OSError:
                pass
        try:
            await asyncio.wait_for(asyncio.gather(*(closed(reader) for reader, _ in held)), 25)
            gone = True
        except (TimeoutError, asyncio.TimeoutError):
            gone = False
        check("half-open requests are closed within 15 s", gone and time.monotonic() - began < 15, f"{time.monotonic() - began:.1f} s")
        status, _, _ = await asyncio.to_thread(harness.probe, f"{api.base}/livez", 5)
        check("afterwards the server answers", status == 200, status)
        for _, writer in held:
            writer.transport.abort()
    finally:
        place.close()


async def deaf_sockets():
    """100 sockets that never read while their room is busy: closed, and the memory comes back."""
    raise_limit()
    place = Place()
    try:
        api = place.api()
        await asyncio.to_thread(api.start)
        token = await asyncio.to_thread(register, api.base, "talker")
        talk = await asyncio.to_thread(lambda: begin(api.base, token, is_group=True))
        speaker = await Socket.join(api.base, talk, token)
        before = api.rss()
        deaf = [handshake(api.port, talk, token) for _ in range(100)]
        kernel = 0
        text = "x" * 3900
        for n in range(400):
            await speaker.send(type="message", text=text, client_id=f"d{n}")
            await speaker.wait(lambda f, n=n: f["type"] == "message:ack" and f["client_id"] == f"d{n}")
            kernel = max(kernel, send_queues(api.port))
        began = time.monotonic()
        while time.monotonic() - began < 30 and established(api.port, deaf):
            await asyncio.sleep(0.2)
        took = time.monotonic() - began
        check("deaf sockets are closed within 8 s of the last message", took < 8, f"{took:.1f} s")
        figure("100 deaf sockets: kernel memory at most, each", f"{kernel / 100 / 1024:.0f} KB")
        figure("100 deaf sockets: the server grew by", f"{api.rss() - before:.0f} MB")
        check("deaf sockets hold less than 512 KB of kernel memory each", kernel / 100 < 512 * 1024, kernel / 100)
        for peer in deaf:
            peer.close()
    finally:
        place.close()


def handshake(port, talk, token):
    """A WebSocket that is opened and then never read."""
    peer = sockets.socket()
    peer.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    peer.connect(("127.0.0.1", port))
    peer.sendall((f"GET /ws/chat/{talk}/?token={token} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
    return peer


def tcp_rows(port):
    """(state, local port, remote port, bytes in the send queue) of the server's connections."""
    with open("/proc/net/tcp") as table:
        for line in list(table)[1:]:
            fields = line.split()
            local, remote = (int(address.rsplit(":", 1)[1], 16) for address in fields[1:3])
            if local == port:
                yield fields[3], local, remote, int(fields[4].split(":")[0], 16)


def send_queues(port):
    return sum(row[3] for row in tcp_rows(port) if row[0] == "01")


def established(port, peers):
    ours = {peer.getsockname()[1] for peer in peers}
    return any(row[0] == "01" and row[2] in ours for row in tcp_rows(port))


async def unfinished_uploads():
    """60 uploads of one visitor that stop at 9.9 MB: memory stays bounded and comes back."""
    place = Place()
    try:
        api = place.api()
        await asyncio.to_thread(api.start)
        status, body = await rest("POST", f"{api.base}/api/auth/visitor", {})
        token = body["access_token"]
        before = api.rss()
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        open_ones, answered = [], 0
        for _ in range(60):
            reader, writer = await asyncio.open_connection("127.0.0.1", api.port)
            writer.write((f"POST /api/chat/upload/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
                          "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9999999\r\n\r\n").encode() + head)
            open_ones.append((reader, writer))

        async def most(writer):
            try:
                for _ in range(99):
                    writer.write(b"\0" * 100_000)
                    await asyncio.wait_for(writer.drain(), 5)
            except (OSError, TimeoutError, asyncio.TimeoutError):
                pass
        await asyncio.gather(*(most(writer) for _, writer in open_ones))
        peak = api.rss()
        for reader, writer in open_ones:
            try:
                line = await asyncio.wait_for(reader.readline(), 0.05)
                answered += b"429" in line or b"503" in line
            except (OSError, TimeoutError, asyncio.TimeoutError):
                pass
            writer.transport.abort()
        await asyncio.sleep(3)
        after = api.rss()
        check("60 unfinished uploads hold less than 100 MB", peak - before < 100, f"{peak - before:.0f} MB")
        check("most of them are refused before their bodies are read", answered >= 40, answered)
        figure("60 unfinished uploads of 9.9 MB: memory held / afterwards", f"{peak - before:.0f} MB / {after - before:.0f} MB")
    finally:
        place.close()


async def markdown_bombs():
    """200 messages of 3,999 `>`: written and read cheaply, and others do not wait."""
    place = Place()
    try:
        api = place.api()
        await asyncio.to_thread(api.start)
        bomber, other = [await asyncio.to_thread(register, api.base, name) for name in ("bomber", "another")]
        talk = await asyncio.to_thread(lambda: begin(api.base, bomber, is_group=True))
        quiet = await asyncio.to_thread(lambda: begin(api.base, other, is_group=True))
        cpu = api.cpu()
        socket = await Socket.join(api.base, talk, bomber)
        for n in range(200):
            bomb = [">" * 3999, "- " * 1999, "*a" * 1999, "[" * 3999, "`" * 3999][n % 5]
            await socket.send(type="message", text=bomb, client_id=f"b{n}")
            await socket.wait(lambda f, n=n: f.get("client_id") == f"b{n}" and f["type"] in ("message:ack", "error"), 20)
        written = api.cpu() - cpu
        waits = []

        async def readers():
            return await asyncio.gather(*(rest("GET", f"{api.base}/api/chat/conversations/{talk}/messages/?limit=200", token=bomber) for _ in range(10)))
        reading = asyncio.create_task(readers())
        while not reading.done():
            began = time.monotonic()
            await rest("POST", f"{api.base}/api/user-response/", {"message": "hello", "conversation_id": quiet}, token=other)
            waits.append(time.monotonic() - began)
        answers = await reading
        read = api.cpu() - cpu - written
        size = max(len(json.dumps(body)) for _, body in answers)
        check("Markdown bombs: another user waits less than 2 s", max(waits) < 2, max(waits))
        check("Markdown bombs: writing 200 costs less than 5 s of CPU", written < 5, written)
        check("Markdown bombs: ten readings of 200 cost less than 5 s of CPU", read < 5, read)
        figure("200 Markdown bombs: CPU to write / to read ten times", f"{written:.1f} s / {read:.1f} s")
        figure("200 Markdown bombs: a page of them; another user's longest wait", f"{size / 1e6:.1f} MB; {max(waits):.2f} s")
    finally:
        place.close()


async def flood_of_visitors():
    """One address makes visitors and lets them write as fast as it can for ten seconds, with the limits on."""
    place = Place(RATE_LIMITS="on")
    try:
        api = place.api()
        await asyncio.to_thread(api.start)
        made, refused, stored = [], 0, 0
        until = time.monotonic() + 10

        async def one():
            nonlocal refused, stored
            while time.monotonic() < until:
                status, body = await rest("POST", f"{api.base}/api/auth/visitor", {})
                if status != 200:
                    refused += 1
                    continue
                made.append(body["access_token"])
                for _ in range(5):
                    status, _ = await rest("POST", f"{api.base}/api/user-response/", {"message": "Where is my order?"}, token=made[-1])
                    stored += status == 201
        await asyncio.gather(*(one() for _ in range(16)))
        check("visitors of one address are limited", refused > 0 and len(made) < 200, (len(made), refused))
        check("their messages together are limited", stored < 500, stored)
        figure("ten seconds of one address: visitors made / refused / messages stored", f"{len(made)} / {refused} / {stored}")
    finally:
        place.close()


async def hashing():
    """120 registrations, twelve together: memory stays flat."""
    place = Place()
    try:
        api = place.api()
        await asyncio.to_thread(api.start)
        await asyncio.to_thread(register, api.base, "first-one")
        before, took = api.rss(), []

        async def some(worker):
            for n in range(10):
                began = time.monotonic()
                status, body = await rest("POST", f"{api.base}/api/auth/register", {"username": f"r{worker}x{n}", "password": harness.PASSWORD})
                took.append(time.monotonic() - began)
                check("a registration", status in (201, 429, 503), (status, body)) if status not in (201, 429, 503) else None
        await asyncio.gather(*(some(worker) for worker in range(12)))
        grown = api.rss() - before
        check("120 registrations: memory grows by less than 60 MB", grown < 60, f"{grown:.0f} MB")
        figure("120 registrations: memory before / grown by; median wait", f"{before:.0f} MB / {grown:.0f} MB; {percentile(took, 0.5):.1f} s")
    finally:
        place.close()


async def reloads():
    """80 page reloads: the person is seen online after each."""
    place = Place()
    try:
        api = place.api()
        await asyncio.to_thread(api.start)
        alice, bob = [await asyncio.to_thread(register, api.base, name) for name in ("alice8", "bobby8")]
        talk = await asyncio.to_thread(lambda: begin(api.base, alice, is_group=True, participant_ids=["bobby8"]))
        socket, wrong = await Socket.join(api.base, talk, bob), 0
        for _ in range(80):
            old = socket
            _, socket = await asyncio.gather(old.leave(), Socket.join(api.base, talk, bob))
            await socket.wait(chat.of("connected"))
            look = await Socket.join(api.base, talk, alice)
            greeting = await look.wait(chat.of("connected"))
            here = await settle(api, talk, alice, greeting)
            wrong += not here
            await look.leave()
        check("80 reloads: always shown online", wrong == 0, wrong)
        figure("80 reloads: shown offline", wrong)
        await socket.leave()
    finally:
        place.close()


async def settle(api, talk, token, greeting):
    """Whether bobby8 is (or within two seconds becomes) one of those who are online."""
    who = {p["id"]: p["username"] for p in greeting["participants"]}
    until = time.monotonic() + 2
    while True:
        if "bobby8" in [who.get(i, i) for i in greeting["online"]]:
            return True
        if time.monotonic() > until:
            return False
        again = await Socket.join(api.base, talk, token)
        greeting = await again.wait(chat.of("connected"))
        await again.leave()


async def revoked_while_joining():
    """300 sockets join while their session is signed out: none stays."""
    place = Place()
    try:
        api = place.api()
        await asyncio.to_thread(api.start)
        token = await asyncio.to_thread(register, api.base, "joiner")
        talk = await asyncio.to_thread(lambda: begin(api.base, token, is_group=True))
        opened, refused = [], 0

        async def join(n):
            nonlocal refused
            mine = tokens[n // 30]
            await asyncio.sleep((n % 30) * 0.002)
            try:
                opened.append(await Socket.join(api.base, talk, mine))
            except Exception:
                refused += 1
        tokens = [await asyncio.to_thread(chat.login, api.base, "joiner", harness.PASSWORD) for _ in range(10)]

        async def sign_out(n):
            await asyncio.sleep(0.02 + n * 0.003)
            await rest("POST", f"{api.base}/api/auth/logout", {}, token=tokens[n])
        await asyncio.gather(*(join(n) for n in range(300)), *(sign_out(n) for n in range(10)))
        codes = await asyncio.gather(*(socket.closed(10) for socket in opened))
        check("sign-outs racing 300 joins: none stays open", None not in codes, f"{codes.count(None)} of {len(codes)}")
        figure("sign-outs racing 300 joins: joined / refused / still open after 10 s", f"{len(opened)} / {refused} / {codes.count(None)}")
    finally:
        place.close()


SCENARIOS = [half_open, deaf_sockets, unfinished_uploads, markdown_bombs, flood_of_visitors, hashing, reloads, revoked_while_joining]
