#!/usr/bin/env python3
"""The production profile under faults: two api instances and a worker on PostgreSQL and Redis, run with the commands of
docker-compose.yml. Called by production.sh, which makes the database, the people and the settings. One line per check."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import chat
import yaml
from chat import Socket, call, check, of

WORK = Path(os.environ["WORK"])
BINARIES = {"api": os.environ["API_BIN"], "worker": os.environ["WORKER_BIN"]}
SERVICES = os.environ.get("SERVICES", "scripts/services")
REDIS_URL = os.environ["REDIS_URL"]
QUESTION = "How long does the delivery of my order take?"  # no greeting: those need no model
COMPOSE = yaml.safe_load((chat.ROOT / "docker-compose.yml").read_text())["services"]


class Process:
    """One of the compose file's services, as a process with these settings besides the caller's."""

    def __init__(self, service, name, **settings):
        self.service, self.name, self.settings = service, name, settings
        self.port = settings.get("BIND", ":").rsplit(":", 1)[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self, **more):
        program, *arguments = COMPOSE[self.service]["command"]
        with open(WORK / f"{self.name}.log", "ab") as log:
            self.child = subprocess.Popen([BINARIES[program], *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                          env=os.environ | self.settings | more)
        began = Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(") ", 1)[1].split()[19]
        with open(WORK / "pids", "a") as pids:  # for whoever cleans up after us
            print(self.child.pid, began, file=pids)
        if self.service == "api":
            self.wait_ready()
        return self

    def wait_ready(self, seconds=20):
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.child.poll() is None:
            try:
                with urllib.request.urlopen(self.base + "/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.05)
        raise AssertionError(f"{self.name} is not ready: {(WORK / f'{self.name}.log').read_text()[-800:]}")

    def signal(self, what):
        self.child.send_signal(what)

    def kill(self):
        """kill -9, also of a stopped process."""
        self.child.kill()
        self.child.wait()

    def stop(self, seconds=15):
        """SIGTERM; its exit code."""
        self.child.terminate()
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None


def run(*command):
    subprocess.run(command, check=True, cwd=chat.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60)


def begin(base, token, **options):
    status, body = call("POST", f"{base}/api/chat/conversations/", options, token=token)
    assert status == 201, f"create: {status} {body}"
    return body["id"]


async def rest(*arguments, **options):
    return await asyncio.to_thread(call, *arguments, **options)


async def show4(words, a, b, alice, bob):
    """Two sockets of one conversation: message, typing, read, edit; one dies, 50 messages, back with since."""
    talk = begin(a, alice, title="Show 4", is_group=True, participant_ids=["bob"])
    one, two = await Socket.join(a, talk, alice), await Socket.join(b, talk, bob)
    both = (one, two)

    async def arrives(what, condition):
        found = [await socket.wait(condition) for socket in both]
        check(f"{words}: {what} arrives on both sockets", all(found), found)
        return found[0]

    await two.wait(of("connected"))
    await one.send(type="message", text="first", client_id="1")
    new = await arrives("a message", of("message:new", message__text="first"))
    mine = new["message"]["id"]
    await two.send(type="typing", is_typing=True)
    await arrives("typing", of("typing", username="bob", is_typing=True))
    await two.send(type="read", message_ids=[mine])
    await arrives("a receipt", of("read", username="bob", message_ids=[mine], seq=1))
    await one.send(type="edit", message_id=mine, text="first, edited")
    changed = await arrives("an edit", of("message:changed", message__id=mine, message__text="first, edited"))
    two.link.transport.abort()
    wanted = [f"missed {n}" for n in range(50)]
    for text in wanted:
        await one.send(type="message", text=text)
    await one.until(lambda fs: len([f for f in fs if f["type"] == "message:ack"]) == 51)
    back = await Socket.join(b, talk, bob, since=changed["message"]["rev"])
    await back.until(lambda _: len(back.texts()) >= 50)
    await asyncio.sleep(0.7)
    check(f"{words}: back with since, exactly the 50, in order, none twice", back.texts() == wanted, back.texts())
    check(f"{words}: seq has no gap", [m["seq"] for m in chat.history(a, alice, talk)] == list(range(1, 52)))
    await one.send(type="message", text="live again")
    check(f"{words}: then live traffic", await back.wait(of("message:new", message__text="live again")))
    await one.leave()
    await back.leave()


async def one_reply(words, base, token, talk, seconds):
    """Exactly one reply of the bot to the one message, also a moment later."""
    until, replies = time.monotonic() + seconds, []
    while not replies and time.monotonic() < until:
        replies = [m for m in await asyncio.to_thread(chat.history, base, token, talk) if m["type"] == "bot"]
        await asyncio.sleep(0.2)
    took = seconds - (until - time.monotonic())
    await asyncio.sleep(3)
    replies = [m for m in await asyncio.to_thread(chat.history, base, token, talk) if m["type"] == "bot"]
    check(f"{words}: exactly one reply (after {took:.1f} s)", len(replies) == 1, f"{len(replies)} replies after {seconds} s")
    if len(replies) == 1:
        _, body = await rest("POST", f"{base}/api/bot-response/", {"conversation_id": talk}, token=token)
        check(f"{words}: bot-response gives the same one", body.get("message_id") == replies[0]["id"], body)


async def ask(base, token):
    talk = begin(base, token)
    socket = await Socket.join(base, talk, token)
    await socket.send(type="message", text=QUESTION, client_id="q")
    check("a question is acknowledged", await socket.wait(of("message:ack", client_id="q")))
    await socket.leave()
    return talk


async def show5_midway(a, alice, worker):
    """The worker is killed while it works on the reply: its model never answers. Returns the conversation."""
    reached = asyncio.Event()

    async def never(reader, _writer):
        await reader.read(1)
        reached.set()
        await asyncio.sleep(60)

    model = await asyncio.start_server(never, "127.0.0.1", 0)
    port = model.sockets[0].getsockname()[1]
    worker.stop()
    worker.start(LLM_BASE_URL=f"http://127.0.0.1:{port}/v1", LLM_MODEL="stub")
    talk = await ask(a, alice)
    try:
        await asyncio.wait_for(reached.wait(), 15)
    except (TimeoutError, asyncio.TimeoutError):
        check("the worker asks its model", False)
    worker.kill()
    model.close()
    worker.start()
    return talk


async def show5(a, alice, worker):
    worker.signal(signal.SIGSTOP)
    talk = await ask(a, alice)
    worker.kill()
    worker.start()
    await one_reply("worker killed before the reply", a, alice, talk, 30)

    worker.kill()
    talk = await ask(a, alice)
    run("redis-cli", "-u", REDIS_URL, "flushall")
    worker.start()
    await one_reply("worker killed, Redis flushed", a, alice, talk, 30)

    worker.signal(signal.SIGSTOP)
    talk = await ask(a, alice)
    run("redis-cli", "-u", REDIS_URL, "flushall")
    worker.signal(signal.SIGCONT)
    await one_reply("Redis flushed under a running worker", a, alice, talk, 40)


async def redis_gone(a, b, alice, bob):
    """Messages are stored and acknowledged without Redis; both instances' sockets catch up when it is back."""
    talk = begin(a, alice, title="Redis", is_group=True, participant_ids=["bob"])
    asked = begin(a, alice)
    one, two, bot = await Socket.join(a, talk, alice), await Socket.join(b, talk, bob), await Socket.join(a, asked, alice)
    await two.wait(of("connected"))
    run(SERVICES, "stop", "redis")
    try:
        for n in range(10):
            await one.send(type="message", text=f"alice {n}", client_id=f"a{n}")
            await two.send(type="message", text=f"bob {n}", client_id=f"b{n}")
        await bot.send(type="message", text="Hello", client_id="q")
        acks = [await s.until(lambda fs, n=n: len([f for f in fs if f["type"] == "message:ack"]) == n) for s, n in ((one, 10), (two, 10), (bot, 1))]
        check("without Redis: every message is acknowledged", all(acks), acks)
        began = time.monotonic()
        stored = await asyncio.to_thread(chat.history, b, bob, talk)
        check("without Redis: every message is stored, seq without a gap", [m["seq"] for m in stored] == list(range(1, 21)), len(stored))
        status, _ = await rest("POST", f"{b}/api/auth/login", {"username": "bob", "password": os.environ["PASSWORD"]})
        check(f"without Redis: people can sign in ({time.monotonic() - began:.1f} s)", status == 200 and time.monotonic() - began < 10, status)
        late = await Socket.join(b, talk, bob)
        check("without Redis: a socket can join", await late.wait(of("connected"), 10))
        await late.leave()
    finally:
        run(SERVICES, "start", "redis")
    began = time.monotonic()
    caught_up = [await s.until(lambda fs, s=s: len(s.texts()) >= 20, 10) for s in (one, two)]
    took = time.monotonic() - began
    order = [[f["message"]["seq"] for f in s.frames if f["type"] == "message:new"] for s in (one, two)]
    check(f"Redis is back: both sockets catch up ({took:.1f} s)", all(caught_up), order)
    check("Redis is back: in order, none twice", order == [list(range(1, 21))] * 2, order)
    await two.send(type="message", text="across again")
    check("Redis is back: live traffic crosses instances", await one.wait(of("message:new", message__text="across again")))
    await one_reply("asked without Redis", a, alice, asked, 40)
    for socket in (one, two, bot):
        await socket.leave()


