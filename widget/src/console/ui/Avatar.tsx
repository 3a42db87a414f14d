interface AvatarProps {
  name: string;
  size?: number;
  /** Undefined: nobody says. */
  online?: boolean | undefined;
  bot?: boolean;
}

/** The first letters of the name on a colour of its own; beside the name, so decoration. */
export function Avatar({ name, size = 36, online, bot = false }: AvatarProps) {
  return (
    <span
      class={`avatar avatar-${bot ? "bot" : hue(name)}`}
      style={{ width: `${size}px`, height: `${size}px`, fontSize: `${Math.round(size * 0.38)}px` }}
      aria-hidden="true"
    >
      {bot ? "AI" : initials(name)}
      {online !== undefined && <span class={`avatar-dot ${online ? "is-online" : ""}`} />}
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const first = [...(words[0] ?? "")][0] ?? "?";
  const last = words.length > 1 ? [...(words[words.length - 1] ?? "")][0] : [...(words[0] ?? "")][1];
  return (first + (last ?? "")).toUpperCase();
}

/** One of six, always the same for a name. */
function hue(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum % 6;
}
