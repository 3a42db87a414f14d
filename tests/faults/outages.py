"""Parts that go silent or are not there: the database, Redis."""

import asyncio
import time

import harness
from harness import Link, Place, chat, Sender, Socket, begin, check, figure, nothing_lost, of, percentile, register, rest


async def postgres_silent():
    """A Postgres that holds everything back: callers get 503 within 5 s, probes answer, and all is well 5 s after."""
    place = Place(production=True)
    link = await Link(place.database_url).open()
    try:
        api = place.api(DATABASE_URL=link.url)
        await asyncio.to_thread(api.start)
        token = await asyncio.to_thread(register, api.base, "sender")
        talk = await asyncio.to_thread(lambda: begin(api.base, token, is_group=True))
        watcher = await Socket.join(api.base, talk, token)
        await watcher.wait(of("connected"))
        senders = [Sender(api.base, token, talk, f"s{n}", timeout=30).start() for n in range(4)]
        await asyncio.sleep(1)
        for sender in senders:
            sender.seconds.clear()
        link.silence()
        probes = []
        began = time.monotonic()
        while time.monotonic() - began < 10:
            probes.append(await asyncio.to_thread(harness.probe, f"{api.base}/readyz", 10))
            await asyncio.sleep(0.5)
        slowest = max(seconds for sender in senders for seconds in sender.seconds)
        check("silent Postgres: callers are answered within 5 s", slowest < 6, f"{slowest:.1f} s")
        check("silent Postgres: they get 503", all(set(s.statuses) <= {200, 201, 503} for s in senders), [s.statuses for s in senders])
        check("silent Postgres: /readyz answers within 2 s", max(p[1] for p in probes) < 2.5, max(p[1] for p in probes))
        check("silent Postgres: /readyz says 503", probes[-1][0] == 503, probes[-1])
        check("silent Postgres: /livez answers", (await get(api, "/livez"))[0] == 200)
        link.restore()
        began = time.monotonic()
        before = [len(s.acknowledged) for s in senders]
        while time.monotonic() - began < 15 and any(len(s.acknowledged) == b for s, b in zip(senders, before)):
            await asyncio.sleep(0.05)
        took = time.monotonic() - began
        check("Postgres is back: every sender works again within 5 s", took < 6, f"{took:.1f} s")
        await asyncio.sleep(1)
        for sender in senders:
            await sender.stop()
        stored = await asyncio.to_thread(chat.history, api.base, token, talk)
        count = nothing_lost("silent Postgres", stored, *senders)
        everything = await watcher.until(lambda _: len(watcher.texts()) >= len(stored), 10)
        check("Postgres is back: the socket that stayed open got each message once",
              everything and len(set(watcher.texts())) == len(watcher.texts()),
              [(m["seq"], m["rev"], m["text"]) for m in stored if m["text"] not in watcher.texts()])
        figure("silent Postgres: slowest answer to a send; slowest /readyz", f"{slowest:.1f} s; {max(p[1] for p in probes):.1f} s")
        figure("silent Postgres: acknowledged / lost; back to working", f"{count} / 0; {took:.1f} s")
    finally:
        link.close()
        place.close()


async def redis_silent():
    """A Redis that holds everything back: sends and sign-ins go on; events cross instances soon after it is back."""
    place = Place(production=True)
    link = await Link(place.redis).open()
    try:
        a, b = place.api("a", REDIS_URL=link.url), place.api("b", REDIS_URL=link.url)
        for api in (a, b):
            await asyncio.to_thread(api.start)
        alice, bob = [await asyncio.to_thread(register, a.base, name) for name in ("alice9", "bobby9")]
        talk = await asyncio.to_thread(lambda: begin(a.base, alice, is_group=True, participant_ids=["bobby9"]))
        one, two = await Socket.join(a.base, talk, alice), await Socket.join(b.base, talk, bob)
        await two.wait(of("connected"))
        await one.send(type="typing", is_typing=True)
        check("typing crosses instances", await two.wait(of("typing", username="alice9", is_typing=True)))
        link.silence()
        sends = []
        for n in range(10):
            began = time.monotonic()
            await one.send(type="message", text=f"silent {n}", client_id=f"c{n}")
            await one.wait(of("message:ack", client_id=f"c{n}"))
            sends.append(time.monotonic() - began)
        check("silent Redis: sends are acknowledged", max(sends) < 2, f"{max(sends):.2f} s")
        began = time.monotonic()
        status, _ = await rest("POST", f"{b.base}/api/auth/login", {"username": "bobby9", "password": harness.PASSWORD})
        sign_in = time.monotonic() - began
        check("silent Redis: a sign-in takes less than 3 s", status == 200 and sign_in < 3, f"{status} after {sign_in:.1f} s")
        code, seconds, body = await asyncio.to_thread(harness.probe, f"{a.base}/readyz", 10)
        check("silent Redis: /readyz is 200 and says degraded", code == 200 and b"redis" in body and seconds < 2.5, (code, seconds, body[:300]))
        caught_up = await two.until(lambda _: len(two.texts()) >= 10, 12)
        check("silent Redis: the other instance's socket has them by its own look at the database", caught_up, two.texts())
        link.restore()
        began = time.monotonic()
        crossed = None
        while time.monotonic() - began < 20 and not crossed:
            await one.send(type="typing", is_typing=False)
            crossed = await two.wait(of("typing", username="alice9", is_typing=False), 0.5)
        took = time.monotonic() - began
        check("Redis is back: typing crosses again within 5 s", crossed and took < 6, f"{took:.1f} s")
        figure("silent Redis: slowest acknowledged send; a sign-in", f"{max(sends):.2f} s; {sign_in:.1f} s")
        figure("silent Redis: back to live events across instances", f"{took:.1f} s")
    finally:
        link.close()
        place.close()


