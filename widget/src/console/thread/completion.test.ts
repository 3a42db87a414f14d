import { beforeEach, describe, expect, it } from "vitest";
import { cannedReplies } from "../desk/directory";
import { choicesFor, completionAt } from "./completion";

describe("completionAt", () => {
  it("finds a shortcut at the beginning and after a blank, not within a word or an address", () => {
    expect(completionAt("/re", 3, "reply")).toMatchObject({ kind: "canned", from: 0, to: 3, typed: "re" });
    expect(completionAt("Hi /re", 6, "reply")).toMatchObject({ from: 3, typed: "re" });
    expect(completionAt("and/or", 6, "reply")).toBeNull();
    expect(completionAt("https://a", 9, "reply")).toBeNull();
  });

  it("mentions in notes only, and never in an e-mail address", () => {
    expect(completionAt("ask @it", 7, "note")).toMatchObject({ kind: "mention", from: 4, typed: "it" });
    expect(completionAt("ask @it", 7, "reply")).toBeNull();
    expect(completionAt("me@it", 5, "note")).toBeNull();
  });
});

describe("choicesFor", () => {
  beforeEach(() => {
    cannedReplies.items.value = [
      { id: 1, shortcut: "about-refunds", text: "…", updated_at: "" },
      { id: 2, shortcut: "refund", text: "Your refund", updated_at: "" },
      { id: 3, shortcut: "hello", text: "Good day", updated_at: "" },
    ];
  });

  it("puts what begins so before what holds it, and leaves out the rest", () => {
    const choices = choicesFor({ kind: "canned", from: 0, to: 4, typed: "REF" });
    expect(choices.map((choice) => choice.title)).toEqual(["/refund", "/about-refunds"]);
  });
});
