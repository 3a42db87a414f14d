/** How a person is called. */
interface Named {
  first_name: string;
  last_name: string;
  username: string;
}

/** The full name of a person, else the username. */
export const fullName = (person: Named): string =>
  [person.first_name, person.last_name].filter(Boolean).join(" ").trim() || person.username;

/** The first letters of the first and last word; of a single word so many as are asked for. */
export function initialsOf(name: string, ofSingleWord: 1 | 2 = 1): string {
  const words = name.trim().split(/\s+/u).map(lettersOf);
  const [first = [], last = []] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  const initials = last.length > 0 ? [first[0], last[0]] : first.slice(0, ofSingleWord);
  return initials.join("").toLocaleUpperCase() || "?";
}

/** By code points: a letter may be two UTF-16 units. */
const lettersOf = (word: string): string[] => [...word];

/** One of so many colours, always the same for a name. */
export function hueOf(name: string, hues: number): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum % hues;
}
