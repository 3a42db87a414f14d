import { expect, test } from "vitest";
import { fileSize } from "./size";

/** Intl puts spaces of several widths before units. */
const plain = (text: string) => text.replace(/\s/gu, " ");

test.each([
  [0, "0 bytes", "0 byte"],
  [1, "1 byte", "1 byte"],
  [999, "999 bytes", "999 byte"],
  [1_000, "1 kB", "1 kB"],
  [1_540, "1.5 kB", "2 kB"],
  [999_999, "1,000 kB", "1,000 kB"],
  [1_000_000, "1 MB", "1 MB"],
  [10_485_760, "10.5 MB", "10.5 MB"],
  [5_000_000_000, "5,000 MB", "5,000 MB"],
])("%d bytes", (bytes, long, short) => {
  expect(plain(fileSize(bytes, "long", "en"))).toBe(long);
  expect(plain(fileSize(bytes, "short", "en"))).toBe(short);
});

test("sizes are in the language's own words and digits", () => {
  expect(plain(fileSize(1_540, "long", "de"))).toBe("1,5 kB");
  expect(plain(fileSize(12, "long", "fr"))).toBe("12 octets");
  expect(plain(fileSize(1_540_000, "long", "ar-EG"))).toContain("١٫٥");
});
