import { describe, expect, it } from "vitest";
import { slugOf } from "./slug";

describe("a slug", () => {
  it("has the title's words, as the server makes them", () => {
    expect(slugOf("Where is my order?")).toBe("where-is-my-order");
    expect(slugOf("  Can't log in – 2FA  ")).toBe("cant-log-in-2fa");
    expect(slugOf("Über uns")).toBe("über-uns");
    expect(slugOf("أين طلبي؟")).toBe("أين-طلبي");
    expect(slugOf("?!")).toBe("");
  });

  it("is cut, and ends with a word", () => {
    expect([...slugOf("Ä".repeat(300))]).toHaveLength(80);
    expect(slugOf(`${"a".repeat(79)} b`)).toBe("a".repeat(79));
  });
});
