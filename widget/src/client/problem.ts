/** The server answered with an error (`application/problem+json`). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    /** Seconds to wait, where the server says so. */
    readonly retryAfter?: number,
    readonly body?: Record<string, unknown>,
  ) {
    super(detail);
    this.name = "Problem";
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("The server cannot be reached", { cause });
    this.name = "Unreachable";
  }
}

/** The session is over and nothing here can renew it: somebody has to sign in. */
export class SessionOver extends Error {
  constructor() {
    super("The session is over");
    this.name = "SessionOver";
  }
}

/** Whether trying again later may help. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof Problem && (error.status >= 500 || error.status === 429));

/** Fetches; failing to reach the server is `Unreachable`, being aborted stays an AbortError. */
export async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { credentials: "omit", ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable(error);
  }
}

/** Reads an answer's JSON; fails with a `Problem` where it is not a success. */
export async function readAnswer<T>(answer: Response): Promise<T> {
  const text = await answer.text().catch((error: unknown) => {
    throw new Unreachable(error);
  });
  const body = parse(text);
  if (answer.ok) return body as T;
  throw problemOf(answer.status, body, answer.headers.get("retry-after"));
}

/** The problem that an error answer describes. */
export function problemOf(status: number, body: unknown, retryAfter: string | null): Problem {
  const said = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const seconds = Number(retryAfter);
  return new Problem(
    status,
    typeof said["code"] === "string" ? said["code"] : `http_${status}`,
    typeof said["detail"] === "string" ? said["detail"] : `The server answered ${status}`,
    Number.isFinite(seconds) && retryAfter ? seconds : undefined,
    said,
  );
}

function parse(text: string): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // a proxy's page instead of our answer
    return undefined;
  }
}
