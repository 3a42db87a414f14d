import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { agoIn, briefIn, recentDays } from "./ago";

const NOW = "2026-11-20T12:00:00Z";

beforeEach(() => vi.stubEnv("TZ", "UTC"));
afterEach(() => vi.unstubAllEnvs());

it.each([
  ["2026-11-20T11:59:30Z", "now"],
  ["2026-11-20T11:55:00Z", "5 min ago"],
  ["2026-11-20T14:30:00Z", "in 2 hr"],
  ["2026-11-19T11:00:00Z", "yesterday"],
  ["2026-11-06T12:00:00Z", "2 wk ago"],
  ["2026-09-20T12:00:00Z", "2 mo ago"],
  ["2024-01-01T12:00:00Z", "2 yr ago"],
])("says of %s how long ago it was: %s", (at, said) => {
  expect(agoIn("en-US")(at, NOW).replace(".", "")).toBe(said);
});

it("says the time today, then the weekday, then the date", () => {
  const brief = briefIn("en-GB");
  expect(brief("2026-11-20T08:05:00Z", NOW)).toBe("08:05");
  expect(brief("2026-11-19T23:59:00Z", NOW)).toBe("Thu");
  expect(brief("2026-11-14T08:00:00Z", NOW)).toBe("Sat");
  expect(brief("2026-11-13T08:00:00Z", NOW)).toBe("13 Nov");
  expect(brief("2025-11-13T08:00:00Z", NOW)).toBe("13 Nov 25");
});

it("says the time of what a clock that runs ahead has sent", () => {
  expect(briefIn("en-GB")("2026-11-21T00:10:00Z", "2026-11-20T23:59:00Z")).toBe("00:10");
});

it("begins a line with today and yesterday in the language", () => {
  expect(recentDays("en")).toEqual({ today: "Today", yesterday: "Yesterday" });
  expect(recentDays("fr")).toEqual({ today: "Aujourd’hui", yesterday: "Hier" });
});
