"""The job plane: a slow model, a flood, workers that are killed, an outage of the file store."""

import asyncio
import time

import harness
from harness import chat, Place, Socket, begin, check, figure, of, percentile, register, rest


class Model:
    """An OpenAI-compatible model that thinks for some seconds before it answers."""

    def __init__(self, seconds):
        self.seconds, self.asked = seconds, 0

    async def open(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}/v1"
        return self

    async def _serve(self, reader, writer):
        self.asked += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(self.seconds)
            piece = b'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"stub","choices":[{"index":0,"delta":{"role":"assistant","content":"A slow answer."},"finish_reason":null}]}\n\ndata: [DONE]\n\n'
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + piece)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        writer.close()


async def slow_model():
    """200 questions to a model that takes 4 s: receipts, and the answers of others, are not held up."""
    place = Place(production=True)
    model = await Model(4).open()
    try:
        api = place.api()
        worker = place.worker(LLM_BASE_URL=model.url, LLM_MODEL="stub", LLM_API_KEY="none")
        await asyncio.to_thread(api.start)
        worker.start()
        alice, bob = [await asyncio.to_thread(register, api.base, name) for name in ("alice7", "bobby7")]
        await asyncio.to_thread(place.person, "root-admin", "admin")
        root = await asyncio.to_thread(chat.login, api.base, "root-admin", harness.PASSWORD)
        # a model is asked only about what articles say
        status, body = await rest("POST", f"{api.base}/api/bot/articles/examples", token=root)
        assert status == 200, (status, body)
        pair = await asyncio.to_thread(lambda: begin(api.base, alice, is_group=True, participant_ids=["bobby7"]))
        for n in range(200):
            status, body = await rest("POST", f"{api.base}/api/user-response/", {"message": f"How many days do I have to return order {n}?"}, token=alice)
            assert status == 201, (status, body)
        waits = []
        for n in range(10):
            status, sent = await rest("POST", f"{api.base}/api/user-response/", {"message": f"note {n}", "conversation_id": pair}, token=alice)
            assert status == 201, (status, sent)
            one = await Socket.join(api.base, pair, bob)
            await one.wait(of("connected"))
            await one.send(type="read", seq=sent["seq"])
            began = time.monotonic()
            while time.monotonic() - began < 30:
                _, seen = await rest("GET", f"{api.base}/api/chat/conversations/{pair}/", token=alice)
                mine = next(p for p in seen["participants"] if p["username"] == "bobby7")
                if (mine["last_read_seq"] or 0) >= sent["seq"]:
                    break
                await asyncio.sleep(0.05)
            waits.append(time.monotonic() - began)
            await one.leave()
        pushed = int(place.sql("SELECT count(*) FROM job WHERE kind = 'reply_as_bot'"))
        check("a slow model: receipts are applied within 3 s meanwhile", max(waits) < 3, max(waits))
        figure("200 questions to a 4-s model: a receipt's median / longest wait", f"{percentile(waits, 0.5):.2f} s / {max(waits):.2f} s")
        figure("200 questions to a 4-s model: replies asked for / begun so far", f"{pushed} / {model.asked}")
    finally:
        model.server.close()
        place.close()


async def workers_killed():
    """The worker is killed five times while 40 questions wait: each gets exactly one answer, no job is dead."""
    place = Place(production=True)
    try:
        api, worker = place.api(), place.worker()
        await asyncio.to_thread(api.start)
        alice = await asyncio.to_thread(register, api.base, "alice6")
        talks = []
        for n in range(40):
            status, body = await rest("POST", f"{api.base}/api/user-response/", {"message": f"How long does delivery {n} take?"}, token=alice)
            assert status == 201, (status, body)
            talks.append(body["conversation_id"])
        for _ in range(5):
            worker.start()
            await asyncio.sleep(0.4)
            worker.kill()
        worker.start()
        began = time.monotonic()
        open_ones = set(talks)
        while open_ones and time.monotonic() - began < 120:
            for talk in list(open_ones):
                if any(m["type"] == "bot" for m in await asyncio.to_thread(chat.history, api.base, alice, talk)):
                    open_ones.discard(talk)
            await asyncio.sleep(0.2)
        took = time.monotonic() - began
        counts = [sum(m["type"] == "bot" for m in await asyncio.to_thread(chat.history, api.base, alice, talk)) for talk in talks]
        check("workers killed: every question has exactly one answer", set(counts) == {1}, counts)
        dead = place.sql("SELECT count(*) FROM job WHERE state = 'dead'")
        check("workers killed: no job is dead", dead == "0", dead)
        figure("worker killed five times over 40 questions: all answered after", f"{took:.1f} s; each once")
    finally:
        place.close()


async def stopping_worker():
    """A worker that is asked to stop publishes what its last jobs did."""
    place = Place(production=True)
    model = await Model(3).open()
    try:
        api = place.api()
        worker = place.worker(LLM_BASE_URL=model.url, LLM_MODEL="stub", LLM_API_KEY="none")
        await asyncio.to_thread(api.start)
        worker.start()
        alice = await asyncio.to_thread(register, api.base, "alice5")
        talks = [await asyncio.to_thread(lambda: begin(api.base, alice)) for _ in range(4)]
        open_ones = [await Socket.join(api.base, talk, alice) for talk in talks]
        for n, one in enumerate(open_ones):
            await one.wait(of("connected"))
            await one.send(type="message", text="Why is the sky blue?", client_id=f"q{n}")
        began = time.monotonic()
        while model.asked < 4 and time.monotonic() - began < 20:
            await asyncio.sleep(0.05)
        stopping = asyncio.create_task(asyncio.to_thread(worker.stop))
        replies = [await one.wait(of("message:new", message__type="bot"), 4.5) for one in open_ones]
        code = await stopping
        check("a stopping worker: its last replies reach the sockets live", all(replies), [bool(r) for r in replies])
        check("a stopping worker: it exits 0", code == 0, code)
        figure("a stopping worker: replies delivered live of those under way", f"{sum(bool(r) for r in replies)} of {len(replies)}")
        for one in open_ones:
            await one.leave()
    finally:
        model.server.close()
        place.close()


SCENARIOS = [slow_model, workers_killed, stopping_worker]
