import { Problem, SessionOver, postJson } from "./problem";
import type { Store } from "./store";
import { type Issued, Tokens } from "./tokens";

/** Who somebody is: a signed-in user's access token, a visitor token of the site, or nobody in particular. */
interface Credentials {
  /** An access token of ours; the page that gave it renews it. */
  token?: string;
  /** A JWT of the embedding site, exchanged for a visitor's session. */
  visitorToken?: string;
}

/** A token with less time than this is renewed before it is used. */
const MARGIN_MS = 30_000;

/** Signs visitors in; all tabs of a browser share one session. */
export class Session {
  /** Whose session it is, the same after a reload; nothing secret. */
  readonly name: string;
  private readonly tokens: Tokens;

  constructor(
    private readonly base: string,
    private readonly credentials: Credentials,
    store: Store,
    /** Whether an anonymous visitor may get a new identity: not while there is a conversation to lose. */
    private readonly mayBeginAnew: () => boolean = () => true,
  ) {
    this.name = nameOf(credentials);
    const key = `session:${this.name}`;
    const name = `switchboard:${base}:${key}`;
    this.tokens = new Tokens({ base, store, key, name, margin: MARGIN_MS, begin: () => this.signIn() });
  }

  /** The id of the user, once there is a session. */
  get userId(): string | undefined {
    const token = this.credentials.token ?? this.tokens.held?.access;
    const claims = token ? claimsOf(token) : undefined;
    const id = claims?.["user_id"] ?? claims?.["sub"];
    return id === undefined ? undefined : String(id);
  }

  /** Whether it is somebody in particular, who may have talked to us from elsewhere. */
  get isIdentified(): boolean {
    return Boolean(this.credentials.token ?? this.credentials.visitorToken);
  }

  /** An access token with time left. `refused` is one that the server did not accept: another is needed. */
  async access(refused?: string): Promise<string> {
    const given = this.credentials.token;
    if (!given) return this.tokens.access(refused);
    if (refused === given) throw new SessionOver();
    return given;
  }

  /** Signs out here and on the server. */
  end(): Promise<void> {
    return this.tokens.end();
  }

  /** A site's visitor stays the same person; an anonymous one gets a new identity, which must never happen unasked. */
  private async signIn(): Promise<Issued> {
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

  private visit(body: object): Promise<Issued> {
    return postJson<Issued>(`${this.base}/api/auth/visitor`, body);
  }
}

function nameOf(credentials: Credentials): string {
  const token = credentials.token ?? credentials.visitorToken;
  if (!token) return "anonymous";
  const kind = credentials.token ? "user" : "visitor";
  return `${kind}:${String(claimsOf(token)?.["sub"] ?? token.slice(-16))}`;
}

/** The claims of a JWT, unverified: used only for what concerns its own holder. */
export function claimsOf(token: string): Record<string, unknown> | undefined {
  try {
    const part = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(part), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
