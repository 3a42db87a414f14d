/** The longest slug that is made of a title; the server makes the same one (knowledge/slug.rs). */
const LONGEST = 80;

/** A title's letters and digits in lower case, with hyphens between its words; empty where it has none. */
export function slugOf(title: string): string {
  const words = title
    .toLowerCase()
    .replace(/['’]/g, "")
    .replace(/[^\p{Alphabetic}\p{N}]+/gu, "-")
    .replace(/^-/, "");
  return [...words].slice(0, LONGEST).join("").replace(/-$/, "");
}
