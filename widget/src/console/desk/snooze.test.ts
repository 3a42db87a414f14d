import { describe, expect, it } from "vitest";
import { snoozeChoices } from "./snooze";

const at = (label: string, now: Date) => snoozeChoices(now).find((choice) => choice.label === label)?.until;

describe("snoozeChoices", () => {
  it("proposes nine o'clock tomorrow, and next Monday, also on a Monday", () => {
    const monday = new Date(2026, 10, 16, 14, 10);
    expect(at("Tomorrow", monday)).toEqual(new Date(2026, 10, 17, 9));
    expect(at("Next week", monday)).toEqual(new Date(2026, 10, 23, 9));
    expect(at("Next week", new Date(2026, 10, 22, 8))).toEqual(new Date(2026, 10, 23, 9));
    expect(at("Later today", monday)).toEqual(new Date(2026, 10, 16, 17, 30));
  });

  it("does not call tomorrow later today", () => {
    expect(at("Later today", new Date(2026, 10, 16, 22, 5))).toBeUndefined();
  });
});
