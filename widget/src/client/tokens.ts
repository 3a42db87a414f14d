import type { SessionString } from "../wire/schema";
import { forget, handOver, exchanged } from "./handover";
import { Problem, SessionOver, postJson, isTransient } from "./problem";
import { type Store, readJson } from "./store";

/** What is used of the server's answer to signing in. */
export type Issued = Pick<SessionString, "access_token" | "refresh_token" | "expires_in">;

/** What a tab must know to go on after a reload. */
interface HeldTokens {
  access: string;
  refresh: string;
  /** When the access token runs out, by this machine's clock. */
  until: number;
}

interface TokenOptions {
  base: string;
  store: Store;
  /** Where in the store they are kept. */
  key: string;
  /** What all tabs of this browser call the session. */
  name: string;
  /** A token with less time than this, in milliseconds, is renewed before it is used. */
  margin: number;
  /** Signs in where there is no session, or the server has ended it; `SessionOver` where somebody has to. */
  begin(): Promise<Issued>;
}

/** A session's tokens, renewed in time; all tabs of a browser share them. `More` is what a host stores with them. */
export class Tokens<More extends object = object> {
  private flight: Promise<HeldTokens & More> | undefined;

  constructor(private readonly options: TokenOptions) {}

  /** The tokens in the store; null where nobody is signed in. */
  get held(): (HeldTokens & More) | null {
    return readJson<HeldTokens & More>(this.options.store, this.options.key);
  }

  /** An access token with time left. `refused` is one that the server did not accept: another is needed. */
  async access(refused?: string): Promise<string> {
    const held = this.held;
    if (held && held.access !== refused && held.until - Date.now() > this.options.margin) return held.access;
    this.flight ??= this.renew(refused ?? held?.access).finally(() => (this.flight = undefined));
    try {
      return (await this.flight).access;
    } catch (error) {
      // the server cannot be reached: a token that it has not refused is used until it runs out
      if (isTransient(error) && held && held.access !== refused && held.until > Date.now()) return held.access;
      throw error;
    }
  }

  /** Stores what signing in returned. */
  take(issued: Issued, more: More): HeldTokens & More {
    return this.put({ ...more, ...heldOf(issued) });
  }

  /** Forgets them here. */
  drop(): void {
    this.options.store.remove(this.options.key);
  }

  /** Signs out here and on the server. */
  async end(): Promise<void> {
    const { held } = this;
    this.drop();
    await forget(this.options.name);
    // nobody waits for this: without an answer the session ends by itself
    if (held) await this.post("/api/auth/logout", held.refresh, held.access).catch(() => undefined);
  }

  /**
   * Replaces the tokens with this access token. A refresh token can be used once, and using it twice ends the session:
   * one tab refreshes, and the next one reads what it got.
   */
  private renew(stale: string | undefined): Promise<HeldTokens & More> {
    const { name } = this.options;
    const isValid = (tokens: HeldTokens) => tokens.access !== stale && tokens.until > Date.now();
    return alone(name, async () => {
      const { held } = this;
      if (held && isValid(held)) return held;
      const spent = held?.refresh ?? "";
      const theirs = await exchanged<HeldTokens & More>(name, spent);
      if (theirs && isValid(theirs)) return this.put(theirs);
      const issued = (held && (await this.refresh(held.refresh))) ?? (await this.options.begin());
      // signed out meanwhile: stays so
      if (held && this.held?.refresh !== spent) throw new SessionOver();
      const next = { ...(held as More), ...heldOf(issued) };
      await handOver(name, spent, next);
      return this.put(next);
    });
  }

  private put(next: HeldTokens & More): HeldTokens & More {
    this.options.store.set(this.options.key, JSON.stringify(next));
    return next;
  }

  private refresh(token: string): Promise<Issued | undefined> {
    return this.post("/api/auth/refresh", token).catch((error: unknown) => {
      if (error instanceof Problem && error.status === 401) return undefined;
      throw error;
    });
  }

  private post(path: string, refresh_token: string, access?: string): Promise<Issued> {
    return postJson<Issued>(this.options.base + path, { refresh_token }, access);
  }
}

const heldOf = (issued: Issued): HeldTokens => ({
  access: issued.access_token,
  refresh: issued.refresh_token,
  until: Date.now() + issued.expires_in * 1000,
});

/** One at a time among all tabs, where the browser can; within this page it is one at a time already. */
function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  return locks ? (locks.request(name, work) as Promise<T>) : work();
}
