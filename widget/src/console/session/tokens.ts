import { handOver, traded } from "../../client/handover";
import type { SessionString } from "../../wire/schema";
import { RestError, problem, unreachable } from "./errors";
import { Kept } from "./storage";

/** Who is signed in. */
export interface Me {
  id: string;
  username: string;
  name: string;
  role: "agent" | "admin";
  department: string | null;
}

/** What a tab must know to go on after a reload. */
export interface Held {
  access: string;
  refresh: string;
  /** Milliseconds; when the access token ends by this machine's clock. */
  until: number;
  me: Me;
}

/** What of an answer of `login` and `refresh` is kept. */
export type Pair = Pick<SessionString, "access_token" | "refresh_token" | "expires_in">;

/** What the session is kept under. */
export const SESSION = "switchboard.console.session";

export const held = new Kept<Held>(SESSION);

/** Renewed this long before its end. */
const AHEAD = 90_000;

/** The tokens of an answer. */
export const taken = (pair: Pair, me: Me): Held => ({
  access: pair.access_token,
  refresh: pair.refresh_token,
  until: Date.now() + pair.expires_in * 1000,
  me,
});

/** Asks without a token. */
export async function ask<T>(path: string, body: unknown, access?: string): Promise<T> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (access) headers["authorization"] = `Bearer ${access}`;
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => {
    throw unreachable();
  });
  const text = await answer.text();
  if (!answer.ok) throw problem(answer.status, text);
  return JSON.parse(text) as T;
}

/** Alone among this browser's tabs; where there are no Web Locks (plain http on a network), alone in this tab. */
let chain: Promise<unknown> = Promise.resolve();
function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = navigator.locks as LockManager | undefined;
  if (locks) return locks.request("switchboard.console.refresh", work) as Promise<T>;
  const next = chain.then(work, work);
  chain = next.catch(() => undefined);
  return next;
}

/** True where the token serves for a while yet. */
export const isFresh = (tokens: Held) => tokens.until - Date.now() > AHEAD;

const ended = () => new RestError(401, "signed_out", "You are signed out.");

/**
 * A new pair in place of the one with this access token. A refresh token serves once, and using it twice ends the
 * session, so one tab asks and the others find its answer.
 */
export function renew(stale: string): Promise<Held> {
  return alone(async () => {
    const now = held.get();
    if (!now) throw ended();
    if (now.access !== stale && now.until > Date.now()) return now;
    const heir = await traded<Held>(SESSION, now.refresh);
    if (heir && heir.until > Date.now()) {
      held.set(heir);
      return heir;
    }
    try {
      const pair = await ask<Pair>("/api/auth/refresh", { refresh_token: now.refresh });
      const next = taken(pair, now.me);
      // signed out meanwhile: stays so
      if (held.get()?.refresh !== now.refresh) throw ended();
      held.set(next);
      await handOver(SESSION, now.refresh, next);
      return next;
    } catch (error) {
      if (error instanceof RestError && error.status === 401 && held.get()?.refresh === now.refresh) held.set(null);
      throw error;
    }
  });
}
