import { expect, test } from "vitest";
import { ar } from "./locales/ar";
import { de } from "./locales/de";
import { en } from "./locales/en";
import { es } from "./locales/es";
import { fr } from "./locales/fr";
import { Texts, spoken } from "./texts";

test("every language says everything, with the same parts", () => {
  const parts = (words: unknown) => (JSON.stringify(words).match(/\{\w+\}/g) ?? []).filter((part) => part !== "{n}");
  for (const words of [de, fr, es, ar]) {
    expect(Object.keys(words).sort()).toEqual(Object.keys(en).sort());
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      const wanted = new Set(parts(en[key]));
      expect(new Set(parts(words[key])), key).toEqual(wanted);
    }
  }
});

test("plural forms follow the language's own rules", async () => {
  const texts = new Texts();
  expect(texts.t("unread", { n: 1 })).toBe("1 unread message");
  expect(texts.t("unread", { n: 2 })).toBe("2 unread messages");
  await texts.use("ar");
  expect(texts.t("unread", { n: 2 })).toBe("رسالتان غير مقروءتين");
  expect(texts.direction.value).toBe("rtl");
  await texts.use("fr-CA");
  expect(texts.t("unread", { n: 0 })).toBe("0 message non lu");
});

test("an unknown language, or a tag that is none, is English", async () => {
  const texts = new Texts();
  for (const tag of ["xx", "pt-BR", "not a tag!", ""]) {
    await texts.use(tag);
    expect(texts.t("send")).toBe("Send");
  }
});

test("the language that the server is told is one tag that it takes", () => {
  expect(spoken("de_AT")).toBe("de-AT");
  expect(spoken("pt-BR")).toBe("en");
  expect(spoken(`de-x${"-abcdefgh".repeat(4)}`)).toBe("de");
  expect(spoken("de-!")).toBe("de");
});

test("the server's sentences are said in the visitor's language, others as they are", async () => {
  const texts = new Texts();
  await texts.use("de");
  expect(texts.system("Ida Agent joined the conversation.")).toBe("Ida Agent ist dem Gespräch beigetreten.");
  expect(texts.system("The conversation was resolved.")).toBe(de.resolved);
  expect(texts.system("Something new")).toBe("Something new");
});
