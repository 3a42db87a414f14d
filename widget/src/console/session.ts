/** Who is signed in, in all tabs of this browser, and the REST API as that person. */
import { signal } from "@preact/signals";
import { Problem, SessionOver, postJson, reach, readAnswer } from "../client/problem";
import { challengeIn, prove } from "../client/proof";
import { Rest } from "../client/rest";
import { type Issued, Tokens } from "../client/tokens";
import type { AccountString } from "../wire/schema";
import { store } from "./storage";

/** Who is signed in. */
interface Me {
  id: string;
  username: string;
  name: string;
  role: "agent" | "admin";
  department: string | null;
}

const BASE = location.origin;
const KEY = "session";
/** A token is renewed so long before its end, and by a timer somewhat later. */
const AHEAD_MS = 90_000;
const TIMER_AHEAD_MS = 80_000;

const tokens = new Tokens<{ me: Me }>({
  base: BASE,
  store,
  key: KEY,
  name: "switchboard.console.session",
  margin: AHEAD_MS,
  // only people sign in here
  begin: () => Promise.reject(new SessionOver()),
});

/** The signed-in agent or admin. */
export const me = signal<Me | null>(tokens.held?.me ?? null);
/** Why the session ended, where it was not by the person. */
export const ending = signal<string | null>(null);

/** A valid access token. `refused` is one that the server did not accept. */
export async function access(refused?: string): Promise<string> {
  if (!tokens.held) throw new SessionOver();
  try {
    return await tokens.access(refused);
  } catch (error) {
    if (error instanceof SessionOver) sessionEnded();
    throw error;
  }
}

/** The REST API as the signed-in person. */
export const rest = new Rest(BASE, { access });

/** Signs in; only agents and admins get in. */
export async function signIn(username: string, password: string): Promise<void> {
  const issued = await enter({ username, password });
  const account = await accountOf(issued.access_token);
  const role = account.role === "admin" ? "admin" : /agent$/.test(account.role) ? "agent" : null;
  if (!role) {
    await postJson(`${BASE}/api/auth/logout`, { refresh_token: issued.refresh_token }, issued.access_token);
    const why = "This console is for agents. Your account is a customer's: use the chat on the website.";
    throw new Problem(403, "not_staff", why);
  }
  const person: Me = {
    id: String(account.id),
    username: account.username,
    name: account.display_name,
    role,
    department: account.department ?? null,
  };
  tokens.take(issued, { me: person });
  ending.value = null;
  me.value = person;
  keepFresh();
}

/** Signs out here, in the other tabs, and on the server. */
export async function signOut(): Promise<void> {
  const ended = tokens.end();
  drop(null);
  await ended;
}

async function accountOf(token: string): Promise<AccountString> {
  const answer = await reach(`${BASE}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Problem(answer.status, "me", "The server could not tell who you are. Try again.");
  return readAnswer<AccountString>(answer);
}

/** Signs in; where passwords of an account are guessed, with a proof of work, so that its owner is not locked out. */
async function enter(body: object): Promise<Issued> {
  const login = `${BASE}/api/auth/login`;
  try {
    return await postJson<Issued>(login, body);
  } catch (error) {
    const challenge = error instanceof Problem ? challengeIn(error.body) : undefined;
    if (!challenge) throw error;
    return postJson<Issued>(login, { ...body, proof: await prove(challenge) });
  }
}

/** The server ended the session. */
export const sessionEnded = () => drop("Your session has ended. Please sign in again.");

function drop(why: string | null): void {
  tokens.drop();
  clearTimeout(timer);
  ending.value = why;
  me.value = null;
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Renews the token before its end while anybody is signed in. */
function keepFresh(): void {
  clearTimeout(timer);
  const { held } = tokens;
  if (!held) return;
  // a tab that slept finds the token renewed by another, or renews it when it next asks
  const wait = Math.max(5_000, held.until - Date.now() - TIMER_AHEAD_MS);
  timer = setTimeout(
    () => {
      access()
        .catch(() => undefined)
        .finally(keepFresh);
    },
    Math.min(wait, 2 ** 31 - 1),
  );
}

store.watch(KEY, () => {
  const { held } = tokens;
  if (!held) {
    if (me.value) drop("You signed out in another tab.");
    return;
  }
  if (me.value?.id !== held.me.id) {
    ending.value = null;
    me.value = held.me;
  }
  keepFresh();
});
keepFresh();