async def api_killed(a, b, alice, bob):
    """kill -9 of an api in the middle of a stream: what was acknowledged is stored, and a repeat stores nothing twice."""
    talk = begin(a.base, alice, title="Killed", is_group=True, participant_ids=["bob"])
    watcher = await Socket.join(a.base, talk, alice)
    senders = [await Socket.join(b.base, talk, bob) for _ in range(4)]

    async def stream(socket, name):
        try:
            for n in range(2000):
                await socket.send(type="message", text=f"{name}-{n}", client_id=f"{name}-{n}")
                await asyncio.sleep(0.001)
        except Exception:  # its server died
            pass
        return n

    tasks = [asyncio.create_task(stream(s, f"s{i}")) for i, s in enumerate(senders)]
    await asyncio.sleep(1.5)
    b.kill()
    sent = [await task for task in tasks]
    await asyncio.gather(*(s.reader for s in senders))
    acked = {f["client_id"]: f["message_id"] for s in senders for f in s.frames if f["type"] == "message:ack"}
    stored = await asyncio.to_thread(chat.history, a.base, alice, talk)
    ids = {m["client_id"]: m["id"] for m in stored}
    lost = [c for c, i in acked.items() if ids.get(c) != i]
    check(f"api killed: of {sum(sent)} sent, {len(acked)} acknowledged, none lost", acked and not lost, lost[:10])
    check("api killed: none twice, seq without a gap", [m["seq"] for m in stored] == list(range(1, len(stored) + 1)) and len(ids) == len(stored))
    await watcher.until(lambda _: len(watcher.texts()) >= len(stored), 10)
    check("api killed: the other instance's socket got each once", sorted(watcher.texts()) == sorted(m["text"] for m in stored),
          f"{len(watcher.texts())} of {len(stored)}")
    b.start()
    again = await Socket.join(b.base, talk, bob)
    repeats = [f"s0-{n}" for n in range(min(sent[0], 40))]
    for name in repeats:
        await again.send(type="message", text=name, client_id=name)
    await again.until(lambda fs: len([f for f in fs if f["type"] == "message:ack"]) == len(repeats))
    after = await asyncio.to_thread(chat.history, a.base, alice, talk)
    names = [m["client_id"] for m in after]
    check("api killed: the restarted one takes repeats without storing twice", len(names) == len(set(names)) and set(repeats) <= set(names))
    await again.leave()
    await watcher.leave()


