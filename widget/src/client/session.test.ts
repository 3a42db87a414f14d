import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SessionOver } from "./problem";
import { Session } from "./session";
import { openStore } from "./store";

const BASE = "https://chat.example.com";
let calls: { path: string; body: any }[] = [];
let answers: Record<string, () => Response>;
let issued = 0;

const tokens = () =>
  Response.json({ access_token: `access-${++issued}`, refresh_token: `refresh-${issued}`, expires_in: 3600 });

beforeEach(() => {
  localStorage.clear();
  calls = [];
  issued = 0;
  answers = { "/api/auth/visitor": tokens, "/api/auth/refresh": tokens };
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const path = url.slice(BASE.length);
    calls.push({ path, body: JSON.parse(String(init.body)) });
    return answers[path]?.() ?? Response.error();
  });
});
afterEach(() => vi.unstubAllGlobals());

const open = (credentials = {}) => new Session(BASE, credentials, openStore("t:"));

test("many who ask at once sign in once, and the next page goes on with the same session", async () => {
  const session = open();
  expect(new Set(await Promise.all([session.access(), session.access(), session.access()]))).toEqual(
    new Set(["access-1"]),
  );
  expect(await open().access()).toBe("access-1");
  expect(calls).toEqual([{ path: "/api/auth/visitor", body: {} }]);
});

test("a refused token is renewed with the refresh token, which is used once", async () => {
  const [one, two] = [open(), open()];
  await one.access();
  expect(await one.access("access-1")).toBe("access-2");
  expect(await two.access("access-1")).toBe("access-2");
  expect(calls.map(({ path }) => path)).toEqual(["/api/auth/visitor", "/api/auth/refresh"]);
  expect(calls[1]?.body).toEqual({ refresh_token: "refresh-1" });
});

test("where the refresh token is dead one signs in anew, with the site's token where there is one", async () => {
  const session = open({ visitorToken: "a.b.c" });
  await session.access();
  answers["/api/auth/refresh"] = () => Response.json({ detail: "no" }, { status: 401 });
  expect(await session.access("access-1")).toBe("access-2");
  expect(calls.at(-1)).toEqual({ path: "/api/auth/visitor", body: { token: "a.b.c" } });
});

test("a token that the page gave cannot be renewed here", async () => {
  const session = open({ token: "given" });
  expect(await session.access()).toBe("given");
  await expect(session.access("given")).rejects.toBeInstanceOf(SessionOver);
  expect(calls).toEqual([]);
});

test("where the refresh token is dead nobody becomes somebody else while there is a conversation", async () => {
  let holds = false;
  const session = new Session(BASE, {}, openStore("t:"), () => !holds);
  await session.access();
  holds = true;
  answers["/api/auth/refresh"] = () => Response.json({ detail: "no" }, { status: 401 });
  await expect(session.access("access-1")).rejects.toBeInstanceOf(SessionOver);
  await expect(session.access("access-1")).rejects.toBeInstanceOf(SessionOver);
  expect(calls.filter(({ path }) => path === "/api/auth/visitor")).toHaveLength(1);
  holds = false;
  expect(await session.access("access-1")).toBe("access-2");
});

test("a lost session is no reason for a new one while there is a conversation", async () => {
  const session = new Session(BASE, {}, openStore("t:"), () => false);
  await expect(session.access()).rejects.toBeInstanceOf(SessionOver);
  expect(calls).toEqual([]);
});

test("a refresh whose answer is lost is asked again with the same token", async () => {
  const session = open();
  await session.access();
  vi.stubGlobal("fetch", vi.fn(globalThis.fetch).mockRejectedValueOnce(new TypeError("the page was left")));
  await expect(session.access("access-1")).rejects.toThrow();
  answers["/api/auth/refresh"] = tokens;
  expect(await open().access("access-1")).toBe("access-2");
  expect(calls.at(-1)).toEqual({ path: "/api/auth/refresh", body: { refresh_token: "refresh-1" } });
});

test("an address that asks for much works for its session, and is asked once", async () => {
  const challenge = { token: `1900000000.aabbccdd.${"0f".repeat(16)}`, parts: 2, bits: 4 };
  let asked = 0;
  answers["/api/auth/visitor"] = () =>
    asked++ ? tokens() : Response.json({ code: "proof_required", challenge }, { status: 429 });
  expect(await open().access()).toBe("access-1");
  expect(calls).toHaveLength(2);
  expect(calls[1]?.body.proof).toMatch(new RegExp(`^${challenge.token}:\\d+,\\d+$`));
});
