/** What the console's tests do again and again: customers who write, agents who sign in. */
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { Server, test as base, expect } from "../server";

/** `test` with servers of a test's own, which end with it, however it ends. */
export const test = base.extend<{ ownServer: (env?: Record<string, string>) => Promise<Server> }>({
  ownServer: async ({}, use) => {
    const started: Server[] = [];
    await use(async (env) => {
      const server = await Server.start(env);
      started.push(server);
      return server;
    });
    await Promise.all(started.map((server) => server.stop()));
  },
});

/** A customer with a conversation of kind support, and a token. */
export interface Customer {
  name: string;
  username: string;
  token: string;
  id: string;
  conversation: string;
}

let last = 0;

/** A name nobody has yet. */
export const fresh = (stem: string) => `${stem}${Date.now().toString(36)}${(++last).toString(36)}`;

/** Somebody writes to the company. */
export async function customer(server: Server, name: string, said = "Hello, where is my order?"): Promise<Customer> {
  const person = await server.person(fresh("customer"), name);
  const sent = await server.call("POST", "/api/user-response/", { message: said }, person.token);
  return { ...person, name, conversation: sent.conversation_id };
}

/** The customer asks for a person. */
export const askForPerson = (server: Server, who: Customer) =>
  server.call("POST", `/api/chat/conversations/${who.conversation}/handoff`, {}, who.token);

export async function say(server: Server, who: Customer, message: string): Promise<void> {
  await server.call("POST", "/api/user-response/", { message, conversation_id: who.conversation }, who.token);
}

/** Signs in on the page as one of the demo people. */
export async function signIn(page: Page, server: Server, username: string, path = "/console"): Promise<void> {
  await page.goto(server.url + path);
  await page.getByLabel("Username or e-mail").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(server.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: /^Account of/ })).toBeVisible();
  await live(page);
}

export const live = (page: Page) => expect(page.locator("[data-connection=live]")).toBeVisible();

/** A browser of an agent's own, at a place of the console. */
export async function agent(
  browser: Browser,
  server: Server,
  username: string,
  path = "/console",
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  watchForErrors(page);
  await signIn(page, server, username, path);
  return { page, context };
}

const seen = new WeakMap<Page, string[]>();

/** Remembers what the page complained of: refused styles, scripts, exceptions. */
export function watchForErrors(page: Page): void {
  const all: string[] = [];
  seen.set(page, all);
  page.on("pageerror", (error) => all.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && /Content Security Policy|Uncaught/.test(message.text())) all.push(message.text());
  });
}

export const errorsOf = (page: Page) => seen.get(page) ?? [];

export const open = (page: Page, conversation: string) =>
  page.goto(new URL(`/console/conversations/${conversation}`, page.url()).href);

export const log = (page: Page) => page.getByRole("log", { name: "Messages" });
export const composer = (page: Page) => page.locator("#composer");

/** A client that only listens: what its socket receives. */
interface Ear {
  frames: any[];
  heard(what: (frame: any) => boolean): Promise<any>;
  send(frame: object): Promise<void>;
  close(): Promise<void>;
}

/** Opens a socket in a page of its own, as any client of a dialect does. */
export async function ear(browser: Browser, server: Server, path: string, token: string): Promise<Ear> {
  const page = await browser.newPage();
  await page.goto(`${server.url}/livez`);
  const frames: any[] = [];
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => frames.push(JSON.parse(String(payload)))),
  );
  await page.evaluate(
    ([path, token]) =>
      new Promise<void>((opened, failed) => {
        const socket = new WebSocket(new URL(path!, location.href.replace(/^http/, "ws")), ["bearer", token!]);
        Object.assign(window, { socket });
        socket.onopen = () => opened();
        socket.onerror = () => failed(new Error("no socket"));
      }),
    [path, token],
  );
  return {
    frames,
    async heard(what) {
      await expect.poll(() => frames.some(what), { message: `not heard: ${what}` }).toBe(true);
      return frames.find(what);
    },
    send: (frame) => page.evaluate((text) => (window as any).socket.send(text), JSON.stringify(frame)),
    close: () => page.close(),
  };
}
