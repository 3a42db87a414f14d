import { render } from "preact";
import { expect, test } from "vitest";
import { avatarIn } from "./Avatar";

const Avatar = avatarIn({ size: 20, hues: 6, ofSingleWord: 2, letters: 0.4, bot: (size) => `bot of ${size}` });

function drawn(avatar: preact.ComponentChild): HTMLElement {
  const place = document.createElement("div");
  render(avatar, place);
  return place.firstElementChild as HTMLElement;
}

test("a person is two letters on a colour of their own, and decoration", () => {
  const avatar = drawn(<Avatar name="Ida Berg" />);
  expect(avatar.textContent).toBe("IB");
  expect(avatar.className).toMatch(/^avatar avatar-[0-5]$/);
  expect(avatar.style.width).toBe("20px");
  expect(avatar.style.fontSize).toBe("8px");
  expect(avatar.getAttribute("aria-hidden")).toBe("true");
});

test("the bot is what the host shows for it", () => {
  const avatar = drawn(<Avatar name="Rosie" isBot size={32} />);
  expect(avatar.className).toBe("avatar avatar-bot");
  expect(avatar.textContent).toBe("bot of 32");
});

test("whether somebody is online is shown where it is known", () => {
  expect(drawn(<Avatar name="Ida" />).querySelector(".avatar-dot")).toBeNull();
  expect(drawn(<Avatar name="Ida" isOnline={false} />).querySelector(".avatar-dot.is-online")).toBeNull();
  expect(drawn(<Avatar name="Ida" isOnline />).querySelector(".avatar-dot.is-online")).not.toBeNull();
});