async def revoked_without_redis():
    """With Redis cut, an admin disables, signs out and removes people on one instance: their sockets on the other close."""
    place = Place(production=True)
    link = await Link(place.redis).open()
    try:
        a, b = place.api("a"), place.api("b", REDIS_URL=link.url)
        for api in (a, b):
            await asyncio.to_thread(api.start)
        await asyncio.to_thread(place.person, "chief", "admin")
        chief = await asyncio.to_thread(chat.login, a.base, "chief", harness.PASSWORD)
        names = [f"leaver{n}" for n in range(6)]
        tokens = {name: await asyncio.to_thread(register, a.base, name) for name in names}
        talk = await asyncio.to_thread(lambda: begin(a.base, chief, is_group=True, participant_ids=names))
        sockets = {name: await Socket.join(b.base, talk, tokens[name]) for name in names}
        for socket in sockets.values():
            await socket.wait(of("connected"))
        people = (await rest("GET", f"{a.base}/api/chat/conversations/{talk}/", token=chief))[1]["participants"]
        ids = {person["username"]: person["id"] for person in people}
        link.cut()
        began = time.monotonic()
        for name in names[:2]:
            await rest("DELETE", f"{a.base}/api/chat/conversations/{talk}/participants/{ids[name]}", token=chief)
        for name in names[2:4]:
            await rest("POST", f"{a.base}/api/auth/logout", {}, token=tokens[name])
        for name in names[4:]:
            status, body = await rest("PATCH", f"{a.base}/api/users/{ids[name]}", {"is_disabled": True}, token=chief)
            check(f"{name} is disabled", status == 200, (status, body))
        codes = {name: await socket.closed(12) for name, socket in sockets.items()}
        took = time.monotonic() - began
        check("Redis cut: the other instance closes them", None not in codes.values(), codes)
        check("Redis cut: the codes say why", [codes[n] for n in names] == [4003] * 2 + [4014] * 4 or set(codes.values()) <= {4001, 4003, 4014}, codes)
        figure("Redis cut: a revocation to the last socket closed on another instance", f"{took:.1f} s")
    finally:
        link.close()
        place.close()


async def get(api, path):
    """A probe beside the event loop, on which the links run."""
    return await asyncio.to_thread(harness.probe, api.base + path)


async def boot_without():
    """api and worker start before Postgres and Redis are there, and are whole by themselves when these come."""
    place = Place(production=True)
    database, redis = await Link(place.database_url).open(), await Link(place.redis).open()
    try:
        database.cut()
        redis.cut()
        api = place.api(DATABASE_URL=database.url, REDIS_URL=redis.url)
        worker = place.worker(DATABASE_URL=database.url, REDIS_URL=redis.url)
        api.start(ready=False)
        worker.start(ready=False)
        began = time.monotonic()
        while time.monotonic() - began < 15 and (await get(api, "/livez"))[0] != 200:
            await asyncio.sleep(0.1)
        check("without both: the api is live", (await get(api, "/livez"))[0] == 200)
        check("without both: it is not ready", (await get(api, "/readyz"))[0] == 503)
        await asyncio.sleep(2)
        check("without both: api and worker run", api.alive() and worker.alive())
        database.restore()
        began = time.monotonic()
        while time.monotonic() - began < 15 and (await get(api, "/readyz"))[0] != 200:
            await asyncio.sleep(0.1)
        took = time.monotonic() - began
        code, _, body = await get(api, "/readyz")
        check("the database came: ready within 5 s, degraded without Redis", code == 200 and took < 6 and b"redis" in body,
              (code, f"{took:.1f} s", body[:300]))
        token = await asyncio.to_thread(register, api.base, "early")
        talk = await asyncio.to_thread(lambda: begin(api.base, token))
        socket = await Socket.join(api.base, talk, token)
        await socket.send(type="message", text="Hello", client_id="h")
        check("without Redis: chat on this instance goes on", await socket.wait(of("message:ack", client_id="h")))
        redis.restore()
        began = time.monotonic()
        reply = await socket.wait(of("message:new", message__type="bot"), 20)
        came = time.monotonic() - began
        check("Redis came: the worker answers", reply, [f["type"] for f in socket.frames])
        figure("boot without the database: it comes to ready", f"{took:.1f} s")
        figure("boot without Redis: it comes to the bot's reply", f"{came:.1f} s")
    finally:
        database.close()
        redis.close()
        place.close()


async def slow_claims():
    """120 claims on cold caches: no stall, no 503."""
    place = Place(production=True)
    try:
        api = place.api()
        await asyncio.to_thread(api.start)
        await asyncio.to_thread(place.person, "agent9", "agent")
        visitor = (await rest("POST", f"{api.base}/api/auth/visitor", {}))[1]["access_token"]
        talks = [await asyncio.to_thread(lambda: begin(api.base, visitor)) for _ in range(120)]
        await asyncio.to_thread(api.stop)
        await asyncio.to_thread(api.start)
        agent = await asyncio.to_thread(chat.login, api.base, "agent9", harness.PASSWORD)

        async def claim(talk):
            began = time.monotonic()
            status, _ = await rest("POST", f"{api.base}/api/chat/conversations/{talk}/claim", {}, token=agent)
            return status, time.monotonic() - began
        answers = await asyncio.gather(*(claim(talk) for talk in talks))
        statuses = {status for status, _ in answers}
        check("120 claims on cold caches: none is refused", statuses <= {200, 201}, statuses)
        figure("120 claims on cold caches: median / slowest", f"{percentile([s for _, s in answers], 0.5):.2f} s / {max(s for _, s in answers):.2f} s")
    finally:
        place.close()


SCENARIOS = [postgres_silent, redis_silent, revoked_without_redis, boot_without, slow_claims]
