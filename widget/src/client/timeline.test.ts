import { expect, test } from "vitest";
import type { Message } from "../wire/schema";
import { Timeline } from "./timeline";

const message = (seq: number, rev = seq, text = `m${seq}`) => ({ id: `id-${seq}`, seq, rev, text }) as Message;
const texts = (timeline: Timeline) => timeline.messages.value.map(({ text }) => text);

test("a message that comes twice is there once", () => {
  const timeline = new Timeline();
  expect(timeline.apply([message(1)])).toHaveLength(1);
  expect(timeline.apply([message(1)])).toHaveLength(0);
  expect(texts(timeline)).toEqual(["m1"]);
});

test("messages are in the order of seq, whatever the order they came in", () => {
  const timeline = new Timeline();
  timeline.addPage([message(4), message(5)]);
  timeline.addPage([message(2), message(3)]);
  timeline.apply([message(6)]);
  expect(texts(timeline)).toEqual(["m2", "m3", "m4", "m5", "m6"]);
  expect(timeline.hasOlder).toBe(true);
});

test("an older state never replaces a newer one", () => {
  const timeline = new Timeline();
  timeline.apply([message(1, 5, "edited")]);
  timeline.apply([message(1, 1, "first")]);
  expect(texts(timeline)).toEqual(["edited"]);
});

test("a change of a message that is not loaded waits until its page comes, and wins over it", () => {
  const timeline = new Timeline();
  timeline.addPage([message(10)]);
  expect(timeline.apply([message(3, 20, "edited")])).toHaveLength(0);
  expect(texts(timeline)).toEqual(["m10"]);
  timeline.addPage([message(3), message(4)]);
  expect(texts(timeline)[0]).toBe("edited");
  expect(timeline.rev).toBe(20);
});

test("an empty page ends the history", () => {
  const timeline = new Timeline();
  timeline.addPage([message(2)]);
  timeline.addPage([]);
  expect(timeline.hasOlder).toBe(false);
});

const seqs = (timeline: Timeline) => timeline.messages.value.map(({ seq }) => seq);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => message(from + at));

test("a bounded one lets what is furthest go, and finds it again", () => {
  const timeline = new Timeline(4);
  timeline.addPage(range(7, 9));
  timeline.addPage(range(4, 6));
  expect(seqs(timeline)).toEqual([4, 5, 6, 7]);
  expect([timeline.hasOlder, timeline.hasNewer]).toEqual([true, true]);
  timeline.addNewer(range(8, 9), true);
  expect(seqs(timeline)).toEqual([6, 7, 8, 9]);
  expect([timeline.hasOlder, timeline.hasNewer]).toEqual([true, false]);
});

test("what comes while the newest are not held is shown when they are", () => {
  const timeline = new Timeline(2);
  timeline.addPage(range(3, 4));
  timeline.addPage(range(1, 2));
  expect(timeline.apply([message(5)])).toHaveLength(1);
  expect(seqs(timeline)).toEqual([1, 2]);
  timeline.addNewer(range(3, 4), true);
  expect(seqs(timeline)).toEqual([4, 5]);
});

test("at its end a bounded one grows to twice its size before the oldest go, and can start anew", () => {
  const timeline = new Timeline(2);
  timeline.addPage(range(1, 2));
  timeline.apply(range(3, 4));
  expect(seqs(timeline)).toEqual([1, 2, 3, 4]);
  timeline.apply([message(5)]);
  expect(seqs(timeline)).toEqual([4, 5]);
  timeline.restart(range(8, 9));
  expect(seqs(timeline)).toEqual([8, 9]);
  expect(timeline.rev).toBe(5);
});
