import { describe, expect, it, vi } from "vitest";
import { Inbox } from "./inbox";
import { type Listed, told } from "./notification";

const id = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const row = (n: number, read = false): Listed => ({
  id: id(n),
  type: "message_received",
  title: `t${n}`,
  message: "",
  read,
  data: {},
  created_at: new Date(1_700_000_000_000 + n * 1000).toISOString(),
});
const event = (n: number) => {
  const one = told({
    id: id(n),
    type: "support_ticket_created",
    title: `t${n}`,
    timestamp: row(n).created_at,
    data: { conversation_id: id(900) },
  });
  if (!one) throw new Error("not a notification");
  return one;
};

/** The server's notifications, n…1. */
function server(rows: Listed[]) {
  const get = vi.fn(async (path: string, params?: Record<string, unknown>) => {
    const unread_count = rows.filter((one) => !one.read).length;
    if (path.endsWith("unread-count")) return { unread_count };
    const begin = (Number(params?.["page"]) - 1) * 20;
    return { notifications: rows.slice(begin, begin + 20), has_next: begin + 20 < rows.length, unread_count };
  });
  const put = vi.fn(async (_path: string): Promise<unknown> => undefined);
  return { get, put, inbox: new Inbox({ get, put } as never, "1") };
}

describe("the notifications", () => {
  it("are paged without doubles though new ones moved the pages on", async () => {
    const rows = Array.from({ length: 45 }, (_, n) => row(45 - n));
    const { inbox } = server(rows);
    await inbox.load();
    for (let n = 46; n <= 48; n += 1) {
      rows.unshift(row(n));
      expect(inbox.take(event(n))).toBe(true);
      expect(inbox.take(event(n))).toBe(false);
    }
    await inbox.loadMore();
    await inbox.loadMore();
    expect(inbox.items.value.map((one) => one.id)).toEqual(rows.map((one) => one.id));
    expect(inbox.unread.value).toBe(48);
    expect(inbox.hasMore.value).toBe(false);
  });

  it("are not mixed with those of pages that are not loaded yet", async () => {
    const rows = Array.from({ length: 30 }, (_, n) => row(30 - n, n >= 20 && n % 2 === 0));
    const { inbox } = server(rows);
    await inbox.load();
    expect(inbox.take(event(9))).toBe(false);
    expect(inbox.unread.value).toBe(25);
    await inbox.loadMore();
    expect(inbox.items.value).toHaveLength(30);
  });

  it("are unread again where the server did not take it", async () => {
    const { inbox, put } = server([row(2), row(1)]);
    await inbox.load();
    put.mockRejectedValueOnce(new Error("away"));
    await expect(inbox.markRead([id(2)])).rejects.toThrow("away");
    expect(inbox.items.value[0]?.read).toBe(false);
    expect(inbox.unread.value).toBe(2);
    await inbox.markRead([id(2)]);
    await inbox.markRead([id(2)]);
    expect(put).toHaveBeenCalledTimes(2);
    expect(inbox.unread.value).toBe(1);
    await inbox.markAllRead();
    expect(inbox.items.value.every((one) => one.read)).toBe(true);
    expect(inbox.unread.value).toBe(0);
  });

  it("know their conversation, and nothing that only looks like one", () => {
    expect(event(1)).toMatchObject({ type: "ticket_created", conversation: id(900) });
    expect(told({ id: id(1), title: "x", data: { conversation_id: "../x" } })?.conversation).toBeNull();
    expect(told({ title: "x" })).toBeNull();
  });

  it("say when they could not be loaded", async () => {
    const { inbox, get } = server([row(1)]);
    get.mockRejectedValueOnce(new Error("The server cannot be reached."));
    await inbox.load();
    expect(inbox.error.value).toBe("The server cannot be reached.");
    await inbox.load();
    expect(inbox.error.value).toBeNull();
    expect(inbox.items.value).toHaveLength(1);
  });
});
