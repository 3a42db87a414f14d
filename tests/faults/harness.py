"""What the fault scenarios share: servers in a place of their own, links that break, load that remembers what was
acknowledged, checks and figures.

Everything runs on loopback, is bounded in count and time, and ends what it started."""

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "guides"))

import chat  # noqa: E402  (the guides' clients)
from chat import Socket, call, check, of  # noqa: E402, F401

API = os.environ.get("API_BIN", str(ROOT / "target" / "debug" / "api"))
WORKER = os.environ.get("WORKER_BIN", str(ROOT / "target" / "debug" / "worker"))
PASSWORD = "faults-" + secrets.token_hex(8)
SECRET = secrets.token_hex(32)
figures = []


def figure(name, value):
    """Prints a figure's line; `make faults` collects them into one table."""
    figures.append((name, value))
    print(f"figure: {name}: {value}", flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """One server, with its settings and its log."""

    def __init__(self, place, program, name, settings):
        self.place, self.program, self.name = place, program, name
        self.settings = settings
        self.port = int(settings["BIND"].rsplit(":", 1)[1]) if "BIND" in settings else None
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = place.dir / f"{name}.log"
        self.child = None

    def start(self, ready=True, **more):
        command = [API, "serve"] if self.program == "api" else [WORKER]
        environment = {"PATH": os.environ["PATH"], "RUST_BACKTRACE": "1"} | self.settings | more
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                                          cwd=self.place.dir)
        if ready and self.program == "api":
            self.wait_ready()
        return self

    def wait_ready(self, seconds=30):
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.child.poll() is None:
            if probe(f"{self.base}/readyz")[0] == 200:
                return
            time.sleep(0.05)
        raise AssertionError(f"{self.name} is not ready:\n{self.log.read_text()[-1500:]}")

    def alive(self):
        return self.child is not None and self.child.poll() is None

    def kill(self):
        """kill -9."""
        if self.child:
            self.child.kill()
            self.child.wait()

    def stop(self, seconds=30):
        """SIGTERM; its exit code, or None where it had to be killed."""
        if not self.child:
            return None
        self.child.terminate()
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def rss(self):
        """Resident memory in MB."""
        for line in Path(f"/proc/{self.child.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.child.pid}/fd"))

    def threads(self):
        return len(os.listdir(f"/proc/{self.child.pid}/task"))

    def cpu(self):
        """CPU seconds so far."""
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def probe(url, timeout=5.0):
    """(status, seconds, body) of a GET; status 0 where nothing answers."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return answer.status, time.monotonic() - began, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, time.monotonic() - began, error.read()
    except OSError:
        return 0, time.monotonic() - began, b""


class Place:
    """A directory, and on the production profile a database and a Redis prefix, for one scenario."""

    def __init__(self, production=False, **settings):
        self.dir = Path(tempfile.mkdtemp(prefix="switchboard-faults."))
        self.production = production
        self.processes = []
        self.settings = {"DATA_DIR": str(self.dir / "data"), "JWT_SECRET": SECRET, "RATE_LIMITS": "off",
                         "DEMO_PASSWORD": PASSWORD, "LOG_FORMAT": "json"}
        self.database = None
        if production:
            self.server, self.redis = os.environ["TEST_DATABASE_URL"], os.environ["TEST_REDIS_URL"]
            self.database = f"faults_{secrets.token_hex(6)}"
            self.sql(f"CREATE DATABASE {self.database}", self.server)
            self.database_url = f"{self.server.rsplit('/', 1)[0]}/{self.database}"
            self.settings |= {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis,
                              "REDIS_PREFIX": f"{self.database}:", "WORKER": "external",
                              "STORAGE_URL": f"file://{self.dir}/files", "REGISTRATION": "open",
                              "VISITORS": "anonymous"}
        self.settings |= settings

    def sql(self, statement, url=None):
        done = subprocess.run(["psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-d", url or self.database_url, "-c", statement],
                              check=True, capture_output=True, text=True, timeout=60)
        return done.stdout.strip()

    def api(self, name="api", **settings):
        process = Process(self, "api", name, self.settings | {"BIND": f"127.0.0.1:{free_port()}"} | settings)
        self.processes.append(process)
        return process

    def worker(self, name="worker", **settings):
        process = Process(self, "worker", name, self.settings | settings)
        self.processes.append(process)
        return process

    def person(self, name, role="user", **settings):
        """An account, made by the command line."""
        environment = {"PATH": os.environ["PATH"]} | self.settings | settings
        subprocess.run([API, "user", "create", "--username", name, "--role", role, "--password-stdin"], check=True,
                       input=PASSWORD + "\n", text=True, capture_output=True, env=environment, cwd=self.dir, timeout=60)

    def close(self):
        for process in self.processes:
            process.kill()
        if self.database:
            with contextlib.suppress(subprocess.SubprocessError):
                self.sql(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)", self.server)
        shutil.rmtree(self.dir, ignore_errors=True)


class Link:
    """A TCP proxy on loopback that can be silent (holds everything back, closes nothing) or down."""

    def __init__(self, url):
        scheme, rest = url.split("://", 1)
        authority, _, path = rest.partition("/")
        user, at, target = authority.rpartition("@")
        self.host, port = target.rsplit(":", 1)
        self.port = int(port)
        self.up = asyncio.Event()
        self.up.set()
        self.down = False
        self.writers = set()
        self.shape = f"{scheme}://{user}{at}127.0.0.1:%d/{path}"

    async def open(self):
        self.listener = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = self.shape % self.listener.sockets[0].getsockname()[1]
        return self

    async def _serve(self, reader, writer):
        if self.down:
            writer.transport.abort()
            return
        self.writers.add(writer)
        try:
            await self.up.wait()
            their_reader, their_writer = await asyncio.open_connection(self.host, self.port)
            self.writers.add(their_writer)
            ways = [asyncio.create_task(self._pass(reader, their_writer)),
                    asyncio.create_task(self._pass(their_reader, writer))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            their_writer.transport.abort()
            self.writers.discard(their_writer)
        except OSError:
            pass
        finally:
            writer.transport.abort()
            self.writers.discard(writer)

    async def _pass(self, reader, writer):
        with contextlib.suppress(OSError):
            while piece := await reader.read(65536):
                await self.up.wait()
                writer.write(piece)
                await writer.drain()

    def silence(self):
        self.up.clear()

    def cut(self):
        self.down = True
        for writer in list(self.writers):
            writer.transport.abort()

    def restore(self):
        self.down = False
        self.up.set()

    def close(self):
        self.cut()
        self.listener.close()


async def rest(*arguments, **options):
    """A REST call beside the event loop; (0, reason) where nothing answered."""
    def attempt():
        try:
            return call(*arguments, **options)
        except (OSError, TimeoutError) as error:
            return 0, str(error)
    return await asyncio.to_thread(attempt)


def register(base, name):
    """A new account by REST; its access token."""
    status, body = call("POST", f"{base}/api/auth/register", {"username": name, "password": PASSWORD})
    assert status in (200, 201), (status, body)
    return chat.login(base, name, PASSWORD)


def begin(base, token, **options):
    status, body = call("POST", f"{base}/api/chat/conversations/", options, token=token)
    assert status == 201, f"create: {status} {body}"
    return body["id"]


class Sender:
    """Sends numbered messages by REST until stopped, each again under its `client_id` until it is acknowledged or the
    time is over; remembers what was acknowledged and how long each call took."""

    def __init__(self, base, token, conversation, name, timeout=10):
        self.base, self.token, self.conversation, self.name, self.timeout = base, token, conversation, name, timeout
        self.acknowledged, self.statuses, self.seconds = {}, {}, []
        self.running = True

    async def run(self, pause=0.01):
        n = 0
        while self.running:
            key = f"{self.name}-{n}"
            began = time.monotonic()
            status, body = await rest("POST", f"{self.base}/api/user-response/",
                                      {"message": key, "conversation_id": self.conversation, "client_id": key},
                                      token=self.token, timeout=self.timeout)
            self.seconds.append(time.monotonic() - began)
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status in (200, 201):
                self.acknowledged[key] = (body["message_id"], body["seq"])
                n += 1
            await asyncio.sleep(pause)
        return self

    def start(self, pause=0.01):
        self.task = asyncio.create_task(self.run(pause))
        return self

    async def stop(self):
        self.running = False
        return await self.task


def nothing_lost(words, stored, *senders):
    """Every acknowledged message is stored, exactly once, under its id and seq; seq has no gap."""
    by_key = {}
    for message in stored:
        by_key.setdefault(message["client_id"], []).append(message)
    acknowledged = {key: ids for sender in senders for key, ids in sender.acknowledged.items()}
    lost = [key for key in acknowledged if key not in by_key]
    wrong = [key for key, ids in acknowledged.items() if key in by_key and (by_key[key][0]["id"], by_key[key][0]["seq"]) != ids]
    twice = [key for key, rows in by_key.items() if key and len(rows) > 1]
    check(f"{words}: of {len(acknowledged)} acknowledged none is lost, none is another", acknowledged and not lost and not wrong,
          {"lost": lost[:10], "another": wrong[:10]})
    check(f"{words}: none is there twice, seq has no gap",
          not twice and [m["seq"] for m in stored] == list(range(1, len(stored) + 1)), twice[:10])
    return len(acknowledged)


def services(*arguments):
    """Stops or starts the private PostgreSQL or Redis of scripts/services."""
    script = os.environ.get("SERVICES", str(ROOT / "scripts" / "services"))
    subprocess.run([script, *arguments], check=True, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=90)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def run(*scenarios):
    """Runs scenarios, each with its time limit; the exit code is 0 only where every check held."""
    async def all_of_them():
        for scenario in scenarios:
            began = time.monotonic()
            try:
                await asyncio.wait_for(scenario(), 300)
            except Exception as error:  # a scenario that cannot go on has failed; the others still run
                check(f"{scenario.__name__} ran to its end", False, f"{type(error).__name__}: {error}")
            print(f"time: {scenario.__name__}: {time.monotonic() - began:.1f} s", flush=True)
    asyncio.run(all_of_them())
    table = os.environ.get("FIGURES")
    if table:
        with open(table, "a") as rows:
            for name, value in figures:
                rows.write(json.dumps([name, str(value)]) + "\n")
    sys.exit(1 if chat.failures else 0)


def stop_on_signals():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))


stop_on_signals()
