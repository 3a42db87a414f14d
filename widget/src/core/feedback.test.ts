import { beforeEach, expect, it } from "vitest";
import { openStore } from "../client/store";
import type { Chat } from "./chat";
import { Feedback, feedbackOf } from "./feedback";

const answer = (id: string) => ({ id });

/** What was sent, and how each call ends. */
let sent: [string, string, unknown][];
let ending: () => Promise<unknown>;

const chat = (): Chat =>
  ({
    store: openStore("switchboard:test:"),
    session: { name: "anonymous" },
    rest: {
      call: (method: string, path: string, body: unknown) => {
        sent.push([method, path, body]);
        return ending();
      },
    },
  }) as unknown as Chat;

beforeEach(() => {
  localStorage.clear();
  sent = [];
  ending = () => Promise.resolve();
});

it("what was thought of an answer is sent, shown and remembered; the same again takes it back", async () => {
  const feedback = new Feedback(chat());
  await feedback.give(answer("m1"), true);
  expect(sent[0]).toEqual(["PUT", "/api/chat/messages/m1/helpful", { helpful: true }]);
  expect(feedback.of(answer("m1"))).toBe(true);
  expect(new Feedback(chat()).of(answer("m1"))).toBe(true);
  await feedback.give(answer("m1"), false);
  expect(feedback.of(answer("m1"))).toBe(false);
  await feedback.give(answer("m1"), false);
  expect(sent[2]?.[2]).toEqual({ helpful: null });
  expect(feedback.of(answer("m1"))).toBeUndefined();
});

it("what the server does not take is as it was before", async () => {
  const feedback = new Feedback(chat());
  await feedback.give(answer("m1"), true);
  ending = () => Promise.reject(new Error("down"));
  await expect(feedback.give(answer("m1"), false)).rejects.toThrow("down");
  expect(feedback.of(answer("m1"))).toBe(true);
  expect(new Feedback(chat()).of(answer("m1"))).toBe(true);
});

it("a second click waits for the first, of this answer alone", async () => {
  const feedback = new Feedback(chat());
  const first = feedback.give(answer("m1"), true);
  await feedback.give(answer("m1"), false);
  await feedback.give(answer("m2"), false);
  await first;
  expect(sent.map(([, path]) => path)).toEqual(["/api/chat/messages/m1/helpful", "/api/chat/messages/m2/helpful"]);
  expect(feedback.of(answer("m1"))).toBe(true);
});

it("the oldest are forgotten", async () => {
  const feedback = new Feedback(chat());
  for (let at = 0; at <= 200; at += 1) await feedback.give(answer(`m${at}`), true);
  expect(feedback.of(answer("m0"))).toBeUndefined();
  expect(feedback.of(answer("m1"))).toBe(true);
});

it("a chat has one", () => {
  const mine = chat();
  expect(feedbackOf(mine)).toBe(feedbackOf(mine));
});
