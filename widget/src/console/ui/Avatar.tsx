import { avatarIn } from "../../kit/Avatar";

/** A person's initials and whether they are online, or the bot. */
export const Avatar = avatarIn({ size: 36, hues: 6, ofSingleWord: 2, letters: 0.38, bot: () => "AI" });
