import { beforeEach, expect, test } from "vitest";
import { openStore } from "./store";
import { Outbox } from "./outbox";

beforeEach(() => localStorage.clear());
const open = (owner = "me") => new Outbox(openStore("t:"), owner);

test("what is queued survives a reload, in its order, with its client ids", () => {
  const before = open();
  const ids = ["one", "two", "three"].map((text) => before.add({ text }).client_id);
  expect(open().entries.value.map(({ client_id, text }) => [client_id, text])).toEqual([
    [ids[0], "one"],
    [ids[1], "two"],
    [ids[2], "three"],
  ]);
});

test("what was being sent when the page went is sent again; what failed waits for its writer", () => {
  const before = open();
  before.mark(before.add({ text: "sending" }).client_id, "sending");
  before.mark(before.add({ text: "failed" }).client_id, "failed", "no");
  expect(open().entries.value.map(({ state }) => state)).toEqual(["queued", "failed"]);
});

test("what is durable at the server is not kept", () => {
  const before = open();
  const { client_id } = before.add({ text: "done" });
  before.mark(client_id, "sent");
  expect(before.has(client_id)).toBe(true);
  expect(open().entries.value).toEqual([]);
});

test("another user's messages, and another conversation's, are not sent", () => {
  open("somebody").add({ text: "theirs" });
  const mine = open();
  mine.add({ text: "elsewhere", conversation: "b" });
  expect(mine.next("a")).toBeUndefined();
  expect(mine.next("b")?.text).toBe("elsewhere");
});

test("two tabs never write over each other's messages", () => {
  const [one, two] = [open(), open()];
  one.add({ text: "from one" });
  two.add({ text: "from two" });
  expect(open().entries.value).toHaveLength(2);
});
