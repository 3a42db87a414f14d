import { useEffect, useRef } from "preact/hooks";
import { useView } from "../view";

const EMOJI = [
  ..."😀😃😄😁😅😂🙂😉😊😇🥰😍😘😋😜🤔🤗🤩🥳😎😌😴😏😐🙄😬😕😟😢😭😤😡😱😳🤯🥺🤒🤝👍👎👌🙏👏🙌💪👋🤞👀💡🔥⭐🎉🎁🎂🏆💯✅❌❓❗💬📎📷📦🚚🛒💳💶📅⏰📍🏠🚗🚲🐶🐱🌞🌧🌈🌸🌳🍀🍎🍕🍔🍰🍻💙💚💛🧡💜💔",
  "❤️",
  "☕️",
  "✈️",
  "☀️",
];
const COLUMNS = 9;

/** Emoji to choose from; arrows move, Escape closes. */
export function EmojiPicker({ choose, close }: { choose: (emoji: string) => void; close: () => void }) {
  const { texts } = useView();
  const grid = useRef<HTMLDivElement>(null);
  const buttons = () => [...(grid.current?.querySelectorAll("button") ?? [])];
  useEffect(() => buttons()[0]?.focus(), []);
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      return close();
    }
    const side = texts.direction.value === "rtl" ? -1 : 1;
    const step = { ArrowRight: side, ArrowLeft: -side, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const all = buttons();
    const at = all.indexOf(event.target as HTMLButtonElement);
    all[at + step]?.focus();
  };
  return (
    <div ref={grid} class="emoji-grid" role="group" aria-label={texts.t("emoji")} onKeyDown={pressed}>
      {EMOJI.map((emoji, index) => (
        <button type="button" key={emoji} tabIndex={index === 0 ? 0 : -1} onClick={() => choose(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}
