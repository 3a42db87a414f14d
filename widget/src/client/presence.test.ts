import { expect, test } from "vitest";
import { Presence } from "./presence";

test("pieces of a reply are put in order, and nothing is shown beyond a gap", () => {
  const presence = new Presence();
  presence.streamed("m", 0, "Hello ");
  presence.streamed("m", 2, "!");
  expect(presence.stream.value?.text).toBe("Hello ");
  presence.streamed("m", 1, "world");
  expect(presence.stream.value?.text).toBe("Hello world!");
  presence.spoke("bot", true);
  expect(presence.stream.value).toBeNull();
  expect(presence.botTyping.value).toBe(false);
});
