import { describe, expect, it } from "vitest";
import type { Message, Note } from "../../wire/schema";
import { timeline } from "./timeline";

const message = (seq: number, created_at: string, more: Partial<Message> = {}) =>
  ({ id: `m${seq}`, seq, rev: seq, type: "user", sender_id: "1", created_at, ...more }) as Message;
const note = (id: string, created_at: string) => ({ id, created_at }) as Note;

describe("timeline", () => {
  it("puts notes between the messages of their time, and a divider before each day", () => {
    const messages = [
      message(1, "2026-01-05T10:00:00Z"),
      message(2, "2026-01-05T10:10:00Z"),
      message(3, "2026-01-07T09:00:00Z"),
    ];
    const items = timeline(messages, [note("n1", "2026-01-05T10:05:00Z")], false, false);
    expect(items.map((item) => (item.kind === "day" ? "day" : item.key))).toEqual([
      "day",
      "m1",
      "n1",
      "m2",
      "day",
      "m3",
    ]);
  });

  it("joins what the same person says within five minutes, and nothing across a note", () => {
    const messages = [
      message(1, "2026-01-05T10:00:00Z"),
      message(2, "2026-01-05T10:01:00Z"),
      message(3, "2026-01-05T10:02:00Z", { sender_id: "2" }),
      message(4, "2026-01-05T10:20:00Z", { sender_id: "2" }),
    ];
    const continues = timeline(messages, [], false, false).flatMap((item) =>
      item.kind === "message" ? [item.continues] : [],
    );
    expect(continues).toEqual([false, true, false, false]);
  });

  it("leaves out notes that belong to pages which are not held", () => {
    const messages = [message(60, "2026-01-05T10:00:00Z"), message(61, "2026-01-05T11:00:00Z")];
    const notes = [
      note("before", "2026-01-04T10:00:00Z"),
      note("between", "2026-01-05T10:30:00Z"),
      note("after", "2026-01-06T10:00:00Z"),
    ];
    const keys = timeline(messages, notes, true, true).flatMap((item) => (item.kind === "note" ? [item.key] : []));
    expect(keys).toEqual(["between"]);
  });
});