async def drain(a, worker, alice):
    """SIGTERM: sockets close with 4012, the processes exit 0."""
    talk = begin(a.base, alice, is_group=True)
    sockets = [await Socket.join(a.base, talk, alice) for _ in range(20)]
    for socket in sockets:
        await socket.wait(of("connected"))
    began = time.monotonic()
    a.signal(signal.SIGTERM)
    codes = await asyncio.gather(*(s.closed(12) for s in sockets))
    check("drain: sockets close with 4012", set(codes) == {4012}, codes)
    code = await asyncio.to_thread(a.stop)
    check(f"drain: the api exits 0 ({time.monotonic() - began:.1f} s)", code == 0, code)
    began = time.monotonic()
    code = await asyncio.to_thread(worker.stop)
    check(f"drain: the worker exits 0 ({time.monotonic() - began:.1f} s)", code == 0, code)


async def main():
    ports = sys.argv[1:3]
    a, b = (Process("api", f"api-{n}", BIND=f"127.0.0.1:{port}") for n, port in zip("ab", ports))
    worker = Process("worker", "worker")
    root = chat.login(a.base, "root-admin", os.environ["PASSWORD"])
    status, body = call("POST", f"{a.base}/api/bot/articles/examples", token=root)  # a model is asked only about what articles say
    check("the examples are loaded", status == 200, body)
    alice, bob = chat.login(a.base, "alice", os.environ["PASSWORD"]), chat.login(b.base, "bob", os.environ["PASSWORD"])

    async def part(coroutine):
        try:
            return await coroutine
        except Exception as error:  # a check that cannot go on is a failed one; the others still run
            check(f"{coroutine.__name__} ran to its end", False, f"{type(error).__name__}: {error}")

    midway, killed_at = await part(show5_midway(a.base, alice, worker)), time.monotonic()
    await part(show4("one instance", a.base, a.base, alice, bob))
    await part(show4("two instances", a.base, b.base, alice, bob))
    await part(show5(a.base, alice, worker))
    if os.environ.get("MAY_STOP_REDIS"):
        await part(redis_gone(a.base, b.base, alice, bob))
    await part(api_killed(a, b, alice, bob))
    if midway:  # its lease runs out a minute after
        await part(one_reply("worker killed midway", a.base, alice, midway, max(5.0, 90 - (time.monotonic() - killed_at))))
    await part(drain(a, worker, alice))
    check("the second api exits 0", b.stop() == 0)
    chat.done()


asyncio.run(main())
