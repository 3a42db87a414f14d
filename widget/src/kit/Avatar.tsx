import type { ComponentChildren } from "preact";
import { hueOf, initialsOf } from "./names";

/** How a host's avatars look; its styles colour the classes `avatar-0`, `avatar-1`, … and `avatar-bot`. */
interface Look {
  size: number;
  hues: number;
  /** How many letters stand for a name of one word. */
  ofSingleWord: 1 | 2;
  /** The letters' height, as a part of the avatar's. */
  letters: number;
  /** What stands for the bot. */
  bot: (size: number) => ComponentChildren;
}

interface AvatarProps {
  name: string;
  isBot?: boolean;
  /** Undefined where it is not known: no dot is shown. */
  isOnline?: boolean | undefined;
  size?: number;
}

/** Makes a host's avatar: a person's initials on a colour of their own, or the bot. Its name stands beside it. */
export const avatarIn = (look: Look) =>
  function Avatar({ name, isBot = false, isOnline, size = look.size }: AvatarProps) {
    return (
      <span
        class={`avatar avatar-${isBot ? "bot" : hueOf(name, look.hues)}`}
        style={{ width: `${size}px`, height: `${size}px`, fontSize: `${Math.round(size * look.letters)}px` }}
        aria-hidden="true"
      >
        {isBot ? look.bot(size) : initialsOf(name, look.ofSingleWord)}
        {isOnline !== undefined && <span class={`avatar-dot ${isOnline ? "is-online" : ""}`} />}
      </span>
    );
  };
