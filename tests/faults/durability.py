"""What was acknowledged is kept: a full disk, kill -9, a database that restarts."""

import asyncio
import subprocess
import time

import harness
from harness import chat, Place, Sender, begin, check, figure, nothing_lost, register, rest


async def disk_full():
    """SQLite on a small file system that fills up three times: what was acknowledged is there after a restart."""
    place = Place()
    mount = place.dir / "data"
    mount.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(mount)], check=True)
    try:
        api = place.api()
        api.start()
        token = register(api.base, "filler")
        talk = begin(api.base, token, is_group=True)
        acknowledged, refused = {}, 0
        longest = 0.0
        for round_ in range(3):
            ballast = mount / "ballast"
            fill(ballast)
            for n in range(40):
                key = f"full-{round_}-{n}"
                status, body = await rest("POST", f"{api.base}/api/user-response/",
                                          {"message": key + "." * 3000, "conversation_id": talk, "client_id": key}, token=token)
                if status in (200, 201):
                    acknowledged[key] = (body["message_id"], body["seq"])
                else:
                    refused += 1
                    check(f"full disk, round {round_}: a refusal is 503", status == 503, (status, body)) if status != 503 else None
            until = time.monotonic() + 4
            while harness.probe(f"{api.base}/readyz")[0] != 503 and time.monotonic() < until:
                await asyncio.sleep(0.1)
            check(f"full disk, round {round_}: /readyz says it", time.monotonic() < until)
            ballast.unlink()
            began = time.monotonic()
            works = False
            while time.monotonic() - began < 5 and not works:
                key = f"again-{round_}"
                status, body = await rest("POST", f"{api.base}/api/user-response/",
                                          {"message": key, "conversation_id": talk, "client_id": key}, token=token)
                works = status in (200, 201)
            longest = max(longest, time.monotonic() - began)
            check(f"full disk, round {round_}: works again within 5 s of room, without a restart", works, (status, body))
            if works:
                acknowledged[key] = (body["message_id"], body["seq"])
        check("full disk: sends were refused", refused > 30, refused)
        api.kill()
        api.start()
        token = chat.login(api.base, "filler", harness.PASSWORD)
        sender = Sender(api.base, token, talk, "full")
        sender.acknowledged = acknowledged
        count = nothing_lost("full disk, after a restart", await asyncio.to_thread(chat.history, api.base, token, talk), sender)
        figure("full disk: sends refused / acknowledged / lost", f"{refused} / {count} / 0")
        figure("full disk: room again to the first acknowledged send", f"{longest:.2f} s")
    finally:
        place_close(place, mount)


def place_close(place, mount):
    for process in place.processes:
        process.kill()
    subprocess.run(["umount", str(mount)], check=False)
    place.close()


def fill(ballast):
    """Leaves about 60 KB."""
    with open(ballast, "wb", buffering=0) as out:
        try:
            while out.write(b"\0" * 65536) == 65536:
                pass
        except OSError:
            pass
        out.truncate(max(0, out.tell() - 65536))


async def killed():
    """kill -9 of the embedded server five times in the middle of four streams."""
    place = Place()
    try:
        api = place.api()
        api.start()
        token = register(api.base, "sender")
        talk = begin(api.base, token, is_group=True)
        senders = [Sender(api.base, token, talk, f"s{n}").start() for n in range(4)]
        for _ in range(5):
            await asyncio.sleep(1.5)
            await asyncio.to_thread(api.kill)
            await asyncio.to_thread(api.start)
        await asyncio.sleep(1)
        for sender in senders:
            await sender.stop()
        stored = await asyncio.to_thread(chat.history, api.base, token, talk)
        count = nothing_lost("killed five times", stored, *senders)
        figure("kill -9 five times: acknowledged / lost", f"{count} / 0")
    finally:
        place.close()


async def postgres_restarts():
    """PostgreSQL restarts under load: nothing is lost, and sends work again within 5 s."""
    place = Place(production=True)
    try:
        api = place.api()
        api.start()
        token = register(api.base, "sender")
        talk = begin(api.base, token, is_group=True)
        senders = [Sender(api.base, token, talk, f"s{n}").start() for n in range(4)]
        await asyncio.sleep(1)
        await asyncio.to_thread(harness.services, "stop", "postgres")
        await asyncio.sleep(2)
        await asyncio.to_thread(harness.services, "start", "postgres")
        began = time.monotonic()
        before = [len(s.acknowledged) for s in senders]
        while time.monotonic() - began < 15 and any(len(s.acknowledged) == b for s, b in zip(senders, before)):
            await asyncio.sleep(0.05)
        took = time.monotonic() - began
        check("PostgreSQL restarted: every sender works again within 5 s", took < 5, f"{took:.1f} s")
        for sender in senders:
            await sender.stop()
        statuses = {}
        for sender in senders:
            for status, n in sender.statuses.items():
                statuses[status] = statuses.get(status, 0) + n
        check("PostgreSQL restarted: refusals are 503", set(statuses) <= {200, 201, 503}, statuses)
        stored = await asyncio.to_thread(chat.history, api.base, token, talk)
        count = nothing_lost("PostgreSQL restarted", stored, *senders)
        figure("PostgreSQL restarts: acknowledged / lost", f"{count} / 0")
        figure("PostgreSQL restarts: it is back to every sender works", f"{took:.1f} s")
    finally:
        place.close()


SCENARIOS = [disk_full, killed, postgres_restarts]
