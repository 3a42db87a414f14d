import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mergeByTime, rowsOf } from "./rows";

beforeEach(() => vi.stubEnv("TZ", "UTC"));
afterEach(() => vi.unstubAllEnvs());

const said = (at: string, who: string | null = "ida") => ({ at: `2026-11-${at}:00Z`, who });
const rows = (...items: ReturnType<typeof said>[]) =>
  rowsOf(items, (item) => item).map((row) =>
    row.kind === "day" ? "day" : `${row.starts ? "<" : ""}${row.ends ? ">" : ""}`,
  );

test("a day begins with its divider, and with it a group", () => {
  expect(rows(said("20T23:58"), said("21T00:01"))).toEqual(["day", "<>", "day", "<>"]);
});

test("what one person says in a few minutes is one group", () => {
  expect(rows(said("20T10:00"), said("20T10:04"), said("20T10:08"))).toEqual(["day", "<", "", ">"]);
  expect(rows(said("20T10:00"), said("20T10:05"))).toEqual(["day", "<>", "<>"]);
});

test("another person ends a group, and so does what nobody in particular says", () => {
  expect(rows(said("20T10:00"), said("20T10:01", "bo"), said("20T10:02"))).toEqual(["day", "<>", "<>", "<>"]);
  expect(rows(said("20T10:00", null), said("20T10:01", null))).toEqual(["day", "<>", "<>"]);
});

test("days are the viewer's", () => {
  vi.stubEnv("TZ", "America/New_York");
  expect(rows(said("20T23:58"), said("21T00:01"))).toEqual(["day", "<", ">"]);
});

test("there are no rows of nothing", () => {
  expect(rows()).toEqual([]);
});

const at = (name: string, minute: number) => ({
  name,
  created_at: `2026-11-20T10:${String(minute).padStart(2, "0")}:00Z`,
});
const names = (merged: { name: string }[]) => merged.map(({ name }) => name).join(" ");

test("a note stands before the first message that is younger, whatever the order of notes", () => {
  const messages = [at("m1", 0), at("m2", 10), at("m3", 20)];
  expect(names(mergeByTime(messages, [at("n2", 15), at("n1", 5), at("n3", 30)]))).toBe("m1 n1 m2 n2 m3 n3");
  expect(names(mergeByTime(messages, [at("n0", 10)]))).toBe("m1 m2 n0 m3");
});

test("messages keep their order, even where a clock went back between them", () => {
  const messages = [at("m1", 10), at("m2", 5), at("m3", 20)];
  expect(names(mergeByTime(messages, [at("n1", 7), at("n2", 12)]))).toBe("n1 m1 m2 n2 m3");
});

test("nothing merged with nothing is nothing", () => {
  expect(mergeByTime([], [])).toEqual([]);
  expect(names(mergeByTime([], [at("n1", 1)]))).toBe("n1");
});
