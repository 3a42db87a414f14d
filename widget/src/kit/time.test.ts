import { afterEach, describe, expect, it, vi } from "vitest";
import { Times, dayOf, daysBetween } from "./time";

const WORDS = { today: "Today", yesterday: "Yesterday" };
/** ICU's versions differ in commas and in the width of spaces. */
const plain = (text: string) => text.replace(/,/gu, "").replace(/\s/gu, " ");

afterEach(() => vi.unstubAllEnvs());

/** In this zone from now on; formatters keep the one that they were made in. */
function timesIn(timeZone: string, locale = "en-GB"): Times {
  vi.stubEnv("TZ", timeZone);
  return new Times(locale);
}

describe("times", () => {
  it("says one moment by each zone's clock", () => {
    const at = "2026-11-20T23:30:00Z";
    expect(timesIn("UTC").time(at)).toBe("23:30");
    expect(timesIn("America/New_York").time(at)).toBe("18:30");
    expect(timesIn("Asia/Kathmandu").time(at)).toBe("5:15");
    expect(plain(timesIn("Asia/Kathmandu").whole(at))).toBe("Saturday 21 November 2026 at 05:15");
  });

  it("says them in the language", () => {
    const at = "2026-11-20T15:05:00Z";
    expect(plain(timesIn("UTC", "en-US").time(at))).toBe("3:05 PM");
    expect(plain(timesIn("UTC", "de").whole(at))).toBe("Freitag 20. November 2026 um 15:05");
  });

  it("takes a host's own style", () => {
    vi.stubEnv("TZ", "UTC");
    const times = new Times("en-GB", { time: { hour: "2-digit", minute: "2-digit", second: "2-digit" } });
    expect(times.time("2026-11-20T09:05:07Z")).toBe("09:05:07");
    expect(plain(times.whole("2026-11-20T09:05:07Z"))).toBe("Friday 20 November 2026 at 09:05");
  });
});

describe("days", () => {
  it("are the viewer's: what is today in one zone was yesterday in another", () => {
    const [at, now] = ["2026-11-20T23:30:00Z", "2026-11-21T01:00:00Z"];
    expect(timesIn("UTC").day(at, now, WORDS)).toBe("Yesterday");
    expect(timesIn("Europe/Berlin").day(at, now, WORDS)).toBe("Today");
    expect(timesIn("America/Los_Angeles").day(at, now, WORDS)).toBe("Today");
  });

  it("have names before yesterday, with the year where it is another one", () => {
    const times = timesIn("UTC");
    const now = "2026-03-10T12:00:00Z";
    expect(times.day("2026-03-08T12:00:00Z", now, WORDS)).toBe("Sunday 8 March");
    expect(times.day("2025-12-31T12:00:00Z", now, WORDS)).toBe("31 December 2025");
    expect(times.day("2026-03-11T12:00:00Z", now, WORDS)).toBe("Wednesday 11 March");
  });

  it("turn with the year at the viewer's midnight", () => {
    const [at, now] = ["2025-12-31T23:30:00Z", "2026-01-05T12:00:00Z"];
    expect(timesIn("UTC").day(at, now, WORDS)).toBe("31 December 2025");
    expect(timesIn("Europe/Berlin").day(at, now, WORDS)).toBe("Thursday 1 January");
  });

  it.each([
    ["of 23 hours", "Europe/Berlin", "2026-03-28T22:30:00Z", "2026-03-29T21:30:00Z"],
    ["of 25 hours", "Europe/Berlin", "2026-10-24T22:30:00Z", "2026-10-25T23:30:00Z"],
    ["whose midnight is left out", "America/Santiago", "2026-09-05T12:00:00Z", "2026-09-06T12:00:00Z"],
    ["that move by half an hour", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-04T12:00:00Z"],
  ])("%s are one day, too", (_, timeZone, at, now) => {
    expect(timesIn(timeZone).day(at, now, WORDS)).toBe("Yesterday");
    expect(daysBetween(at, now)).toBe(1);
    expect(daysBetween(now, at)).toBe(-1);
  });

  it("begin at the local midnight, also on the day when clocks change", () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    expect(dayOf("2026-10-25T00:30:00Z")).toBe(dayOf("2026-10-25T22:59:00Z"));
    expect(dayOf("2026-10-25T22:59:00Z")).not.toBe(dayOf("2026-10-25T23:00:00Z"));
  });
});
