/** An answer of the REST API that is not a success; status 0 where there was no answer. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    /** A stable word, as `already_claimed`. */
    readonly code: string,
    /** What to show. */
    readonly detail: string,
    /** What is wrong with which field. */
    readonly fields: Record<string, string> = {},
    /** The whole problem object. */
    readonly body: Record<string, unknown> = {},
  ) {
    super(detail);
    this.name = "RestError";
  }
}

/** What to show of anything that was thrown. */
export function describe(error: unknown): string {
  if (error instanceof RestError) return error.detail;
  return error instanceof Error ? error.message : String(error);
}

/** The problem that an answer of this status and text holds. */
export function problem(status: number, text: string): RestError {
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed && typeof parsed === "object" && !Array.isArray(parsed)) body = parsed as Record<string, unknown>;
  } catch {
    // a proxy's page in place of a problem: the status says what there is to say
  }
  const fields: Record<string, string> = {};
  if (Array.isArray(body["errors"])) {
    for (const one of body["errors"] as { field?: unknown; message?: unknown }[]) {
      if (typeof one?.field === "string" && typeof one.message === "string") fields[one.field] ??= one.message;
    }
  }
  const said = body["detail"] ?? body["error"] ?? body["title"];
  const detail = typeof said === "string" && said ? said : `The server answered ${status}`;
  return new RestError(
    status,
    typeof body["code"] === "string" ? body["code"] : `http_${status}`,
    detail,
    fields,
    body,
  );
}

/** There was no answer. */
export const unreachable = () => new RestError(0, "network", "The server cannot be reached. Check your connection.");
