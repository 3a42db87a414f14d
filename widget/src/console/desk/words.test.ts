import { describe, expect, it } from "vitest";
import { asRead } from "./words";

describe("asRead", () => {
  it("drops the signs of Markdown and breaks within a paragraph, and keeps lists", () => {
    expect(asRead("**Refunds** take\nfive `days`. See [help](/help).\n\n- one\n- two")).toBe(
      "Refunds take five days. See help.\n\n- one\n- two",
    );
  });
});
