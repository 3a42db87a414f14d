import { expect, it } from "vitest";
import type { Article } from "../../../wire/schema";
import { contentOf, differ, emptyFields, fieldsOf, inPlaceOf, placesDiffer, wholeOf } from "./fields";
import { translationsOf } from "./Translations";

const article: Article = {
  id: "a1",
  title: "Orders",
  body: "Text",
  url: "/help/orders",
  tags: ["a", "b"],
  locale: "en",
  slug: "orders",
  category: null,
  questions: ["Where?", "When?"],
  status: "published",
  translations: "t",
  is_example: false,
  draft: null,
  version: 2,
  helpful: 0,
  unhelpful: 0,
  created_by: "u",
  created_at: "2026-11-20T09:30:00Z",
  updated_at: "2026-11-20T09:30:00Z",
};

it("what is stored comes back as it was", () => {
  expect(wholeOf(fieldsOf(article))).toEqual({
    title: "Orders",
    body: "Text",
    tags: ["a", "b"],
    category: null,
    questions: ["Where?", "When?"],
    slug: "orders",
    locale: "en",
    url: null,
  });
  expect(wholeOf(fieldsOf({ ...article, url: "https://a.example/x" })).url).toBe("https://a.example/x");
});

it("the editor goes on with unpublished changes", () => {
  const draft = { title: "Your orders", body: "New", tags: [], category: "Shop", questions: [] };
  expect(fieldsOf({ ...article, draft })).toMatchObject({ title: "Your orders", category: "Shop", slug: "orders" });
});

it("empty parts and repeated ones are not sent", () => {
  const fields = emptyFields({ tags: " a, ,a,b ", questions: "One?\n\n One? \nTwo?" });
  expect(contentOf(fields)).toMatchObject({ tags: ["a", "b"], questions: ["One?", "Two?"], category: null });
});

it("a new place is no change of the text", () => {
  const before = fieldsOf(article);
  const moved = { ...before, slug: "my-orders" };
  expect(differ(before, moved)).toBe(true);
  expect(placesDiffer(before, moved)).toBe(true);
  expect(placesDiffer(before, { ...before, title: "Other" })).toBe(false);
  expect(inPlaceOf(before, moved)).toEqual(moved);
});

it("an article's translations are the others of its group", () => {
  const one = { id: "a2", title: "B", slug: "b", locale: "de", category: null, status: "draft" as const };
  const all = [article, { ...one, translations: "t" }, { ...one, id: "a3", translations: null }];
  expect(translationsOf(article, all).map(({ id }) => id)).toEqual(["a2"]);
  expect(translationsOf({ ...article, translations: null }, all)).toEqual([]);
});
