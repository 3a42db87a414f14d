import { beforeEach, describe, expect, it, vi } from "vitest";

const ID = "01890000-0000-7000-8000-000000000001";
const CONVERSATION = "01890000-0000-7000-8000-000000000002";

type Handler = (event: unknown) => void;

/** A service worker's surroundings. */
class Surroundings {
  readonly handlers = new Map<string, Handler>();
  readonly shown: { title: string; options: NotificationOptions }[] = [];
  readonly opened: string[] = [];
  windows: {
    url: string;
    focused: boolean;
    visibilityState: string;
    postMessage: ReturnType<typeof vi.fn>;
    focus: ReturnType<typeof vi.fn>;
  }[] = [];
  readonly self = {
    addEventListener: (name: string, handler: Handler) => void this.handlers.set(name, handler),
    skipWaiting: () => Promise.resolve(),
    clients: {
      claim: () => Promise.resolve(),
      matchAll: () => Promise.resolve(this.windows),
      openWindow: (url: string) => Promise.resolve(void this.opened.push(url)),
    },
    registration: {
      scope: "https://chat.example/console/",
      showNotification: (title: string, options: NotificationOptions) =>
        Promise.resolve(void this.shown.push({ title, options })),
    },
  };

  window(url: string, focused = false) {
    const window = {
      url,
      focused,
      visibilityState: focused ? "visible" : "hidden",
      postMessage: vi.fn(),
      focus: vi.fn(() => Promise.resolve()),
    };
    this.windows.push(window);
    return window;
  }

  async send(name: string, event: object): Promise<void> {
    const waits: Promise<unknown>[] = [];
    this.handlers.get(name)?.({ ...event, waitUntil: (wait: Promise<unknown>) => waits.push(wait) });
    await Promise.all(waits);
  }

  push = (body: unknown) =>
    this.send("push", { data: { json: () => (typeof body === "string" ? JSON.parse(body) : body) } });
  click = (data: unknown) => this.send("notificationclick", { notification: { data, close: () => undefined } });
}

let around: Surroundings;

beforeEach(async () => {
  around = new Surroundings();
  vi.stubGlobal("self", around.self);
  vi.resetModules();
  await import("./sw");
});

describe("the service worker", () => {
  it("shows what is pushed", async () => {
    await around.push({
      id: ID,
      title: "New Message",
      message: "alice wrote",
      conversation_id: CONVERSATION,
      priority: "urgent",
    });
    expect(around.shown).toHaveLength(1);
    expect(around.shown[0]).toMatchObject({
      title: "New Message",
      options: { body: "alice wrote", tag: ID, requireInteraction: true, data: { id: ID, conversation: CONVERSATION } },
    });
  });

  it("shows something of a push that it cannot read", async () => {
    await around.push("not json");
    expect(around.shown[0]?.title).toBe("Switchboard");
  });

  it("keeps quiet while the console is looked at, and only then", async () => {
    const window = around.window("https://chat.example/console", true);
    await around.push({ id: ID, title: "a" });
    expect(around.shown).toHaveLength(0);
    window.url = "https://chat.example/chat-test";
    await around.push({ id: ID, title: "a" });
    expect(around.shown).toHaveLength(1);
  });

  it("opens the conversation in the console that is there", async () => {
    around.window("https://chat.example/consoles-of-others");
    const window = around.window("https://chat.example/console/articles");
    await around.click({ id: ID, conversation: CONVERSATION });
    expect(window.postMessage).toHaveBeenCalledWith({
      type: "switchboard:open",
      path: `conversations/${CONVERSATION}`,
      notification: ID,
    });
    expect(window.focus).toHaveBeenCalled();
    expect(around.opened).toEqual([]);
  });

  it("opens a console where there is none, and follows no made-up place", async () => {
    await around.click({ id: ID, conversation: CONVERSATION });
    await around.click({ conversation: "../../evil" });
    expect(around.opened).toEqual([
      `https://chat.example/console/conversations/${CONVERSATION}`,
      "https://chat.example/console/",
    ]);
  });

  it("asks the console to subscribe again where the browser changed its subscription", async () => {
    const window = around.window("https://chat.example/console");
    await around.send("pushsubscriptionchange", {});
    expect(window.postMessage).toHaveBeenCalledWith({ type: "switchboard:resubscribe" });
  });
});
