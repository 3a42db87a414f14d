/** What the page knows: who is signed in, how the widget is set, and what it said. */
import { computed, signal } from "@preact/signals";
import { type Tokens, call, login } from "../shared/rest";
import { blockSockets, unblockSockets } from "./sockets";
import type { Theme } from "../../kit/theme";

/** Frames that are kept; older ones go. */
export const MOST_FRAMES = 500;

export interface LoggedFrame {
  number: number;
  at: Date;
  direction: "in" | "out";
  via: "socket" | "http";
  type: string;
  frame: unknown;
}

/** Somebody signed in, or a visitor whom the widget signs in by itself. */
export interface Person {
  username: string | null;
  token?: string;
  refresh?: string;
  until?: number;
}

export type Connection = "connecting" | "socket" | "polling" | "offline";
type Position = "bottom-right" | "bottom-left";

const KEPT = "chat-test";

export const person = signal<Person | null>(recall());
export const connection = signal<Connection | null>(null);
export const conversationId = signal<string | null>(null);
export const isBlocked = signal(false);
export const isOpen = signal(false);

export const theme = signal<Theme>("auto");
export const locale = signal("en");
export const position = signal<Position>("bottom-right");

const frames = signal<readonly LoggedFrame[]>([]);
const frozen = signal<readonly LoggedFrame[] | null>(null);
export const words = signal("");
export const direction = signal<"all" | "in" | "out">("all");
export const isPaused = computed(() => frozen.value !== null);
let count = 0;

/** How many came since the log was paused. */
export const waiting = computed(() => {
  const kept = frozen.value;
  if (!kept) return 0;
  return (frames.value[0]?.number ?? 0) - (kept[0]?.number ?? 0);
});

/** What the log shows, newest first. */
export const shown = computed(() => {
  const wanted = words.value.trim().toLowerCase();
  return (frozen.value ?? frames.value).filter((one) => {
    if (direction.value !== "all" && one.direction !== direction.value) return false;
    return (
      !wanted || one.type.toLowerCase().includes(wanted) || JSON.stringify(one.frame).toLowerCase().includes(wanted)
    );
  });
});

/** Adds a frame to the log. */
export function log(direction: "in" | "out", via: "socket" | "http", frame: unknown): void {
  const entry: LoggedFrame = { number: ++count, at: new Date(), direction, via, type: typeOf(frame), frame };
  frames.value = [entry, ...frames.value].slice(0, MOST_FRAMES);
}

export function togglePause(): void {
  frozen.value = frozen.value ? null : frames.value;
}

export function clear(): void {
  frames.value = [];
  if (frozen.value) frozen.value = [];
  // what is waiting is counted from here
  count = 0;
}

function typeOf(frame: unknown): string {
  if (typeof frame !== "object" || frame === null) return typeof frame;
  const { type, method, path, url } = frame as Record<string, unknown>;
  if (typeof type === "string") return type;
  const place = [method, path ?? url].filter((part) => typeof part === "string").join(" ");
  // an id's last letters tell it from others
  return place.replace(/[0-9a-f]{8}-[0-9a-f-]{23}([0-9a-f]{4})/g, "…$1") || (Array.isArray(frame) ? "list" : "object");
}

/** Signs a demo person in. */
export async function signIn(username: string, password: string): Promise<void> {
  keep(username, await login(username, password));
}

/** The widget gets itself a visitor's session. */
export function beVisitor(): void {
  remember({ username: null });
}

/** Ends the session here and on the server, and starts the page anew. */
export async function signOut(forget: () => Promise<void>): Promise<void> {
  const who = person.peek();
  sessionStorage.removeItem(KEPT);
  await forget();
  // it may have ended already
  if (who?.token)
    await call("POST", "/api/auth/logout", { refresh_token: who.refresh }, who.token).catch(() => undefined);
  location.reload();
}

/** Renews the token before it runs out. Returns what ends that. */
export function keepFresh(): () => void {
  const who = person.value;
  if (!who?.token || !who.until) return () => {};
  const timer = setTimeout(
    () => {
      call<Tokens>("POST", "/api/auth/refresh", { refresh_token: who.refresh }).then(
        (tokens) => keep(who.username ?? "", tokens),
        // the session is over: as if nobody had signed in
        () => {
          sessionStorage.removeItem(KEPT);
          person.value = null;
        },
      );
    },
    Math.max(0, who.until - Date.now() - 60_000),
  );
  return () => clearTimeout(timer);
}

export function setBlocked(blocked: boolean): void {
  if (blocked) blockSockets();
  else unblockSockets();
  isBlocked.value = blocked;
}

function keep(username: string, tokens: Tokens): void {
  remember({
    username,
    token: tokens.access_token,
    refresh: tokens.refresh_token,
    until: Date.now() + tokens.expires_in * 1000,
  });
}

function remember(who: Person): void {
  person.value = who;
  sessionStorage.setItem(KEPT, JSON.stringify(who));
}

/** Who was signed in before a reload of this tab. */
function recall(): Person | null {
  const kept = sessionStorage.getItem(KEPT);
  const who = kept ? (JSON.parse(kept) as Person) : null;
  return who?.until && who.until < Date.now() ? null : who;
}
