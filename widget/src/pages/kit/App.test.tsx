import { render } from "preact";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { App } from "./App";

const place = document.createElement("div");

beforeAll(() => {
  // what jsdom lacks
  const Observer = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  vi.stubGlobal("ResizeObserver", Observer);
  vi.stubGlobal(
    "CSSStyleSheet",
    class {
      replaceSync() {}
    },
  );
  document.body.append(place);
  render(<App />, place);
});
afterAll(() => render(null, place));

/** What a section shows in light, and in dark. */
const framesOf = (title: string) =>
  [...place.querySelectorAll<HTMLElement>(`section[aria-label="${title}"] .frame`)].map((frame) => ({
    theme: frame.dataset["theme"],
    text: frame.shadowRoot?.textContent ?? "",
  }));

it("shows each piece in light and in dark", () => {
  const titles = [...place.querySelectorAll("main > section")].map(
    (section) => section.getAttribute("aria-label") ?? "",
  );
  expect(titles).toHaveLength(10);
  for (const title of titles) {
    const frames = framesOf(title);
    expect(frames.map(({ theme }) => theme).slice(0, 2)).toEqual(["light", "dark"]);
    for (const { text } of frames) expect(text, title).not.toBe("");
  }
});

it.each([
  ["Avatars", "IB"],
  ["Times", "Yesterday"],
  ["Receipts and sizes", "1.5 kB / 2 kB"],
  ["Timeline, messages and composer of the widget", "Hello! My parcel has not come."],
  ["Notices of the widget", "That did not work."],
  ["Timeline, messages and notes of the console", "The carrier has lost one before."],
  ["Composer of the console", "Private note"],
  ["Notices of the console", "The server cannot be reached."],
])("%s has what it is called by", (title, text) => {
  for (const frame of framesOf(title)) expect(frame.text).toContain(text);
});
