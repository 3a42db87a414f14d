import { expect, it } from "vitest";
import { helpPage, isPlain } from "./help";

const BASE = "https://chat.example.com";

it("a page of the server's help centre is known by its address", () => {
  expect(helpPage("/help/orders", BASE)).toBe("https://chat.example.com/help/orders");
  expect(helpPage("https://chat.example.com/help/orders#returns", BASE)).toMatch(/orders#returns$/);
  for (const other of [null, "", "/help", "/help/", "/help/a/b", "/helping/a", "https://shop.example/help/orders"])
    expect(helpPage(other, BASE), String(other)).toBeUndefined();
  expect(helpPage("http://[", BASE)).toBeUndefined();
  expect(helpPage("/help/orders", `${BASE}/chat`)).toBe("https://chat.example.com/chat/help/orders");
  expect(helpPage("javascript:alert(1)//help/a", BASE)).toBeUndefined();
});

it("a click with a modifier key is the browser's", () => {
  expect(isPlain(new MouseEvent("click", { button: 0 }))).toBe(true);
  expect(isPlain(new MouseEvent("click", { button: 1 }))).toBe(false);
  expect(isPlain(new MouseEvent("click", { ctrlKey: true }))).toBe(false);
});
