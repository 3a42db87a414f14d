import { avatarIn } from "../../kit/Avatar";
import { Icon } from "../../kit/icons";

/** A person's initials, or the bot. */
export const Avatar = avatarIn({
  size: 28,
  hues: 8,
  ofSingleWord: 1,
  letters: 0.4,
  bot: (size) => <Icon name="bot" size={Math.round(size * 0.64)} />,
});
