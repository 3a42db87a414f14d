import { expect, test } from "vitest";
import type { Message } from "../wire/schema";
import type { Entry } from "../client/outbox";
import { logRows } from "./rows";

const at = (minute: number, day = 1) => new Date(2026, 0, day, 12, minute).toISOString();
const message = (id: string, sender_id: string, created_at: string, client_id: string | null = null) =>
  ({ id, sender_id, created_at, client_id, type: "user" }) as Message;

test("each day begins with its divider", () => {
  const rows = logRows([message("a", "1", at(0, 1)), message("b", "1", at(1, 2))], [], null, "1");
  expect(rows.map(({ kind }) => kind)).toEqual(["day", "message", "day", "message"]);
});

test("what one person says in a few minutes is one group", () => {
  const rows = logRows(
    [message("a", "1", at(0)), message("b", "1", at(2)), message("c", "2", at(3)), message("d", "2", at(30))],
    [],
    null,
    "1",
  );
  const groups = rows.flatMap((row) => (row.kind === "message" ? [[row.message.id, row.starts, row.ends]] : []));
  expect(groups).toEqual([
    ["a", true, false],
    ["b", false, true],
    ["c", true, true],
    ["d", true, true],
  ]);
});

test("a message of ours keeps its key when the server confirms it", () => {
  const entry = { client_id: "w-1", text: "x", created_at: at(0), state: "sending" } as Entry;
  const [, pending] = logRows([], [entry], null, "1");
  const [, confirmed] = logRows([message("id", "1", at(0), "w-1")], [], null, "1");
  expect(confirmed?.key).toBe(pending?.key);
  const [, foreign] = logRows([message("id", "2", at(0), "w-1")], [], null, "1");
  expect(foreign?.key).toBe("id");
});
