import { describe, expect, it } from "vitest";
import type { ArticleContent } from "../../../wire/schema";
import { type FieldChange, compare } from "./compare";

const content = (more: Partial<ArticleContent> = {}): ArticleContent => ({
  title: "Opening hours",
  body: "We open at nine.",
  tags: ["hours"],
  category: null,
  questions: [],
  ...more,
});

/** "same [-removed-] [+added+] …n…" */
const written = (change: FieldChange | undefined): string =>
  (change?.parts ?? [])
    .map((part) =>
      part.kind === "gap"
        ? `…${part.lines}…`
        : part.pieces
            .map(({ kind, text }) => (kind === "same" ? text : kind === "added" ? `[+${text}+]` : `[-${text}-]`))
            .join(""),
    )
    .join("\n");

describe("two states of an article", () => {
  it("that are the same have no change", () => {
    expect(compare(content(), content())).toEqual([]);
  });

  it("are compared by words within the lines that changed", () => {
    const changes = compare(content(), content({ body: "We open at ten.", category: "Shops" }));
    expect(changes.map(({ name }) => name)).toEqual(["Category", "Text"]);
    expect(written(changes[1])).toBe("We open at [-nine-][+ten+].");
    expect(written(changes[0])).toContain("[+Shops+]");
  });

  it("leave out what is the same far from a change", () => {
    const lines = Array.from({ length: 12 }, (_, at) => `line ${at}`);
    const [change] = compare(content({ body: lines.join("\n") }), content({ body: [...lines, "new"].join("\n") }));
    expect(written(change)).toBe("…10…\nline 10\nline 11\n[+new+]");
  });

  it("that have nothing in common are shown one after the other", () => {
    const long = (word: string) => Array.from({ length: 4000 }, (_, at) => `${word}${at}`).join("\n");
    const [change] = compare(content({ body: long("a") }), content({ body: long("b") }));
    expect(change?.parts).toHaveLength(1);
    expect(written(change)).toMatch(/^\[-a0\n/);
  });
});
