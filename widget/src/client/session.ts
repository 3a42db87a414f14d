import { forget, handOver, traded } from "./handover";
import { Problem, SessionOver, reach, readAnswer } from "./problem";
import { type Store, readJson } from "./store";

/** Who somebody is: a signed-in user's access token, a visitor token of the site, or nobody in particular. */
interface Credentials {
  /** An access token of ours; the page that gave it renews it. */
  token?: string;
  /** A JWT of the embedding site, traded for a visitor's session. */
  visitorToken?: string;
}

interface Kept {
  access: string;
  refresh: string;
  /** When the access token runs out, by this machine's clock. */
  until: number;
}

interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

/** A token with less time than this is renewed before it is used. */
const MARGIN_MS = 30_000;

/** Signs visitors in and keeps their tokens fresh; all tabs of a browser share one session. */
export class Session {
  private flight: Promise<Kept> | undefined;
  /** Whose session it is, the same after a reload; nothing secret. */
  readonly name: string;
  private readonly key: string;

  constructor(
    private readonly base: string,
    private readonly credentials: Credentials,
    private readonly store: Store,
    /** Whether somebody without a name may become somebody else, who has no conversation yet. */
    private readonly mayBeginAnew: () => boolean = () => true,
  ) {
    this.name = nameOf(credentials);
    this.key = `session:${this.name}`;
  }

  /** The id of the user, once there is a session. */
  get userId(): string | undefined {
    const token = this.credentials.token ?? this.kept()?.access;
    const claims = token ? claimsOf(token) : undefined;
    const id = claims?.["user_id"] ?? claims?.["sub"];
    return id === undefined ? undefined : String(id);
  }

  /** Whether it is somebody in particular, who may have talked to us from elsewhere. */
  get isIdentified(): boolean {
    return Boolean(this.credentials.token ?? this.credentials.visitorToken);
  }

  /** An access token with time left. `refused` is one that the server did not take: not that one again. */
  async access(refused?: string): Promise<string> {
    const given = this.credentials.token;
    if (given) {
      if (refused === given) throw new SessionOver();
      return given;
    }
    const kept = this.kept();
    if (kept && isGood(kept, refused)) return kept.access;
    this.flight ??= this.renew(refused).finally(() => (this.flight = undefined));
    return (await this.flight).access;
  }

  /** Signs out here and on the server. */
  async end(): Promise<void> {
    const kept = this.kept();
    this.store.remove(this.key);
    await forget(this.shared);
    if (!kept) return;
    await reach(`${this.base}/api/auth/logout`, json({ refresh_token: kept.refresh }, kept.access)).catch(
      () => undefined,
    );
  }

  private kept(): Kept | null {
    return readJson<Kept>(this.store, this.key);
  }

  /** A refresh token is good once: whichever tab comes second reads what the first one got. */
  private renew(refused: string | undefined): Promise<Kept> {
    return alone(this.shared, async () => {
      const kept = this.kept();
      if (kept && isGood(kept, refused)) return kept;
      const spent = kept?.refresh ?? "";
      const heir = await traded<Kept>(this.shared, spent);
      if (heir && isGood(heir, refused)) return this.keep(heir);
      const tokens = (kept && (await this.refresh(kept.refresh))) ?? (await this.signIn());
      const next = {
        access: tokens.access_token,
        refresh: tokens.refresh_token,
        until: Date.now() + tokens.expires_in * 1000,
      };
      await handOver(this.shared, spent, next);
      return this.keep(next);
    });
  }

  private keep(next: Kept): Kept {
    this.store.set(this.key, JSON.stringify(next));
    return next;
  }

  /** What all tabs call this session. */
  private get shared(): string {
    return `switchboard:${this.base}:${this.key}`;
  }

  private async refresh(token: string): Promise<Tokens | undefined> {
    const answer = await reach(`${this.base}/api/auth/refresh`, json({ refresh_token: token }));
    if (answer.status === 401) return undefined;
    return readAnswer<Tokens>(answer);
  }

  /**
   * A site's visitor stays the same person; somebody without a name becomes a new one, which must never happen unasked.
   */
  private async signIn(): Promise<Tokens> {
    const { visitorToken } = this.credentials;
    if (!visitorToken && !this.mayBeginAnew()) throw new SessionOver();
    const body = visitorToken ? { token: visitorToken } : {};
    return this.visit(body).catch(async (error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401 || error.status === 403) throw new SessionOver();
      if (error.code !== "proof_required") throw error;
      const { challengeIn, prove } = await import("./proof");
      const challenge = challengeIn(error.body);
      if (!challenge) throw error;
      return this.visit({ ...body, proof: await prove(challenge) });
    });
  }

  private async visit(body: unknown): Promise<Tokens> {
    return readAnswer<Tokens>(await reach(`${this.base}/api/auth/visitor`, json(body)));
  }
}

const isGood = (kept: Kept, refused: string | undefined) =>
  kept.access !== refused && kept.until - Date.now() > MARGIN_MS;

function nameOf(credentials: Credentials): string {
  const token = credentials.token ?? credentials.visitorToken;
  if (!token) return "anonymous";
  const kind = credentials.token ? "user" : "visitor";
  return `${kind}:${String(claimsOf(token)?.["sub"] ?? token.slice(-16))}`;
}

/** What a JWT says; nothing is believed of it but its own holder's name. */
export function claimsOf(token: string): Record<string, unknown> | undefined {
  try {
    const part = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(part), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function json(body: unknown, token?: string): RequestInit {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (token) headers["authorization"] = `Bearer ${token}`;
  return { method: "POST", headers, body: JSON.stringify(body) };
}

/** One at a time among all tabs, where the browser can; within this page it is one at a time already. */
function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  return locks ? (locks.request(name, work) as Promise<T>) : work();
}
