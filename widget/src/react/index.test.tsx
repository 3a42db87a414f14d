/** @jsxImportSource react */
import { act, createRef } from "react";
import { type Root, createRoot, hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ChatBotHandle, ChatBot, EnhancedChatBot } from "./index";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let root: Root | undefined;
let place: HTMLElement;

beforeEach(() => {
  place = document.createElement("div");
  document.body.append(place);
});

afterEach(async () => {
  await act(async () => root?.unmount());
  root = undefined;
  place.remove();
  vi.restoreAllMocks();
});

const widget = () => place.querySelector("chat-widget") as HTMLElement;
const tell = (event: string, detail: unknown) =>
  widget().dispatchEvent(new CustomEvent(`switchboard:${event}`, { detail, bubbles: true }));

async function show(node: React.ReactNode): Promise<void> {
  root ??= createRoot(place);
  await act(async () => root?.render(node));
}

test("hydration of what the server rendered warns of nothing", async () => {
  const problems = vi.spyOn(console, "error").mockImplementation(() => {});
  const node = (
    <EnhancedChatBot
      botName="My Bot"
      apiBase="https://chat.example.com"
      className="chat"
      style={{ zIndex: 5 }}
      disabled
      primaryColor="#0a7"
    />
  );
  place.innerHTML = renderToString(node);
  const before = widget();
  const recovered: unknown[] = [];
  await act(async () => {
    root = hydrateRoot(place, node, { onRecoverableError: (error) => recovered.push(error) });
  });
  expect(widget()).toBe(before);
  expect(recovered).toEqual([]);
  expect(problems.mock.calls).toEqual([]);
});

test("the code is loaded once, from the server that is named", async () => {
  await show(
    <>
      <ChatBot apiBase="https://chat.example.com/" />
      <ChatBot apiBase="https://chat.example.com" />
    </>,
  );
  const scripts = [...document.head.querySelectorAll("script")].map((script) => script.src);
  expect(scripts).toEqual(["https://chat.example.com/widget/core.js"]);
});

test("props are attributes, and change with them", async () => {
  await show(<EnhancedChatBot theme="dark" locale="ar" conversationId="c1" secondaryColor="red" disabled />);
  expect(Object.fromEntries([...widget().attributes].map(({ name, value }) => [name, value]))).toEqual({
    "bot-name": "Assistant",
    position: "bottom-right",
    theme: "dark",
    locale: "ar",
    "conversation-id": "c1",
    "secondary-color": "red",
    disabled: "",
  });
  await show(<EnhancedChatBot botName="Rosie" position="bottom-left" token="t" />);
  expect(Object.fromEntries([...widget().attributes].map(({ name, value }) => [name, value]))).toEqual({
    "bot-name": "Rosie",
    position: "bottom-left",
    theme: "auto",
    token: "t",
  });
});

test("callbacks hear the widget's events, the latest callback each time", async () => {
  const first = vi.fn();
  const second = vi.fn();
  const unread = vi.fn();
  await show(<ChatBot onConversationChange={first} onUnread={unread} />);
  tell("conversation-change", { conversationId: "c1" });
  await show(<ChatBot onConversationChange={second} />);
  tell("conversation-change", { conversationId: "c2" });
  tell("unread", { count: 2 });
  expect(first.mock.calls).toEqual([["c1"]]);
  expect(second.mock.calls).toEqual([["c2"]]);
  expect(unread).not.toHaveBeenCalled();
});

test("a ref does what is asked of it once the widget is there", async () => {
  const ref = createRef<ChatBotHandle>();
  await show(<ChatBot ref={ref} />);
  expect(ref.current?.isConnected()).toBe(false);
  expect(ref.current?.getConversationId()).toBeNull();
  ref.current?.open();
  const opened = vi.fn();
  const heard = vi.fn();
  const end = ref.current?.on("message", heard);
  class Element extends HTMLElement {
    api = { open: opened, isConnected: () => true, getConversationId: () => "c1", reset: async () => {} };
  }
  customElements.define("chat-widget", Element);
  await vi.waitFor(() => expect(opened).toHaveBeenCalledOnce());
  expect(ref.current?.isConnected()).toBe(true);
  expect(ref.current?.getConversationId()).toBe("c1");
  await ref.current?.reset();
  tell("message", { text: "hi" });
  end?.();
  tell("message", { text: "again" });
  expect(heard).toHaveBeenCalledOnce();
});
