/** What a site pastes: `<script src="https://chat.example.com/widget.js" data-bot-name="…" async></script>`. */
// biome-ignore lint/style/noRestrictedImports: a type; nothing of it is built
import type { WidgetApi } from "../core/api";
// biome-ignore lint/style/noRestrictedImports: a type; nothing of it is built
import type { ChatWidget } from "../core/core";

const ATTRIBUTES = [
  "bot-name",
  "position",
  "visitor-token",
  "token",
  "api-base",
  "theme",
  "locale",
  "primary-color",
  "secondary-color",
  "conversation-id",
  "greeting",
  "disabled",
];
const COMMANDS = ["open", "close", "toggle", "show", "hide", "setUser", "reset", "on"] as const;

interface Page {
  Switchboard?: { (...call: unknown[]): unknown; q?: unknown[][] };
  chatBot?: unknown;
}
type Core = typeof import("../core/core");

const page = window as unknown as Page;
const script = document.currentScript as HTMLScriptElement | null;
const base = new URL(script?.src || location.href);
const queue = page.Switchboard?.q ?? [];
let loading: Promise<void> | undefined;

const command = (...call: unknown[]) => {
  queue.push(call);
  void load();
};
page.Switchboard = Object.assign(command, { q: queue });

// until the core is loaded: what it would answer, and what it will run
const early = Object.fromEntries(COMMANDS.map((name) => [name, (...args: unknown[]) => command(name, ...args)]));
Object.assign(early, { isConnected: () => false, getConversationId: () => null });
const isOurs = page.chatBot === undefined;
if (isOurs) page.chatBot = early;

/** The page's own element, or one of ours. */
function element(): Element {
  const own = document.querySelector("chat-widget");
  if (own) return own;
  const made = document.createElement("chat-widget");
  made.setAttribute("api-base", base.origin);
  for (const name of ATTRIBUTES) {
    const value = script?.getAttribute(`data-${name}`);
    if (value != null) made.setAttribute(name, value);
  }
  document.body.append(made);
  return made;
}

function load(): Promise<void> {
  return (loading ??= begin().catch((error: unknown) => {
    // the next command tries again
    loading = undefined;
    console.error("Switchboard: the chat could not be loaded", error);
  }));
}

async function begin(): Promise<void> {
  const [core] = await Promise.all([
    import(/* @vite-ignore */ new URL("widget/core.js", base).href) as Promise<Core>,
    ready,
  ]);
  const api: WidgetApi = core.takeCommands(element() as ChatWidget, queue);
  if (isOurs && page.chatBot === early) page.chatBot = api;
}

const ready = new Promise<void>((done) => {
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => done(), { once: true });
  else done();
});

if (script?.hasAttribute("data-auto-open")) queue.push(["open"]);
if (queue.length > 0) void load();
else if ("requestIdleCallback" in window) requestIdleCallback(() => void load(), { timeout: 2000 });
else setTimeout(() => void load(), 200);
