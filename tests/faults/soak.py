#!/usr/bin/env python3
"""The soak: churn for half an hour on the production profile; memory, descriptors, threads and Redis keys stay flat.

Sockets join, write, read and leave, some without a goodbye; visitors come and go; files go up; the bot answers. Every
minute the figures are taken. After a warm-up of a fifth of the time the last readings must not lie above the first by
more than the bounds below."""

import asyncio
import contextlib
import os
import random
import subprocess
import sys
import time

import harness
from harness import chat, Place, Socket, check, figure, register, rest

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
# growth allowed between the first fifth and the end
BOUNDS = {"api MB": 40, "worker MB": 40, "api descriptors": 40, "worker descriptors": 20, "api threads": 8, "worker threads": 8, "redis keys": 60}


def redis_keys(place):
    """How many keys there are, and how many of them are tickets of jobs that wait or were done within ten seconds."""
    command = ["redis-cli", "-u", place.redis, "--scan", "--pattern", f"{place.settings['REDIS_PREFIX']}*"]
    keys = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.splitlines()
    return len(keys), sum(":meta:" in key for key in keys)


def reading(place, api, worker):
    keys, tickets = redis_keys(place)
    return {"api MB": api.rss(), "worker MB": worker.rss(), "api descriptors": api.descriptors(), "worker descriptors": worker.descriptors(),
            "api threads": api.threads(), "worker threads": worker.threads(), "redis keys": keys - tickets}


async def visit(base, picture, until):
    """One customer after another until the time is over; each writes, reads, and leaves in one of three ways."""
    visits = 0
    while time.monotonic() < until:
        status, body = await rest("POST", f"{base}/api/auth/visitor", {})
        token = body["access_token"]
        status, body = await rest("POST", f"{base}/api/user-response/", {"message": "Where is my order?"}, token=token)
        talk = body["conversation_id"]
        one = await Socket.join(base, talk, token)
        await one.wait(chat.of("connected"))
        for n in range(3):
            await one.send(type="typing", is_typing=True)
            await one.send(type="message", text=f"Is it number {n}?", client_id=f"n{n}")
        await one.until(lambda fs: len([f for f in fs if f["type"] == "message:ack"]) == 3, 20)
        if visits % 5 == 0:
            await asyncio.to_thread(chat.upload, base, token, "a.png", picture, conversation=talk)
        if visits % 3 == 0:
            one.link.transport.abort()
        else:
            await one.leave()
        if visits % 2:
            await rest("POST", f"{base}/api/auth/logout", {}, token=token)
        visits += 1
        await asyncio.sleep(random.uniform(0.5, 1.5))  # below what one unoptimised worker answers
    return visits


async def soak():
    place = Place(production=True)
    try:
        api, worker = place.api(), place.worker()
        await asyncio.to_thread(api.start)
        worker.start()
        picture = (harness.ROOT / "tests" / "fixtures" / "tiny.png").read_bytes()
        keeper = await asyncio.to_thread(register, api.base, "keeper")
        del keeper
        began, readings = time.monotonic(), []
        until = began + MINUTES * 60
        visitors = [asyncio.create_task(visit(api.base, picture, until)) for _ in range(8)]
        step = max(5.0, MINUTES * 60 / 30)
        while time.monotonic() < until:
            await asyncio.sleep(min(step, max(0.1, until - time.monotonic())))
            readings.append(await asyncio.to_thread(reading, place, api, worker))
            print(f"{time.monotonic() - began:6.0f} s  " + "  ".join(f"{k} {v:.0f}" for k, v in readings[-1].items()), flush=True)
        visits = sum(await asyncio.gather(*visitors))
        drained = time.monotonic() + 120
        while redis_keys(place)[1] > 0 and time.monotonic() < drained:
            await asyncio.sleep(1)
        check("soak: every job's ticket is done and swept two minutes after", redis_keys(place)[1] == 0, redis_keys(place))
        warm = readings[len(readings) // 5:]
        first, last = warm[:max(1, len(warm) // 5)], warm[-max(1, len(warm) // 5):]
        for name, bound in BOUNDS.items():
            a, b = (sum(r[name] for r in part) / len(part) for part in (first, last))
            check(f"soak: {name} grows by at most {bound}", b - a <= bound, f"{a:.0f} -> {b:.0f}")
            figure(f"soak of {MINUTES:g} minutes: {name}, after the warm-up / at the end", f"{a:.0f} / {b:.0f}")
        dead = place.sql("SELECT count(*) FROM job WHERE state = 'dead'")
        check("soak: no job is dead", dead == "0", dead)
        gaps = place.sql("SELECT count(*) FROM (SELECT conversation_id FROM chat_message GROUP BY 1 HAVING max(seq) <> count(*)) gaps")
        check("soak: no conversation has a gap", gaps == "0", gaps)
        figure(f"soak of {MINUTES:g} minutes: visits / messages", f"{visits} / {place.sql('SELECT count(*) FROM chat_message')}")
        with contextlib.suppress(Exception):
            await asyncio.to_thread(worker.stop)
    finally:
        place.close()


async def bounded():
    await asyncio.wait_for(soak(), MINUTES * 60 + 180)
    sys.exit(1 if chat.failures else 0)


if __name__ == "__main__":
    asyncio.run(bounded())
