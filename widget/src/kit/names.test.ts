import { expect, test } from "vitest";
import { fullName, hueOf, initialsOf } from "./names";

test("a person is called by the full name, or by what there is of it, or by the username", () => {
  const person = { first_name: "Ida", last_name: "Berg", username: "ida" };
  expect(fullName(person)).toBe("Ida Berg");
  expect(fullName({ ...person, last_name: "" })).toBe("Ida");
  expect(fullName({ ...person, first_name: "" })).toBe("Berg");
  expect(fullName({ ...person, first_name: "", last_name: " " })).toBe("ida");
});

test("initials are the first letters of the first and last word", () => {
  expect(initialsOf("Ida Berg")).toBe("IB");
  expect(initialsOf("  ida  maria\tberg ")).toBe("IB");
  expect(initialsOf("jean-luc picard")).toBe("JP");
});

test("a single word has one letter, or the two that a host asks for", () => {
  expect(initialsOf("ida")).toBe("I");
  expect(initialsOf("ida", 2)).toBe("ID");
  expect(initialsOf("i", 2)).toBe("I");
});

test.each([
  ["Анна Каренина", "АК"],
  ["Ωριάνα Νίκου", "ΩΝ"],
  ["王 小明", "王小"],
  ["محمد علي", "مع"],
  ["नरेन्द्र कुमार", "नक"],
  ["שרה כהן", "שכ"],
  ["김 민준", "김민"],
  ["éva ärnő", "ÉÄ"],
])("the initials of %s are %s", (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

test("a letter beyond the basic plane stays whole", () => {
  expect(initialsOf("𝒜da 🦊fox")).toBe("𝒜🦊");
  expect(initialsOf("🦊", 2)).toBe("🦊");
});

test("who has no name is a question mark", () => {
  expect(initialsOf("")).toBe("?");
  expect(initialsOf("  ", 2)).toBe("?");
});

test("a name has the same colour every time, and different ones are spread", () => {
  expect(hueOf("Ida", 8)).toBe(hueOf("Ida", 8));
  const hues = Array.from({ length: 200 }, (_, n) => hueOf(`Visitor ${n}`, 8));
  expect(new Set(hues)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
  expect(hueOf("", 6)).toBe(0);
});
