"""What the Python clients of tests/guides share: REST calls, sockets that record their frames, checks.

Every frame of a socket is checked against its schema in openapi/asyncapi.yaml."""

import asyncio
import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import jsonschema_rs
import websockets
import yaml

ROOT = Path(__file__).resolve().parents[2]
failures = 0


def check(name, right, detail=None):
    """Prints the check's line; returns whether it held."""
    global failures
    print(f"{'ok' if right else 'not ok'} - {name}", flush=True)
    if not right:
        failures += 1
        if detail is not None:
            print("    " + str(detail)[:1200].replace("\n", "\n    "), flush=True)
    return bool(right)


def done():
    check("every frame fits openapi/asyncapi.yaml", not misfits and Socket.frames_seen > 0,
          f"{Socket.frames_seen} frames seen\n" + "\n".join(misfits[:5]))
    sys.exit(1 if failures else 0)


# ---- REST ----


def call(method, url, body=None, token=None, headers=None, raw=None, timeout=40):
    """(status, the answer's JSON or bytes); an error status is an answer, too."""
    headers = dict(headers or {})
    data = raw
    if body is not None:
        data = json.dumps(body).encode()
        headers.setdefault("Content-Type", "application/json")
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            status, kind, content = answer.status, answer.headers.get("Content-Type", ""), answer.read()
    except urllib.error.HTTPError as error:
        status, kind, content = error.code, error.headers.get("Content-Type", ""), error.read()
    return status, json.loads(content) if "json" in kind and content else content


def login(base, username, password):
    status, body = call("POST", f"{base}/api/auth/login", {"username": username, "password": password})
    assert status == 200, f"login of {username}: {status} {body}"
    return body["access_token"]


def upload(base, token, name, content, claimed="image/png", conversation=None):
    boundary = "----switchboard-guide"
    parts = b""
    if conversation:
        parts += f'--{boundary}\r\nContent-Disposition: form-data; name="conversation_id"\r\n\r\n{conversation}\r\n'.encode()
    parts += (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
              f"Content-Type: {claimed}\r\n\r\n").encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return call("POST", f"{base}/api/chat/upload/", raw=parts, token=token,
                headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})


def history(base, token, conversation):
    """All its messages, oldest first."""
    found = []
    while True:
        last = found[-1]["seq"] if found else 0
        status, page = call("GET", f"{base}/api/chat/conversations/{conversation}/messages/?after_seq={last}&limit=200", token=token)
        assert status == 200, f"messages: {status} {page}"
        if not page:
            return found
        found += page


# ---- sockets ----

document = yaml.safe_load((ROOT / "openapi" / "asyncapi.yaml").read_text())
misfits = []


def _validators(operation):
    found = {}
    for reference in document["operations"][operation]["messages"]:
        message = document["components"]["messages"][reference["$ref"].rsplit("/", 1)[1]]
        schema = {"$schema": "http://json-schema.org/draft-07/schema#", **message["payload"],
                  "components": document["components"]}
        found[message["name"]] = jsonschema_rs.validator_for(schema)
    return found


CHAT, INBOX = _validators("sendInChat"), _validators("sendInInbox")


class Socket:
    """A socket that keeps every frame it got."""

    frames_seen = 0

    def __init__(self, link, described=CHAT):
        self.link, self.described, self.frames, self.news = link, described, [], asyncio.Event()
        self.reader = asyncio.create_task(self._read())

    @classmethod
    async def join(cls, base, conversation, token, since=None, **options):
        url = f"{base.replace('http', 'ws', 1)}/ws/chat/{conversation}/?token={token}"
        if since is not None:
            url += f"&since={since}"
        return cls(await websockets.connect(url, max_size=None, proxy=None, open_timeout=20, **options))

    async def _read(self):
        try:
            async for text in self.link:
                frame = json.loads(text)
                self.frames.append(frame)
                Socket.frames_seen += 1
                validator = self.described.get(frame.get("type"))
                problem = "its type is not described" if validator is None else None
                if validator is not None:
                    problem = next((str(error) for error in validator.iter_errors(frame)), None)
                if problem:
                    misfits.append(f"{problem}: {text}"[:600])
                self.news.set()
        except websockets.ConnectionClosed:
            pass
        self.news.set()

    async def send(self, **frame):
        await self.link.send(json.dumps(frame))

    async def wait(self, condition, seconds=10):
        """The first frame that meets the condition, or None when the time is over."""
        deadline, seen = time.monotonic() + seconds, 0
        while True:
            while seen < len(self.frames):
                if condition(self.frames[seen]):
                    return self.frames[seen]
                seen += 1
            left = deadline - time.monotonic()
            if left <= 0 or (self.reader.done() and seen == len(self.frames)):
                return None
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), left)
            except TimeoutError:
                pass
            except asyncio.TimeoutError:  # before Python 3.11
                pass

    async def until(self, condition, seconds=10):
        """Whether a condition on all frames comes true in time."""
        return await self.wait(lambda _: condition(self.frames), seconds) is not None or condition(self.frames)

    def texts(self, kind="user"):
        """The texts of `message:new`, in the order they came."""
        return [f["message"]["text"] for f in self.frames if f["type"] == "message:new" and f["message"]["type"] == kind]

    async def closed(self, seconds=10):
        """The code that the server closed it with."""
        try:
            await asyncio.wait_for(self.link.wait_closed(), seconds)
        except (TimeoutError, asyncio.TimeoutError):
            return None
        return self.link.close_code

    async def leave(self):
        await self.link.close()
        await self.reader


def of(kind, **members):
    """A condition: a frame of this type with these members; `message__x` looks into its message."""
    def meets(frame):
        if frame.get("type") != kind:
            return False
        for name, value in members.items():
            place = frame
            if name.startswith("message__"):
                place, name = frame.get("message") or {}, name.removeprefix("message__")
            if place.get(name) != value:
                return False
        return True
    return meets
