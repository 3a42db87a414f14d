/** Who is signed in, in all tabs of this browser, and the REST API as that person. */
import { signal } from "@preact/signals";
import type { AccountString } from "../wire/schema";
import { RestError, describe } from "./session/errors";
import { Rest } from "./session/rest";
import { forget } from "../client/handover";
import { challengeIn, prove } from "../client/proof";
import { SESSION, type Held, type Me, type Pair, ask, held, isFresh, renew, taken } from "./session/tokens";

export { RestError, describe };

/** The signed-in agent or admin. */
export const me = signal<Me | null>(held.get()?.me ?? null);
/** Why the session ended, where it was not by the person. */
export const ending = signal<string | null>(null);

/** An access token that serves now. */
export async function token(): Promise<string> {
  const now = held.get();
  if (!now) throw lost();
  if (isFresh(now)) return now.access;
  try {
    return (await renew(now.access)).access;
  } catch (error) {
    // the server is away: the old one serves to its end
    if (error instanceof RestError && error.status !== 401 && now.until > Date.now()) return now.access;
    throw after(error);
  }
}

/** A token in place of one that the server refused. */
export async function renewed(stale: string): Promise<string> {
  try {
    return (await renew(stale)).access;
  } catch (error) {
    throw after(error);
  }
}

/** The REST API as the signed-in person. */
export const rest = new Rest({ token, renewed });

/** Signs in; only agents and admins get in. */
export async function signIn(username: string, password: string): Promise<void> {
  const pair = await enter({ username, password });
  const answer = await fetch("/api/auth/me", { headers: { authorization: `Bearer ${pair.access_token}` } });
  if (!answer.ok) throw new RestError(answer.status, "me", "The server could not tell who you are. Try again.");
  const account = (await answer.json()) as AccountString;
  const role = account.role === "admin" ? "admin" : /agent$/.test(account.role) ? "agent" : null;
  if (!role) {
    await ask("/api/auth/logout", { refresh_token: pair.refresh_token }, pair.access_token);
    throw new RestError(
      403,
      "not_staff",
      "This console is for agents. Your account is a customer's: use the chat on the website.",
    );
  }
  const person: Me = {
    id: String(account.id),
    username: account.username,
    name: account.display_name,
    role,
    department: account.department ?? null,
  };
  held.set(taken(pair, person));
  ending.value = null;
  me.value = person;
  keepFresh();
}

/** Signs out here, in the other tabs, and on the server. */
export async function signOut(): Promise<void> {
  const now = held.get();
  drop(null);
  await forget(SESSION);
  // nobody waits for this: without an answer the session ends by itself
  if (now) await ask("/api/auth/logout", { refresh_token: now.refresh }, now.access).catch(() => undefined);
}

/** Signs in; an account that is being guessed at takes some work first, which locks its owner out of nothing. */
async function enter(body: object): Promise<Pair> {
  try {
    return await ask<Pair>("/api/auth/login", body);
  } catch (error) {
    const challenge = error instanceof RestError ? challengeIn(error.body) : undefined;
    if (!challenge) throw error;
    return ask<Pair>("/api/auth/login", { ...body, proof: await prove(challenge) });
  }
}

/** The server ended the session. */
export const sessionEnded = () => drop("Your session has ended. Please sign in again.");

function drop(why: string | null): void {
  held.set(null);
  clearTimeout(timer);
  ending.value = why;
  me.value = null;
}

const lost = () => new RestError(401, "signed_out", "You are signed out.");

function after(error: unknown): unknown {
  if (error instanceof RestError && error.status === 401) sessionEnded();
  return error;
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Renews the token before its end while anybody is signed in. */
function keepFresh(): void {
  clearTimeout(timer);
  const now = held.get();
  if (!now) return;
  // a tab that slept finds the token renewed by another, or renews it when it next asks
  const wait = Math.max(5_000, now.until - Date.now() - 80_000);
  timer = setTimeout(
    () => {
      token()
        .catch(() => undefined)
        .finally(keepFresh);
    },
    Math.min(wait, 2 ** 31 - 1),
  );
}

held.watch((now: Held | null) => {
  if (!now) {
    if (me.value) drop("You signed out in another tab.");
    return;
  }
  if (me.value?.id !== now.me.id) {
    ending.value = null;
    me.value = now.me;
  }
  keepFresh();
});
keepFresh();
