import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SessionOver } from "./problem";
import { ConversationSocket } from "./socket";

class FakeSocket {
  static made: FakeSocket[] = [];
  static isBlocked = false;
  readyState = 1;
  sent: string[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    if (FakeSocket.isBlocked) throw new DOMException("blocked", "SecurityError");
    FakeSocket.made.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.readyState = 3;
  }
}

const log: string[] = [];
const asked: boolean[] = [];
const latest = () => FakeSocket.made.at(-1)!;
const greet = () => latest().onmessage?.({ data: '{"type":"connected"}' });

const chatAddress = async (refused: boolean) => {
  asked.push(refused);
  return { url: "ws://chat.example.com/ws", token: "a.b.c" };
};

function open(address = chatAddress): ConversationSocket {
  const socket = new ConversationSocket(address, {
    open: () => log.push("open"),
    frame: (frame) => log.push(frame.type),
    down: (failures) => log.push(`down ${failures}`),
    stopped: (code) => log.push(`stopped ${code}`),
  });
  socket.start();
  return socket;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.made = [];
  FakeSocket.isBlocked = false;
  log.length = asked.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("it is open once the server has greeted, and only then sends", async () => {
  const socket = open();
  await vi.advanceTimersByTimeAsync(0);
  expect([latest().url, latest().protocols]).toEqual(["ws://chat.example.com/ws", ["bearer", "a.b.c"]]);
  expect(socket.send({ type: "ping" })).toBe(false);
  greet();
  expect(socket.send({ type: "ping" })).toBe(true);
  expect(log).toEqual(["open", "connected"]);
});

test("a refused token is asked for anew, at once", async () => {
  open();
  await vi.advanceTimersByTimeAsync(0);
  greet();
  latest().onclose?.({ code: 4001 });
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual([false, true]);
});

test("no access, a deleted conversation and a revoked session end it", async () => {
  for (const code of [4003, 4004, 4014]) {
    open();
    await vi.advanceTimersByTimeAsync(0);
    const made = FakeSocket.made.length;
    latest().onclose?.({ code });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(FakeSocket.made.length).toBe(made);
    expect(log.at(-1)).toBe(`stopped ${code}`);
  }
});

test("one that is drained or was too slow comes back after a while", async () => {
  for (const code of [4008, 4012, 1006]) {
    const socket = open();
    await vi.advanceTimersByTimeAsync(0);
    greet();
    const made = FakeSocket.made.length;
    latest().onclose?.({ code });
    await vi.advanceTimersByTimeAsync(0);
    expect(FakeSocket.made.length).toBe(made);
    await vi.advanceTimersByTimeAsync(2000);
    expect(FakeSocket.made.length).toBe(made + 1);
    socket.stop();
  }
});

test("a WebSocket that throws is tried again until it does not", async () => {
  FakeSocket.isBlocked = true;
  open();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(log[0]).toBe("down 1");
  expect(log.length).toBeGreaterThan(2);
  FakeSocket.isBlocked = false;
  // the pause is partly random: greeted as soon as there is one, before it counts as dead
  for (let waited = 0; FakeSocket.made.length === 0 && waited < 120; waited++) await vi.advanceTimersByTimeAsync(500);
  greet();
  expect(log).toContain("open");
});

test("a connection that gives no sign of life is replaced", async () => {
  open();
  await vi.advanceTimersByTimeAsync(0);
  greet();
  await vi.advanceTimersByTimeAsync(25_000);
  expect(latest().sent).toEqual(['{"type":"ping"}']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(log.at(-1)).toBe("down 1");
});

test("where the session is over nothing is tried any more", async () => {
  open(async () => {
    throw new SessionOver();
  });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(log).toEqual(["stopped 4001"]);
});

test("a socket that was too fast comes back no sooner than in five seconds", async () => {
  open();
  await vi.advanceTimersByTimeAsync(0);
  greet();
  latest().onclose?.({ code: 4013 });
  await vi.advanceTimersByTimeAsync(5000);
  expect(FakeSocket.made).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(FakeSocket.made).toHaveLength(2);
});
