import { expect, it } from "vitest";
import type { TriedAnswer } from "../../../wire/schema";
import { judge } from "./judge";

const article = { title: "Orders", url: "/help/orders" };
const tried = (sources: TriedAnswer["sources"], passages: string[] = []): TriedAnswer => ({
  answer: "",
  intent: "answer",
  sources,
  passages: passages.map((title) => ({ title, score: 1, url: null })),
});

it("an answer is from this article where its first source is", () => {
  expect(judge(tried([{ title: "Whatever", url: "/help/orders" }]), article).kind).toBe("this");
  // another one of the same title
  expect(judge(tried([{ title: "Orders", url: "/help/orders-2" }]), article).kind).toBe("other");
  expect(judge(tried([{ title: "Orders", url: null }]), article).kind).toBe("this");
});

it("says what else the answer is taken from", () => {
  const both = [
    { title: "Returns", url: "/help/returns" },
    { title: "Orders", url: "/help/orders" },
  ];
  expect(judge(tried(both), article)).toEqual({
    kind: "also",
    says: "Answered from “Returns” and this article",
  });
});

it("tells what was nearly answered from what was not", () => {
  expect(judge(tried([], ["Orders"]), article).kind).toBe("near");
  expect(judge(tried([], ["Returns"]), article).kind).toBe("none");
});
