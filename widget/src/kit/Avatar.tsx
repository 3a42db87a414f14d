import { Icon } from "./icons";

/** Colours that white letters are legible on. */
const COLOURS = ["#1f6f8b", "#7a4fa3", "#a8435a", "#2f7d4f", "#a15c12", "#3a5fb5", "#8a3f8f", "#4d6b1f"];

/** A person's initials on a colour of their own, or the bot. */
export function Avatar({ name, isBot = false, size = 28 }: { name: string; isBot?: boolean; size?: number }) {
  const style = {
    width: `${size}px`,
    height: `${size}px`,
    fontSize: `${Math.round(size * 0.4)}px`,
    ...(isBot ? {} : { background: colourOf(name), color: "#fff" }),
  };
  return (
    <span class={isBot ? "avatar avatar-bot" : "avatar"} style={style} aria-hidden="true">
      {isBot ? <Icon name="bot" size={Math.round(size * 0.64)} /> : initialsOf(name)}
    </span>
  );
}

function colourOf(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return COLOURS[sum % COLOURS.length] ?? "#3a5fb5";
}

/** The first letters of the first and last word. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends.map((word) => [...(word ?? "?")][0]?.toLocaleUpperCase() ?? "?").join("");
}
