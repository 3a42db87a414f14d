import { describe, expect, it } from "vitest";
import { snoozeChoices } from "./time";
import { asRead } from "./words";

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

describe("asRead", () => {
  it("drops the signs of Markdown and breaks within a paragraph, and keeps lists", () => {
    expect(asRead("**Refunds** take\nfive `days`. See [help](/help).\n\n- one\n- two")).toBe(
      "Refunds take five days. See help.\n\n- one\n- two",
    );
  });
});
